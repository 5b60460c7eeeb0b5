"""Requests that mean harm: documents, bodies, heads; and what is sent over a socket."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.hostile import LONG, documents
from tests.acceptance.bad_requests import BODIES

FRESH = "0" * 32
"""Stands in a document where each one sent is to be new."""
_TEXT, _BINARY, _CLOSE, _PING, _PONG = 1, 2, 8, 9, 10
_FINAL, _MASKED = 0x80, 0x80


@dataclass(frozen=True, slots=True)
class Request:
    """One over HTTP."""

    name: str
    body: bytes = b""
    head: dict[str, str] = field(default_factory=dict)
    method: str = "POST"
    target: str = "/graphql"

    @property
    def headers(self) -> dict[str, str]:
        return {"content-type": "application/json", "accept": "*/*"} | self.head

    @property
    def bytes(self) -> bytes:
        """All of it, as it is sent."""
        head = self.headers
        if "transfer-encoding" not in head:
            head |= {"content-length": str(len(self.body))}
        lines = [f"{self.method} {self.target} HTTP/1.1", "host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in head.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


def requests(token: str | None = None) -> Iterator[Request]:
    """Those that are whole, each to be answered before the next; documents are signed with it."""
    known = {"authorization": f"Bearer {token}"} if token else {}
    for name, document, variables in documents():
        asked = {"query": f"{document} #{FRESH}", "variables": variables}
        yield Request(name, json.dumps(asked).encode(), known)
    for i, body in enumerate(BODIES):
        yield Request(f"no operation, {i}", body)
    yield from _bodies()
    yield from _heads()


def _bodies() -> Iterator[Request]:
    small = b'{"query": "{ __typename }"}'
    yield Request("ten thousand at once", b"[" + small + b", {}" * 10_000 + b"]")
    yield Request("a key again and again", b"{" + b'"query": 1, ' * 4000 + small[1:])
    yield Request("keys", json.dumps({f"k{i}": i for i in range(5000)}).encode())
    yield Request("numbers", b'{"query": "", "variables": {"a": [' + b"9e99," * 9000 + b"1]}}")
    yield Request("escapes", b'{"query": "' + b"\\u0041" * 10_000 + b'"}')
    yield Request("surrogates", b'{"query": "' + b"\\ud83d\\ude00" * 5000 + b'"}')
    yield Request("space", b" " * LONG + small)
    yield Request("lists that do not end", b'{"query": ' + b"[" * LONG)
    yield Request("too long", b"a" * 70_000)
    multipart = {"content-type": "multipart/form-data; boundary=a"}
    yield Request("parts", b"--a\r\n\r\n" * 8000, multipart)
    yield Request("a form", b"query=" + b"%41" * 20_000, {"content-type": "text/plain"})
    chunks = b"1\r\na\r\n" * 8000 + b"0\r\n\r\n"
    yield Request("chunks of one byte", chunks, {"transfer-encoding": "chunked"})


def _heads() -> Iterator[Request]:
    small = b'{"query": "{ __typename }"}'
    many = ", ".join(f"a/b{i};q=0.{i}" for i in range(2000))
    for name in ("accept", "accept-language", "authorization", "origin", "content-type", "cookie"):
        yield Request(f"a long {name}", small, {name: many[: LONG // 2]})
    yield Request("a long token", small, {"authorization": "Bearer " + "a." * 15_000})
    yield Request("headers", small, {f"x-{i}": "a" for i in range(1900)})
    yield Request("a head that is too long", small, {"x": "a" * 40_000})
    yield Request("from far", small, {"x-forwarded-for": ", ".join(["192.0.2.1"] * 2000)})
    yield Request("by GET", method="GET", target="/graphql?query=" + "%7B" * 9000)
    yield Request("parameters", method="GET", target="/graphql?" + "a=1&" * 7000)
    yield Request("another method", small, method="DELETE")
    yield Request("as events", small, {"accept": "text/event-stream"})
    follow = {"query": f"subscription {{ matchChanged {{ id }} }} #{FRESH}"}
    events = {"accept": "text/event-stream"}
    yield Request("to follow as nobody", json.dumps(follow).encode(), events)
    yield Request("many in a row", Request("", small).bytes * 300)


def conversations(token: str | None = None) -> Iterator[tuple[str, bytes]]:
    """What is sent over a socket, once it is open: its name, and all of it."""
    payload = {"authorization": f"Bearer {token}"} if token else {}
    begun = frame(json.dumps({"type": "connection_init", "payload": payload}).encode())
    yield "beginning again and again", begun * 1000
    yield "pings of the protocol", begun + frame(b'{"type": "ping"}') * 2000
    yield "pings", begun + frame(b"a" * 125, _PING) * 2000
    yield "pongs", begun + frame(b"", _PONG) * 5000
    for name, text in (
        ("a list", b"[" + b"1," * 30_000 + b"1]"),
        ("lists in one another", b"[" * 60_000),
        ("a number", b"9" * 60_000),
        ("keys", json.dumps({f"k{i}": i for i in range(5000)}).encode()),
        ("nothing", b""),
        ("no text", b"\xff" * 60_000),
    ):
        yield name, begun + frame(text)
    yield "too long", begun + frame(b"a" * 70_000)
    yield "bytes", begun + frame(b"a" * 60_000, _BINARY)
    yield "endless", begun + bytes((_FINAL | _TEXT, _MASKED | 127)) + b"\x7f" + b"\xff" * 11
    yield "in pieces", begun + frame(b"", _TEXT, final=False) + frame(b"", 0, final=False) * 9000
    yield "unknown frames", begun + frame(b"a", 3)
    yield "unmasked", begun + bytes((_FINAL | _TEXT, 5)) + b"hello"
    yield "a ping in pieces", begun + frame(b"a", _PING, final=False)
    yield "closing with nonsense", begun + frame(b"\x00\x01" + b"\xff" * 100, _CLOSE)
    yield "unknown types", begun + frame(b'{"type": "' + b"a" * 60_000 + b'"}')
    yield "ends of what never began", begun + frame(b'{"id": "a", "type": "complete"}') * 2000
    follow = f"subscription {{ matchChanged {{ id }} }} #{FRESH}"
    yield "following again and again", begun + b"".join(_subscribing(i, follow) for i in range(200))
    for name, document, _ in documents():
        fresh = (_subscribing(i, f"{document} #{i}{FRESH}") for i in range(3))
        yield f"following by {name}", begun + b"".join(fresh)


def frame(payload: bytes, kind: int = _TEXT, *, final: bool = True) -> bytes:
    """One frame of a client's; masked with zeros, so that it stays as it is."""
    size = len(payload)
    first = (_FINAL if final else 0) | kind
    if size < 126:
        head = bytes((first, _MASKED | size))
    elif size < 65_536:
        head = bytes((first, _MASKED | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((first, _MASKED | 127)) + size.to_bytes(8, "big")
    return head + bytes(4) + payload


def _subscribing(id: int, document: str) -> bytes:
    asked = {"id": str(id), "type": "subscribe", "payload": {"query": document}}
    return frame(json.dumps(asked).encode())
