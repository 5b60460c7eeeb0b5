"""Answers as JSON; parts that are made while they are read are sent as they are made."""

import secrets
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from typing import Any

import orjson
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from domain.export import Export


def json_response(
    answer: Any,
    status: int,
    headers: Mapping[str, str],
    media_type: str,
    frame: tuple[bytes, bytes] = (b"", b""),
) -> Response:
    """The answer, between the two of the frame. What fails after its first byte is cut off: the
    client sees no end of it."""
    put_aside = _PutAside()
    try:
        made = orjson.dumps(answer, default=put_aside)
    except TypeError:  # a JSON value with keys that are no texts: to look for them takes its time
        put_aside = _PutAside()
        made = orjson.dumps(answer, default=put_aside, option=orjson.OPT_NON_STR_KEYS)
    text = frame[0] + made + frame[1] if frame[1] else made
    if not put_aside.parts:
        return _Whole(text, status, headers, media_type)
    around = text.split(f'"{put_aside.mark}"'.encode())
    return StreamingResponse(_joined(around, put_aside.parts), status, headers, media_type)


class _PutAside:
    """Puts a mark where a part is to stand."""

    mark = ""

    def __init__(self) -> None:
        self.parts: list[Export] = []

    def __call__(self, value: Any) -> str:
        if not isinstance(value, Export):
            raise TypeError
        self.mark = self.mark or secrets.token_hex(16)
        self.parts.append(value)
        return self.mark


class _Whole(Response):
    """The same answer as ever, made without looking what there is to add to its headers."""

    def __init__(
        self, body: bytes, status: int, headers: Mapping[str, str], media_type: str
    ) -> None:
        self.status_code, self.media_type, self.background = status, media_type, None
        self.body = body
        self.raw_headers = [
            *_head(media_type, tuple(headers.items())),
            (b"content-length", b"%d" % len(body)),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = {"type": "http.response.start", "status": self.status_code}
        await send({**head, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body})


@lru_cache(maxsize=100)
def _head(media_type: str, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[bytes, bytes], ...]:
    made = Response(b"", headers=dict(headers), media_type=media_type).raw_headers
    return tuple(each for each in made if each[0] != b"content-length")


async def _joined(around: list[bytes], parts: list[Export]) -> AsyncIterator[bytes]:
    for before, part in zip(around, parts, strict=False):
        yield before
        async for piece in part:
            yield piece
    yield around[-1]
