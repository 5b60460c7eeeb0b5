"""How the process that works out assignments is spoken to, over its standard streams.

A message is its length in eight bytes, then its bytes. A request is two: the seconds that it may
take, and JSON. An answer begins with one byte that says how it went, and is JSON after that; of a
proposal it is lines of JSON, the later ones with some of its pairs each, read when they are needed.
"""

import struct
from typing import IO

DONE, TOO_LARGE, PIN_GONE, FAILED = b"D", b"L", b"P", b"F"
IN_A_LINE = 10
"""How many pairs of a proposal stand in one line, at the most."""
_LENGTH = struct.Struct(">Q")


def receive(source: IO[bytes]) -> bytes | None:
    """The next message, or None when there will be no more."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    message = source.read(length)
    return message if len(message) == length else None


def send(target: IO[bytes], message: bytes) -> None:
    """Sends one message."""
    target.write(_LENGTH.pack(len(message)))
    target.write(message)
    target.flush()
