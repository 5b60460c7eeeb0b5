"""Answers as JSON; parts that are made while they are read are sent as they are made."""

import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

import orjson
from starlette.responses import Response, StreamingResponse

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
    mark, parts = secrets.token_hex(16), list[Export]()

    def put_aside(value: Any) -> str:
        if not isinstance(value, Export):
            raise TypeError
        parts.append(value)
        return mark

    made = orjson.dumps(answer, default=put_aside, option=orjson.OPT_NON_STR_KEYS)
    text = made.join(frame)
    if not parts:
        return Response(text, status, headers, media_type)
    around = text.split(f'"{mark}"'.encode())
    return StreamingResponse(_joined(around, parts), status, headers, media_type)


async def _joined(around: list[bytes], parts: list[Export]) -> AsyncIterator[bytes]:
    for before, part in zip(around, parts, strict=False):
        yield before
        async for piece in part:
            yield piece
    yield around[-1]
