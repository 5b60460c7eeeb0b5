"""Where clients are: by which of their addresses they are told apart."""

import ipaddress
from functools import lru_cache


def network_of(host: str) -> str:
    """What a client is known by: its IPv4 address, or the network of 64 bits that it is in."""
    return _network_of(host[:100])


@lru_cache(maxsize=10_000)
def _network_of(host: str) -> str:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        if not address.is_loopback:
            return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def is_loopback(host: str) -> bool:
    """Whether it is an address of this very machine; a name is none."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_nearby(network: str) -> bool:
    """Whether it is this machine."""
    return network == "::1" or network.startswith("127.")
