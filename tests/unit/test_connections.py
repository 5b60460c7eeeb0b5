"""Whoever neither sends nor reads is not held on to."""

import asyncio
import socket

import pytest
from starlette.types import Receive, Scope, Send

from server import connections
from server.connections import LONGEST_BESIDE, LONGEST_HEAD, keep_cutting
from tests.unit.served import serving

pytestmark = pytest.mark.anyio

HEAD = b"GET / HTTP/1.1\r\nhost: localhost\r\n"
held, go_on = asyncio.Event(), asyncio.Event()
UNREAD = 20_000_000
"""Bytes: more than the system takes from us for a peer that does not read."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with whatever was sent, with a lot at /lot, and when it may at /held."""
    length = 0
    while (message := await receive())["type"] == "http.request":
        length += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    if scope["path"] == "/held":
        held.set()
        await go_on.wait()
    body = b"x" * UNREAD if scope["path"] == "/lot" else b"%d" % length
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def sent(port: int, *pieces: bytes) -> bytes:
    """All that comes back until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0.02)
    came = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return came


async def test_a_request_that_does_not_come_to_its_end_holds_no_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "READ_WITHIN", 0.1)

    async with serving(app) as (port, _):
        for unfinished in (
            *((), (b"GET",), (HEAD, b"accept: a\r\n", b"accept: b\r\n")),
            (HEAD + b"content-length: 9\r\n\r\n", b"123"),
        ):
            assert await sent(port, *unfinished) == b"", unfinished

        # while what comes whole is answered, though another one behind it is not whole
        assert (await sent(port, HEAD + b"\r\n", b"GET")).startswith(b"HTTP/1.1 200 ")

        # and in however many pieces it comes, given that it comes in time
        monkeypatch.setattr(connections, "READ_WITHIN", 60)
        last = b"connection: close\r\n\r\n"
        for finished in ((HEAD, last), (HEAD[:9], HEAD[9:] + last)):
            assert (await sent(port, *finished)).startswith(b"HTTP/1.1 200 "), finished


async def test_a_head_that_is_too_long_is_not_read_to_its_end() -> None:
    async with serving(app) as (port, _):
        for endless in (b"a: " + b"b" * LONGEST_HEAD, b"a: b\r\n" * (LONGEST_HEAD // 4)):
            assert (await sent(port, HEAD, endless)).startswith(b"HTTP/1.1 431 ")


async def test_trailers_without_end_are_not_read_to_their_end_and_never_kept() -> None:
    chunked = HEAD.replace(b"GET", b"POST") + b"transfer-encoding: chunked\r\n\r\n"

    async with serving(app) as (port, server):
        for endless in (b"a:\r\n" * (LONGEST_BESIDE // 3), b"a: " + b"b" * LONGEST_BESIDE):
            await sent(port, chunked + b"0\r\n", endless)  # comes to its end

        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(chunked + b"1\r\na\r\n0\r\nauthorization: b\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n1"))[-1:] == b"1"
        (connection,) = server.server_state.connections
        assert b"authorization" not in dict(connection.scope["headers"])  # type: ignore[union-attr]
        writer.close()


async def test_a_client_that_waits_for_leave_or_wants_the_head_alone_gets_it() -> None:
    async with serving(app) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        # leave to send a body comes before there is a head
        writer.write(HEAD + b"expect: 100-continue\r\ncontent-length: 3\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"abc")
        assert (await reader.readuntil(b"\r\n\r\n3")).startswith(b"HTTP/1.1 200 ")

        # and a head that no body follows is seen as well, whether the connection stays or goes
        for kept in (b"", b"connection: close\r\n"):
            writer.write(HEAD.replace(b"GET", b"HEAD") + kept + b"\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        assert await reader.read() == b""
        writer.close()


async def test_lines_between_two_requests_hold_no_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "READ_WITHIN", 0.2)

    async with serving(app) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD + b"\r\n")
        await reader.readuntil(b"\r\n\r\n0")

        writer.write(b"\r\n")

        assert await asyncio.wait_for(reader.read(), 3) == b""
        writer.close()


async def test_requests_in_a_row_wait_where_they_are_until_it_is_their_turn() -> None:
    many = 3000

    async with serving(app) as (port, server):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD.replace(b" / ", b" /held ") + b"\r\n")
        writer.write((HEAD + b"\r\n") * many)
        await asyncio.wait_for(held.wait(), 5)
        (connection,) = server.server_state.connections
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(connection.pipeline) < 200  # type: ignore[union-attr]

        go_on.set()

        for _ in range(many + 1):
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n0"), 5)
        writer.close()


async def test_a_handshake_that_cannot_be_read_is_answered() -> None:
    upgrade = b"connection: upgrade\r\nupgrade: websocket\r\n"

    async with serving(app) as (port, _):
        for strange in (
            b"a: b\r\n" * 200,
            b"a: " + b"b" * 9000 + b"\r\n",
            b"content-length: 5\r\n",
            b"transfer-encoding: chunked\r\n",
        ):
            came = await sent(port, HEAD + upgrade + strange + b"\r\n")
            assert came.startswith(b"HTTP/1.1 400 "), strange[:9]


@pytest.mark.parametrize("offered", ["h2c", "HTTP/2.0, tls/1.0"])
async def test_a_request_that_offers_another_protocol_is_answered_in_this_one(
    offered: str,
) -> None:
    head = HEAD.replace(b"GET", b"POST")
    offer = f"connection: Upgrade, HTTP2-Settings\r\nupgrade: {offered}\r\nhttp2-settings: a\r\n"
    request = head + offer.encode() + b"content-length: 5\r\n\r\nhello"
    last = HEAD + b"connection: close\r\n\r\n"

    async with serving(app) as (port, _):
        # with its body, in however many pieces it comes, and those that come after it, too
        for cut in (len(request), 9, len(head), len(request) - 7, len(request) - 5, -2):
            came = await sent(port, request[:cut], request[cut:] + request, last)
            assert [part[-1:] for part in came.split(b"HTTP/1.1 200 OK")[1:]] == [b"5", b"5", b"0"]

        # and who offers it and wants the connection closed has it closed
        closing = request.replace(b"connection: ", b"connection: close, ")
        assert (await sent(port, closing)).endswith(b"\r\n\r\n5")

        # while one who wants to be connected with somebody else is told that it cannot be
        tunnel = b"CONNECT a:1 HTTP/1.1\r\nhost: a\r\n" + offer.encode() + b"\r\n"
        assert (await sent(port, tunnel, last)).startswith(b"HTTP/1.1 400 ")


async def test_whoever_has_stopped_reading_is_cut_and_whoever_reads_slowly_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "LOOK_EVERY", 0.2)
    ask = b"GET /lot HTTP/1.1\r\nhost: localhost\r\n\r\n"

    async with serving(app) as (port, server):
        cutting = asyncio.create_task(keep_cutting())
        stuck = socket.create_connection(("127.0.0.1", port))
        stuck.sendall(ask)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ask)

        # when one reads nothing, and the other some of it, now and then
        length = 0
        async with asyncio.timeout(20):
            while len(server.server_state.connections) != 1:
                length += len(await reader.read(200_000))
                await asyncio.sleep(0.05)

        # then the one is gone, and the other gets the rest
        async with asyncio.timeout(20):
            while length < UNREAD:
                chunk = await reader.read(1_000_000)
                assert chunk
                length += len(chunk)
        cutting.cancel()
        writer.close()

        # and of what the one has not read nothing is kept for them: they are told so
        with pytest.raises(ConnectionResetError):
            read_to_the_end(stuck)
        stuck.close()


def read_to_the_end(connection: socket.socket) -> None:
    while connection.recv(1_000_000):
        pass
