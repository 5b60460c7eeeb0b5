"""Clients that hang up while their query runs: nobody waits for the answer, so nothing goes on.

Mutations go on to their end, as what they have begun to write does. Most operations are over long
before anybody looks: a timer that is never rung is all they pay.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from graphql import GraphQLError, OperationType, get_operation_ast, parse
from starlette.requests import ClientDisconnect, Request

T = TypeVar("T")

PATIENCE = 0.25
"""Seconds that an operation may take before somebody looks whether its client is still there."""


async def unless_hung_up(
    request: Request, query: str, name: str | None, executing: Coroutine[Any, Any, T]
) -> T:
    """What comes of it; a query whose client hangs up is cancelled, and ClientDisconnect raised.

    The body must have been read: the next thing to come from the client is that they are gone.
    """
    watch = _Watch(request, query, name)
    try:
        return await executing
    except asyncio.CancelledError:
        if watch.has_ended_it():
            raise ClientDisconnect from None
        raise
    finally:
        watch.end()


class _Watch:
    def __init__(self, request: Request, query: str, name: str | None) -> None:
        self._request, self._query, self._name = request, query, name
        self._executing = asyncio.current_task()
        self._watching: asyncio.Task[None] | None = None
        self._hung_up = False
        self._timer = asyncio.get_running_loop().call_later(PATIENCE, self._begin)

    def end(self) -> None:
        self._timer.cancel()
        if self._watching is not None:
            self._watching.cancel()

    def has_ended_it(self) -> bool:
        """Whether the operation was cancelled because of this alone."""
        task = self._executing
        return self._hung_up and task is not None and task.uncancel() == 0

    def _begin(self) -> None:
        if _is_query(self._query, self._name):
            self._watching = asyncio.create_task(self._wait(), name="watching a client")

    async def _wait(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        if self._executing is not None:
            self._hung_up = True
            self._executing.cancel()


def _is_query(query: str, name: str | None) -> bool:
    try:
        found = get_operation_ast(parse(query, no_location=True), name)
    except GraphQLError:
        return False
    return found is not None and found.operation is OperationType.QUERY
