"""Server-sent events: a subscription as the answer to one POST, as graphql-sse has it.

Its "distinct connections mode": an event `next` for each result, `complete` at the end. A stream
that ends without one has been cut, by the network or by a server that stops: ask again.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, suppress
from typing import Any

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from resolvers.context import Context
from server.connections import STOPPING
from server.errors import masked, refusal
from server.streaming import json_response
from server.subscriptions import end_of

MEDIA_TYPE = "text/event-stream"
KEEP_ALIVE = 12.0
"""Seconds after which a comment says that the stream still lives: proxies end what is silent."""
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
NEXT, END = b"event: next\ndata: ", b"\n\n"
COMPLETE, COMMENT = b"event: complete\ndata:\n\n", b":\n\n"


def once(answer: dict[str, Any]) -> Response:
    """One result as a stream of one event, for whoever accepts nothing else."""
    return json_response(answer, 200, HEADERS, MEDIA_TYPE, (NEXT, END + COMPLETE))


class EventStream(Response):
    """Sends results as they come; ends with them, with the session, the client or the server."""

    def __init__(
        self,
        results: AsyncGenerator[Any, None],
        context: Context,
        place: AbstractContextManager[Any],
    ) -> None:
        super().__init__(None, 200, HEADERS, MEDIA_TYPE)
        del self.headers["content-length"]
        self._results, self._context, self._place = results, context, place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stopping = scope.get("state", {}).get(STOPPING) or asyncio.Event()
        gone = asyncio.create_task(_gone(receive))
        ends = {gone, asyncio.create_task(stopping.wait())}
        over = asyncio.create_task(self._over())
        next_one = asyncio.create_task(self._next_one())
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        try:
            await send(start)
            await _write(send, COMMENT)
            while not any(task.done() for task in ends):
                await asyncio.wait(
                    {next_one, over, *ends},
                    timeout=KEEP_ALIVE,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if next_one.done():
                    shown = next_one.result()
                    await _write(send, COMPLETE if shown is None else _next(shown))
                    if shown is None:
                        break
                    next_one = asyncio.create_task(self._next_one())
                elif over.done():
                    await _write(send, _next(over.result()) + COMPLETE)
                    break
                elif not any(task.done() for task in ends):
                    await _write(send, COMMENT)
            await _write(send, b"", more=False)
        finally:
            self._place.__exit__(None, None, None)
            tasks = {next_one, over, *ends}
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            with suppress(Exception):
                await self._results.aclose()

    async def _next_one(self) -> dict[str, Any] | None:
        """The next result; None once there are no more."""
        try:
            result = await anext(self._results, None)
            return None if result is None else _shown(result)
        except Exception as error:
            return {"errors": [masked(error, self._context.locale)]}

    async def _over(self) -> dict[str, Any]:
        """The last word to somebody who may not listen any more."""
        if self._context.viewer is None:
            await asyncio.Event().wait()
        ending = await end_of(self._context.viewer)  # type: ignore[arg-type]
        return refusal(ending.denial.message(self._context.locale), ending.denial.code)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, body: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


def _shown(result: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if result.errors:
        shown["errors"] = [error.formatted for error in result.errors]
    if result.data is not None or not result.errors or any(e.path for e in result.errors):
        shown["data"] = result.data
    return shown


def _next(answer: dict[str, Any]) -> bytes:
    return NEXT + orjson.dumps(answer) + END
