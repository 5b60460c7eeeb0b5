"""The serving process: how it starts, shares its database, says how it is, and ends."""

import asyncio
import json
import os
import shutil
import signal
import socket
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from websockets.sync.client import connect

from tests.processes import is_gone
from tests.servers import PreparedServer, ServerProcess, run
from tests.waiting import PATIENCE, until

TICK = "check-ins over: 0\n"


@pytest.fixture(name="embedded")
def _embedded() -> Iterator[Callable[..., ServerProcess]]:
    """Servers that bring their own database, all in one directory, empty at first; begun on the
    command line, as people begin theirs, or as forks."""
    directory = Path(tempfile.mkdtemp(prefix="compagnon-test-"))
    made: list[ServerProcess] = []

    def make(kind: type[ServerProcess] = PreparedServer) -> ServerProcess:
        log = directory / f"server-{len(made)}.log"
        made.append(kind(log, {"data_dir": str(directory / "data")}))
        return made[-1]

    yield make
    for server in made:
        server.end()
    shutil.rmtree(directory)


def read(url: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and headers, whatever the status."""
    try:
        response = urllib.request.urlopen(url, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return response.status, json.load(response), headers


def ask(server: ServerProcess, query: str) -> Any:
    request = urllib.request.Request(
        f"{server.url}/graphql",
        json.dumps({"query": query}).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return json.load(response)


def typename(server: ServerProcess) -> Any:
    return ask(server, "{ __typename }")["data"]["__typename"]


def test_it_starts_in_an_empty_directory_and_another_process_shares_its_database(
    embedded: Callable[..., ServerProcess],
) -> None:
    # given a server on an empty directory
    server = embedded(ServerProcess)
    server.start()
    assert typename(server) == "Query"
    assert f"Compagnon is ready at {server.url}\n" in server.log
    data_dir = str(server.settings["data_dir"])

    # when a command and a second server come and go
    assert run("tick", data_dir=data_dir).stdout.startswith(TICK)
    second = embedded()
    second.start()
    assert second.stop() == 0

    # then the database still runs under the first
    assert server.answers("/readyz") == 200
    assert server.stop() == 0
    assert not (Path(data_dir) / "postgres" / "postmaster.pid").exists()


def test_killed_at_once_it_starts_again_on_the_same_data_and_so_does_its_database(
    embedded: Callable[..., ServerProcess],
) -> None:
    server = embedded()
    server.start()
    home = Path(server.settings["data_dir"])
    keys = (home / "keys.json").read_text()

    # when it is killed, then it starts again
    server.kill()
    server.start()
    assert typename(server) == "Query"
    assert (home / "keys.json").read_text() == keys

    # when its database is killed, then that comes back, and the server with it
    os.kill(int((home / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    until(lambda: server.answers("/readyz") != 200)
    until(lambda: server.answers("/readyz") == 200)
    assert "programTemplates" in ask(server, "{ programTemplates { key } }")["data"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_within_seconds_though_sockets_are_open(
    server: ServerProcess, number: signal.Signals
) -> None:
    # given a client that keeps a socket and one that keeps a connection
    with (
        connect(f"{server.ws_url}/graphql", subprotocols=["graphql-transport-ws"]),  # type: ignore[list-item]
        socket.create_connection(("127.0.0.1", server.port)),
    ):
        began = time.monotonic()

        assert server.stop(number) == 0
        assert time.monotonic() - began < 10
    assert "Traceback" not in server.log


def test_several_workers_answer_are_there_again_when_killed_and_end_together(
    start_server: Callable[..., ServerProcess],
) -> None:
    # given two workers, forked by a process that has no thread which a fork would lack
    server = start_server("--workers", "2")
    assert {typename(server) for _ in range(10)} == {"Query"}
    assert len(os.listdir(f"/proc/{server.pid}/task")) == 1

    # when both are killed, then two others answer
    killed = server.workers()
    for worker in killed:
        os.kill(worker, signal.SIGKILL)
    until(lambda: len({*server.workers(), *killed}) == 4)
    assert typename(server) == "Query"

    # and all end when they are told to
    assert server.stop() == 0
    assert server.answers("/healthz") is None
    assert "Traceback" not in server.log


def test_workers_do_not_outlive_their_supervisor(
    start_server: Callable[..., ServerProcess],
) -> None:
    server = start_server("--workers", "2")
    workers = server.workers()
    assert len(workers) == 2

    server.kill()

    until(lambda: all(is_gone(worker) for worker in workers))


def test_it_says_how_it_is_in_headers_that_tell_nothing_else(server: ServerProcess) -> None:
    status, body, headers = read(f"{server.url}/readyz")

    assert (status, body["status"]) == (200, "ready")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers
    assert read(f"{server.url}/healthz")[:2] == (200, {"status": "alive"})


def test_it_is_alive_and_not_ready_while_the_database_is_away(server: ServerProcess) -> None:
    # given a database that lets nobody in
    name = urlsplit(server.settings["database_url"]).path[1:]
    asyncio.run(let_in(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false", cut=name))

    # then the process is alive, and says what is not ready
    until(lambda: server.answers("/readyz") == 503)
    status, body, _ = read(f"{server.url}/readyz")
    assert (status, body["status"], body["database"]) == (503, "not ready", False)
    assert server.answers("/healthz") == 200

    # when the database lets people in again, it is ready again
    asyncio.run(let_in(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    until(lambda: server.answers("/readyz") == 200)


async def let_in(server: ServerProcess, statement: str, cut: str = "") -> None:
    """Runs a statement on the same PostgreSQL, and cuts off who is connected to a database."""
    url = urlsplit(server.settings["database_url"])._replace(path="/postgres").geturl()
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", cut
    )
    await connection.close()


def test_a_query_string_is_never_logged(start_server: Callable[..., ServerProcess]) -> None:
    server = start_server(log_level="debug")

    server.answers("/healthz?token=hidden-1")
    with connect(
        f"{server.ws_url}/graphql?token=hidden-2",
        subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]
    ) as client:
        client.send(json.dumps({"type": "connection_init", "payload": {"x": "hidden-3"}}))
        client.recv(PATIENCE)
    server.stop()

    assert "hidden" not in server.log


def test_the_settings_decide_what_is_served(start_server: Callable[..., ServerProcess]) -> None:
    server = start_server(production="true", allowed_hosts="127.0.0.1")

    assert server.answers("/") == 404
    request = urllib.request.Request(f"{server.url}/healthz", headers={"host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="400") as refused:
        urllib.request.urlopen(request, timeout=PATIENCE)
    refused.value.close()
    for query in ("{ __schema { types { name } } }", "{ __typenam }"):
        answer = ask(server, query)
        assert "data" not in answer
        assert "did you mean" not in str(answer).lower()
