"""Answers with parts that are made while they are sent."""

from collections.abc import AsyncIterator

import orjson
import pytest
from starlette.responses import StreamingResponse

from domain.export import Export
from server.event_streams import once
from server.streaming import json_response

pytestmark = pytest.mark.anyio


class Part(Export):
    """A part of which some is there, and then perhaps an error."""

    def __init__(self, *pieces: bytes, fails: bool = False) -> None:
        self._pieces, self._fails = pieces, fails

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
        if self._fails:
            raise OSError("the database is gone")


def answer_of(value: object) -> StreamingResponse:
    response = json_response({"data": value}, 200, {}, "application/json")
    assert isinstance(response, StreamingResponse)
    return response


async def sent(response: StreamingResponse) -> list[bytes]:
    return [bytes(piece) async for piece in response.body_iterator]  # type: ignore[arg-type]


def test_an_answer_without_such_parts_is_sent_whole() -> None:
    response = json_response({"data": {"a": [1, "é"]}}, 200, {}, "application/json")

    assert orjson.loads(response.body) == {"data": {"a": [1, "é"]}}


async def test_parts_stand_where_they_belong_and_are_sent_piece_by_piece() -> None:
    response = answer_of({"a": Part(b'{"x":', b"1}"), "b": "between", "c": Part(b"[]")})

    pieces = await sent(response)

    assert orjson.loads(b"".join(pieces)) == {"data": {"a": {"x": 1}, "b": "between", "c": []}}
    assert b'{"x":' in pieces


async def test_who_accepts_events_alone_gets_them_as_one_event_piece_by_piece() -> None:
    response = once({"data": Part(b'{"x":', b"1}")})
    assert isinstance(response, StreamingResponse)

    event = b'event: next\ndata: {"data":{"x":1}}\n\nevent: complete\ndata:\n\n'
    assert b"".join(await sent(response)) == event


async def test_one_that_fails_is_cut_off_so_that_nobody_takes_it_for_whole() -> None:
    response = answer_of(Part(b"[1", fails=True))

    with pytest.raises(OSError, match="gone"):
        await sent(response)
