"""Operations that schemathesis makes up from schema.graphql, asked of a demo.

    make fuzz ARGS="--cases 20000 --seed 1"

No answer may be our fault, and none may leave an error in the log. Runs in an environment that has
schemathesis, and starts `compagnon serve --demo` of `.venv` beside it, on data of its own. Every
second case comes signed in, and of those half ask for ids that are there. Another seed makes up
other cases.
"""

import argparse
import itertools
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings

ROOT = Path(__file__).parents[1]
PEOPLE = ("hanne", "maya", "grace", "rosario", "noor", "elif", "nkechi", "beatriz", "aissatou")
"""Of the demo; one after the other is signed in."""
THINGS = """{ viewer {
    user { id }
    groups { nodes { id programs { nodes { id steps { id } enrollments { nodes { id } } } } } }
    matches { nodes { id partner { id } messages { nodes { id } } checkIns { nodes { id } } } }
    reports { nodes { id } } } }"""
ID = re.compile(r'(\b(?:id|\w+Id): )"(?:[^"\\]|\\.)*"|(\b(?:ids|\w+Ids): \[)[^\]]*\]')
PASSWORD = "walk-with-me"  # noqa: S105 -- the demo's
PATIENCE = 120


def main() -> int:
    """Exits with 1 when anything was the server's fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory, "log")
        with served(Path(directory, "data"), log) as url:
            campaign = Campaign(url)
            began = time.monotonic()
            campaign.all(given.cases, given.seed)
            took = time.monotonic() - began
        logged = [line for line in log.read_text().splitlines() if _is_fault(line)]
    print(f"{campaign.cases} cases, seed {given.seed}, {took:.0f} s: {dict(campaign.ends)}")
    for fault in [*campaign.faults, *logged][:20]:
        print(fault)
    print(f"{len(campaign.faults)} answers that are our fault, {len(logged)} errors in the log")
    return int(bool(campaign.faults or logged))


class Campaign:
    """What was tried, and what came of it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = requests.Session()
        self._token: str | None = None
        self._people = itertools.cycle(PEOPLE)
        self._things: list[str] = []
        self._random = random.Random(0)
        self.cases = 0
        self.ends: Counter[str] = Counter()
        self.faults: list[str] = []

    def all(self, cases: int, first: int) -> None:
        """As many of each operation, in the order of the schema."""
        schema = schemathesis.graphql.from_path(str(ROOT / "schema.graphql"))
        operations = [found.ok() for found in schema.get_all_operations()]
        for place, operation in enumerate(operations):
            self._sign_in()
            self._some(operation, cases * (place + 1) // len(operations) - self.cases, first)
            print(f"{self.cases:6} {operation.label}", file=sys.stderr, flush=True)

    def _some(self, operation: Any, cases: int, first: int) -> None:
        if cases < 1:
            return
        until = self.cases + cases

        @seed(first)
        @settings(
            max_examples=cases,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy())
        def one(case: Any) -> None:
            self._ask(case.body)

        while self.cases < until:  # of some operations there are fewer that differ
            before = self.cases
            one()
            if self.cases == before:
                break
            cases = until - self.cases

    def _ask(self, document: str) -> None:
        signed_in = self._token is not None and self.cases % 2 == 0
        headers = {"authorization": f"Bearer {self._token}"} if signed_in else {}
        if signed_in and self.cases % 4 == 0 and self._things:
            document = ID.sub(self._thing, document)
        self.cases += 1
        try:
            answer = self._http.post(
                self._url, json={"query": document}, headers=headers, timeout=60
            )
            codes = {error["extensions"]["code"] for error in answer.json().get("errors", [])} or {
                "answered"
            }
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            self.faults.append(f"{type(error).__name__}: {document}")
            return
        self.ends.update(codes)
        if answer.status_code >= 500 or "INTERNAL_ERROR" in codes:
            self.faults.append(f"{answer.status_code} {answer.text[:200]}: {document}")
        if signed_in and "UNAUTHENTICATED" in codes:
            self._sign_in()

    def _thing(self, said: "re.Match[str]") -> str:
        """Something that is there, in the place of an id that was made up."""
        thing = self._random.choice(self._things)
        return f'{said[1]}"{thing}"' if said[1] else f'{said[2]}"{thing}"]'

    def _sign_in(self) -> None:
        for _ in PEOPLE:
            name = next(self._people)
            asked = {"email": f"{name}@example.org", "password": PASSWORD}
            query = "mutation($i: SignInInput!) { signIn(input: $i) { session { accessToken } } }"
            body = {"query": query, "variables": {"i": asked}}
            answer = self._http.post(self._url, json=body, timeout=60).json()
            session = answer["data"]["signIn"]["session"]
            if session is not None:
                self._token = session["accessToken"]
                headers = {"authorization": f"Bearer {self._token}"}
                found = self._http.post(self._url, json={"query": THINGS}, headers=headers).text
                self._things = re.findall(r'"id":"([^"]+)"', found)
                return
        self._token = None  # all of them have erased themselves


@contextmanager
def served(data: Path, log: Path) -> Iterator[str]:
    """The address of a demo's entry point."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: said for name, said in os.environ.items() if not name.startswith("COMPAGNON_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(ROOT / ".venv/bin/compagnon"), "serve", "--demo", "--port", str(port)],
            env={**kept, "COMPAGNON_DATA_DIR": str(data), "COMPAGNON_RATE_LIMITS": "off"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}/graphql"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if requests.get(url, timeout=5).status_code == 200:
                return
        except requests.RequestException:
            pass
        time.sleep(0.2)
    raise SystemExit("The demo has not started.")


def _is_fault(line: str) -> bool:
    return "Traceback" in line or "[error" in line or "[critical" in line


if __name__ == "__main__":
    sys.exit(main())
