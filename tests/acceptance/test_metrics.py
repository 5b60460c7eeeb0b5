"""GET /metrics: what is counted, over several workers, and who may read it."""

import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from server.scraping import metrics_page
from server.settings import Settings
from tests.servers import ServerProcess
from tests.waiting import PATIENCE, until

TOKEN = "who may read the numbers"
BEARER = {"authorization": f"Bearer {TOKEN}"}
SIGN_IN = """mutation Enter { signIn(input: {email: "nobody@example.org", password: "secret-1"}) {
  errors { code } } }"""
Numbers = dict[tuple[str, ...], float]


def numbers(server: ServerProcess) -> Numbers:
    """Each number under its name and the values of its labels; every scrape may ask another."""
    answer = httpx2.get(f"{server.url}/metrics", headers=BEARER, timeout=PATIENCE)
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def ask(server: ServerProcess, query: str, **variables: Any) -> Any:
    """Over a connection of its own, so that all workers get some."""
    body = {"query": query, "variables": variables}
    return httpx2.post(f"{server.url}/graphql", json=body, timeout=PATIENCE).json()


@contextmanager
def sockets_to(server: ServerProcess, number: int) -> Iterator[list[ClientConnection]]:
    """Connections, acknowledged."""
    protocols = [Subprotocol("graphql-transport-ws")]
    with ExitStack() as opened:
        connections = [
            opened.enter_context(connect(f"{server.ws_url}/graphql", subprotocols=protocols))
            for _ in range(number)
        ]
        for one in connections:
            one.send(json.dumps({"type": "connection_init"}))
            assert json.loads(one.recv(PATIENCE))["type"] == "connection_ack"
        yield connections


def test_what_several_workers_have_counted_is_told_by_whichever_is_asked(
    start_server: Callable[..., ServerProcess],
) -> None:
    # given two workers, and clients that ask, are refused, ask wrongly, and listen
    server = start_server("--workers", "2", metrics_token=TOKEN, operation_names="Enter")
    for _ in range(20):
        ask(server, "query Canary1 { programTemplates { key } }")
    ask(server, SIGN_IN)
    ask(server, "{ canary2 }")
    ask(server, "{ groups { nodes { id } } }")
    with sockets_to(server, 4) as sockets:
        sockets[0].send(
            json.dumps(
                {
                    "id": "canary3",
                    "type": "subscribe",
                    "payload": {"query": 'subscription { messageEvents(matchId: "x") { cursor } }'},
                }
            )
        )
        assert json.loads(sockets[0].recv(PATIENCE))["type"] in ("next", "error")

        # then, once both workers have counted, each scrape tells the same of all of them
        counted = {
            ("compagnon_operations_total", "query", "", "ok"): 20,
            ("compagnon_operations_total", "mutation", "Enter", "refused"): 1,
            ("compagnon_operations_total", "none", "", "invalid"): 1,
            ("compagnon_operations_total", "query", "", "denied"): 1,
            ("compagnon_refusals_total", "BAD_CREDENTIALS"): 1,
            ("compagnon_refusals_total", "UNAUTHENTICATED"): 2,
            ("compagnon_operation_seconds_count", "mutation", "Enter"): 1,
        }
        until(lambda: counted.items() <= numbers(server).items())
        for _ in range(6):
            told = numbers(server)
            assert {what: told[what] for what in counted} == counted
            assert told["compagnon_sockets_open",] == 4
        # and how the parts are that they stand on
        until(lambda: numbers(server).get(("compagnon_database_connections_most",)) == 20)
        told = numbers(server)
        assert told["compagnon_hub_listening",] == 1
        assert told["compagnon_hub_silence_seconds",] < 5
        assert told["compagnon_tick_age_seconds",] < 60
        assert told["compagnon_database_connections", "idle"] >= 2
        assert told["compagnon_resident_bytes",] > 1_000_000
        assert told["compagnon_processor_seconds_total",] > 0
        # and nothing that clients made up stands in a label
        text = httpx2.get(f"{server.url}/metrics", headers=BEARER, timeout=PATIENCE).text
        assert "anary" not in text and "nobody" not in text and "secret" not in text

        # when a worker dies, what it has counted stays, and what was open there is no more
        worker = server.worker_at(sockets[0].local_address[1])
        there = [one for one in sockets if server.worker_at(one.local_address[1]) == worker]
        os.kill(worker, signal.SIGKILL)
        until(lambda: numbers(server)["compagnon_sockets_open",] == 4 - len(there))
        assert numbers(server)["compagnon_operations_total", "query", "", "ok"] == 20


PROXIED = {"x-forwarded-for": "127.0.0.1"}


@pytest.mark.parametrize(
    ("settings", "client", "headers", "status"),
    [
        ({}, "127.0.0.1", {}, 200),
        ({}, "::1", {}, 200),
        ({}, "127.0.0.1", PROXIED, 404),
        ({}, "127.0.0.1", {"forwarded": "for=127.0.0.1"}, 404),
        ({}, "192.0.2.7", {}, 404),
        ({}, "192.0.2.7", BEARER, 404),
        ({"production": True}, "127.0.0.1", {}, 404),
        ({"metrics_token": TOKEN}, "127.0.0.1", {}, 401),
        ({"metrics_token": TOKEN}, "192.0.2.7", {"authorization": "Bearer é"}, 401),
        ({"metrics_token": TOKEN}, "192.0.2.7", BEARER, 200),
        ({"metrics_token": TOKEN, "production": True}, "192.0.2.7", BEARER, 200),
    ],
)
async def test_it_is_read_with_the_token_or_without_one_from_this_machine_alone(
    settings: dict[str, Any], client: str, headers: Mapping[str, str], status: int
) -> None:
    page = Starlette(routes=metrics_page(Settings(**settings)))
    transport = httpx2.ASGITransport(page, client=(client, 40000))
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]

    async with httpx2.AsyncClient(transport=transport, base_url="http://compagnon") as http:
        assert (await http.get("/metrics", headers=raw)).status_code == status
