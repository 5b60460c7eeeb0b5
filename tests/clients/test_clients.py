"""Client libraries from npm, real processes: they live the whole story, over a network that breaks.

`make test-clients` installs them and runs this.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.ports import free_port
from tests.processes import freeze, thaw
from tests.servers import ROOT, ServerProcess

pytestmark = [pytest.mark.clients, pytest.mark.timeout(300)]

HERE = Path(__file__).parent
LIBRARIES = ("apollo", "urql", "urql-sse", "graphql-ws", "graphql-sse")
CUTS = 5
WORD = "walk-with-me"
SIGN_IN = """mutation($email: String!, $password: String!) {
  signIn(input: {email: $email, password: $password}) { session { accessToken } } }"""
INBOX = "{ viewer { matches(status: [ACTIVE]) { nodes { id } } } }"
SEND = """mutation($input: SendMessageInput!) {
  sendMessage(input: $input) { errors { code } } }"""
FROZEN = 3.0
"""Seconds: longer than a client waits for a pong."""


class Network:
    """What stands between one client and the server."""

    def __init__(self, server: ServerProcess) -> None:
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        command = [sys.executable, "-m", "tests.clients.network", str(self._port), str(server.port)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def cut(self) -> None:
        self._process.send_signal(signal.SIGUSR1)

    def freeze(self) -> None:
        freeze(self._process.pid)

    def thaw(self) -> None:
        thaw(self._process.pid)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def network_to(server: ServerProcess) -> Iterator[Network]:
    network = Network(server)
    try:
        yield network
    finally:
        network.end()


def lived_through(library: str, server: ServerProcess) -> dict[str, Any]:
    """What a client has sent and seen in the end, its network cut again and again, then frozen."""
    with network_to(server) as network, run(library, network.url) as client:
        for connections in range(1, CUTS + 1):
            until_following(client, connections)
            time.sleep(0.4)  # some messages pass meanwhile
            network.cut()
        until_following(client, CUTS + 1)
        network.freeze()
        time.sleep(FROZEN)
        network.thaw()
        time.sleep(0.4)
        assert client.stdin is not None
        client.stdin.write("stop\n")
        client.stdin.flush()
        while "done" not in (told := said(client)):
            pass
        done: dict[str, Any] = told["done"]
        return done


def until_following(client: subprocess.Popen[str], connections: int) -> None:
    """Both have heard something over so many connections each."""
    while said(client)["following"] < connections:
        pass


def said(client: subprocess.Popen[str]) -> Any:
    """Its next line."""
    assert client.stdout is not None
    if not (line := client.stdout.readline()):
        raise AssertionError(client.communicate()[1])
    return json.loads(line)


@contextmanager
def run(library: str, url: str) -> Iterator[subprocess.Popen[str]]:
    """A client, which says how far it is, until it is told to stop."""
    process = subprocess.Popen(
        ["node", str(HERE / "client.mjs"), library, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_each_client_sees_every_message_once_in_order_over_a_network_that_breaks(
    start_server: Callable[..., ServerProcess],
) -> None:
    # given a server of two workers, and each library in a process and a network of its own
    server = start_server("--workers", "2")

    # when all of them write and follow, and their networks are cut five times, then frozen
    with ThreadPoolExecutor(len(LIBRARIES)) as pool:
        ends = [pool.submit(lived_through, library, server) for library in LIBRARIES]
        lived = {library: end.result() for library, end in zip(LIBRARIES, ends, strict=True)}

    # then nothing is lost, nothing comes twice, and all is in order, for both of each pair
    for library, end in lived.items():
        print(library, {key: end[key] for key in ("sent", "reconnects", "retries", "operations")})
        numbers = list(range(1, end["sent"] + 1))
        assert end["seen"] == [numbers, numbers], library
        written = [f"number {number}" for number in numbers[2:]]
        assert [bodies[2:] for bodies in end["typed"]] == [written, written], library
        # and it was not because nothing broke, or because nobody wrote
        assert all(count >= CUTS for count in end["reconnects"]), library
        assert end["sent"] > 20, library
    assert "Traceback" not in server.log and "error_id" not in server.log


def test_the_example_goes_on_where_it_was_when_its_network_breaks(
    start_server: Callable[..., ServerProcess], tmp_path: Path
) -> None:
    # given somebody who follows their conversation as examples/follow.mjs does
    server = start_server("--demo")
    (tmp_path / "follow.mjs").write_text((ROOT / "examples" / "follow.mjs").read_text("utf-8"))
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    with network_to(server) as network, example(tmp_path, network.url) as numbers:
        read = [next(numbers)]
        while read[-1] < 39:
            read.append(next(numbers))

        # when their partner writes while the network breaks
        for number in (40, 41):
            network.cut()
            write(server.url, "nkechi@example.org", f"number {number}")
            read.append(next(numbers))

    # then they have read each message once
    assert read == list(range(1, 42))


@contextmanager
def example(place: Path, url: str) -> Iterator[Iterator[int]]:
    """The numbers of the messages that examples/follow.mjs shows to Maya of the demo."""
    process = subprocess.Popen(
        ["node", str(place / "follow.mjs"), url, "maya@example.org", WORD],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield (int(line.split()[0]) for line in process.stdout)
    finally:
        process.kill()
        process.communicate()


def write(url: str, email: str, body: str) -> None:
    """One message of somebody of the demo into their first conversation."""
    signed_in = ask(url, SIGN_IN, email=email, password=WORD)
    token = signed_in["signIn"]["session"]["accessToken"]
    match = ask(url, INBOX, token)["viewer"]["matches"]["nodes"][0]["id"]
    sent = ask(url, SEND, token, input={"matchId": match, "body": body, "clientKey": body})
    assert sent["sendMessage"]["errors"] == []


def ask(url: str, query: str, token: str = "", **variables: Any) -> Any:
    body = json.dumps({"query": query, "variables": variables}).encode()
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    with urlopen(Request(f"{url}/graphql", body, headers)) as response:
        return json.load(response)["data"]


def test_the_server_speaks_graphql_over_http_to_the_letter(
    start_server: Callable[..., ServerProcess],
) -> None:
    server = start_server(get_queries="true")

    done = subprocess.run(
        ["node", str(HERE / "audits.mjs"), f"{server.url}/graphql"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
