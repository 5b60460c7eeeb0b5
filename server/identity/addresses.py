"""What may be trusted at all: algorithms, and addresses that a provider may be asked at."""

from urllib.parse import urlsplit

from server.addresses import is_loopback

KEY_TYPES = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
    "EdDSA": "OKP",
    "Ed25519": "OKP",
}
"""Every algorithm that may be allowed, and the type its keys have; none with a shared secret."""


def is_safe(url: str, like: str = "https") -> bool:
    """Whether nobody on the way can answer instead: over TLS, or on this very machine.

    `like` is the scheme of the issuer: one with TLS does not keep its keys where there is none.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and like == "http" and _is_this_machine(host)
    )


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or is_loopback(host)
