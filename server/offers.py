"""Requests that offer another protocol than HTTP/1.1, as many clients do of each of theirs.

We take none but WebSocket; a server that takes none answers as if none had been offered. The parser
stops behind the head of such a request: it is handed on once more, without the offer.
"""

from collections.abc import Sequence

_BESIDE = frozenset({b"upgrade", b"http2-settings"})


def is_one(method: bytes, headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Whether a head at which the parser has stopped offers something, and says what."""
    return method != b"CONNECT" and any(name == b"upgrade" for name, _ in headers)


def head_without(
    method: bytes, url: bytes, version: str, headers: Sequence[tuple[bytes, bytes]]
) -> bytes:
    """The head of the same request without an offer; names are in lower case."""
    lines = [b"%s %s HTTP/%s" % (method, url, version.encode())]
    for name, value in headers:
        said = _without(value) if name == b"connection" else value
        if name not in _BESIDE and (said or name != b"connection"):
            lines.append(b"%s: %s" % (name, said))
    return b"\r\n".join([*lines, b"", b""])


def _without(connection: bytes) -> bytes:
    tokens = (token.strip() for token in connection.split(b","))
    return b", ".join(token for token in tokens if token.lower() not in _BESIDE)
