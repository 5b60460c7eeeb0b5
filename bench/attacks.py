"""How long requests that mean harm keep everybody else waiting, before they are refused.

    .venv/bin/python bench/attacks.py

Each is sent to the route itself, as it is in production, five times, a little different each time
so that nothing is known of it. Counted is the processor's time, the best of five: what other
processes do makes little difference then.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from starlette.types import Message

from bench.hostile_requests import FRESH, Request, requests
from schema import schema_of
from server.http import graphql_http

MOST = 20.0
"""Milliseconds: what all are held to."""
TIMES = 5


async def asked(endpoint: Any, request: Request, number: int) -> tuple[float, bytes]:
    """The processor's milliseconds until the answer, and the answer."""
    body = request.body.replace(FRESH.encode(), b"%032x" % number)
    head = [(name.encode(), value.encode()) for name, value in request.headers.items()]
    path, _, parameters = request.target.partition("?")
    scope = {
        "type": "http", "method": request.method, "path": path, "headers": head,
        "query_string": parameters.encode(), "client": ("192.0.2.1", 1), "app": None,
        "root_path": "",
    }  # fmt: skip
    sent: list[Message] = []
    coming: list[Message] = [{"type": "http.disconnect"}, {"type": "http.request", "body": body}]

    async def receive() -> Message:
        return coming.pop() if len(coming) > 1 else coming[0]

    async def send(message: Any) -> None:
        sent.append(message)

    began = time.process_time()
    await endpoint(scope, receive, send)
    took = (time.process_time() - began) * 1000
    return took, b"".join(message.get("body", b"") for message in sent)


def codes(answer: bytes) -> str:
    """Why it was refused, if it was."""
    try:
        errors = json.loads(answer).get("errors", [])
    except ValueError:
        return "no JSON"
    return ", ".join({error["extensions"]["code"] for error in errors}) or "answered"


async def main() -> int:
    route = graphql_http(schema_of(shown=False))
    slow = 0
    await asked(route.handle, Request("", b'{"query": "{ __typename }"}'), 0)
    for request in (one for one in requests() if one.method == "POST"):
        best, answer = min(
            [await asked(route.handle, request, i) for i in range(TIMES)], key=lambda one: one[0]
        )
        slow += best > MOST
        mark = "  <-- slow" if best > MOST else ""
        size = len(request.bytes)
        print(f"{request.name:38} {size:7} bytes {best:7.1f} ms  {codes(answer)}{mark}")
    print(f"{slow} of them take longer than {MOST:g} ms")
    return slow


if __name__ == "__main__":
    sys.exit(min(asyncio.run(main()), 1))
