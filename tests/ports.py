"""Ports for servers that tests start: each is given once, and to nobody else by chance."""

import socket
import sys

_held: list[socket.socket] = []


def free_port() -> int:
    """A port on which nobody listens, and which nobody gets but whoever asks for this very one.

    A server binds its port long after it was told which, and once more when it is started again:
    meanwhile other tests look for ports as well. One that is bound is given to none of them; who
    serves there binds it all the same, with SO_REUSEADDR, as servers do.
    """
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(("127.0.0.1", 0))
    port: int = one.getsockname()[1]
    if sys.platform == "linux":
        _held.append(one)
    else:  # where two may not bind one port, whoever of them listens
        one.close()
    return port
