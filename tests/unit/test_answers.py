"""An answer goes out in as few packets as may be."""

import asyncio
from collections.abc import Iterable

from server.answers import Answer

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class Line(asyncio.Transport):
    """Keeps what is sent, packet by packet; None for the end."""

    def __init__(self) -> None:
        self.packets: list[bytes | None] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.packets.append(bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.write(b"".join(list_of_data))

    def close(self) -> None:
        self.packets.append(None)


def test_a_head_goes_out_with_the_first_of_its_body_and_the_rest_as_it_comes() -> None:
    # given an answer that comes in parts, or the first part of which is empty
    for first in (b"a", b""):
        line = Line()
        answer = Answer(line)

        # when they are written, after the client was told to go on
        for part in (GO_ON, HEAD, first, b"b", GO_ON):
            answer.write(part)
        answer.end()

        # then the head alone has waited
        assert line.packets == [GO_ON, HEAD + first, b"b", GO_ON]


def test_a_head_that_no_body_follows_goes_out_when_the_answer_ends_or_the_connection() -> None:
    for is_kept in (True, False):
        line = Line()
        answer = Answer(line)
        answer.write(HEAD)
        assert line.packets == []

        if is_kept:
            answer.end()
        else:
            answer.close()

        assert line.packets == ([HEAD] if is_kept else [HEAD, None])
