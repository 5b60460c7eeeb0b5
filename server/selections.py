"""What subscriptions ask for: those who ask for the same in the same words share it."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from inspect import isawaitable
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary, finalize

import orjson
from graphql import ExecutionResult, GraphQLError, Undefined
from strawberry import Schema

from domain.denials import RateLimited
from domain.viewer import Viewer
from execution.compiled import CompiledExecutor, Prepared
from execution.remembering import known_document
from execution.sharing import Usage, usage_of
from resolvers.context import Context, SharedContext
from schema.sharing import SHARED
from server.errors import formatted

ROOM = 20_000
"""Tokens of all the documents together that one person follows by, less those that somebody else
was the first to follow by: while they do, nothing of them can be forgotten. It is 10 MB at most."""
TOKEN = 500
"""So many bytes of what is kept of variables take as much room as a token."""


class Selection:
    """An operation made ready. `is_shared`: its answer to an event is the same for both of a pair,
    if it is one about their pair alone."""

    __slots__ = ("__weakref__", "_prepared", "_rested", "is_shared", "kept")

    def __init__(self, prepared: Prepared, usage: Usage) -> None:
        self._prepared, self.kept = prepared, usage.kept
        self._rested: Any = None
        """An executor that has made a shared answer, and may make another one."""
        self.is_shared = usage.is_within(SHARED)

    async def answer(
        self, event: Any, context: Context, variables: dict[str, Any] | None
    ) -> tuple[bytes, list[GraphQLError] | None]:
        """The payload for one of those who asked for it, and what is wrong in it."""
        executor = self._prepared.executor(context, variables)
        executor.root_value = event
        result = executor.execute_operation(False)
        if isawaitable(result):
            result = await result
        payload = {"data": result.data}
        if result.errors:
            payload["errors"] = formatted(result.errors, context.locale)
        return orjson.dumps(payload), result.errors

    async def shared_answer(
        self, event: Any, everybody: Sequence[Viewer], variables: dict[str, Any] | None
    ) -> bytes | None:
        """The payload for everybody; None when each has to be answered alone, to be told why not.

        `variables` are those of one of them: those that make a difference are the same for all.
        """
        context = SharedContext(everybody)
        executor, self._rested = self._rested, None
        if executor is None:
            executor = self._prepared.executor(context, variables)
        executor.context_value, executor.root_value = context, event
        result = executor.execute_operation(False)
        if not isinstance(result, ExecutionResult):
            result = await result
        if result.errors:
            return None
        if isinstance(executor, CompiledExecutor) and executor.renew(None):
            self._rested = executor
        return orjson.dumps({"data": result.data})


class Held:
    """What one subscription keeps of its variables."""

    __slots__ = ("__weakref__", "variables")

    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables = variables


class Selections:
    """Those of one schema that somebody asks for at present."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._known: WeakValueDictionary[Any, Selection] = WeakValueDictionary()
        self._taken: Counter[UUID | None] = Counter()
        """How much room those take that somebody was the first to ask for."""

    def find(
        self,
        text: str,
        name: str | None,
        variables: Mapping[str, Any] | None,
        person: UUID | None = None,
    ) -> Selection | None:
        """The operation of this name of a document that is being run; None where none are kept.

        RATE_LIMITED when it is another one, and this person has no room for it.
        """
        document = known_document(self._schema, text)
        if document is None:
            return None
        usage = usage_of(self._schema._schema, document)
        turns = [(variables or {}).get(turn, Undefined) for turn in usage.turns]
        key = text, name, *(repr(turn) for turn in turns)
        found = self._known.get(key)
        if found is None:
            prepared = Prepared.of(self._schema, document.tree, name)
            if prepared is None:
                return None
            found = Selection(prepared, usage)
            self._make_room(found, person, document.room)
            self._known[key] = found
        return found

    def hold(
        self, selection: Selection, variables: Mapping[str, Any] | None, person: UUID | None
    ) -> Held:
        """What its events take of somebody's variables; RATE_LIMITED when they have no room for
        it: however large it is, it is kept for as long as they follow."""
        held = Held(selection.kept(variables))
        self._make_room(held, person, _bytes(held.variables) // TOKEN)
        return held

    def _make_room(self, holder: Selection | Held, person: UUID | None, room: int) -> None:
        if not room:
            return
        if self._taken[person] + room > ROOM:
            raise RateLimited
        self._taken[person] += room
        finalize(holder, self._give_back, person, room).atexit = False

    def _give_back(self, person: UUID | None, room: int) -> None:
        self._taken[person] -= room
        if not self._taken[person]:
            del self._taken[person]


def _bytes(value: Any) -> int:
    """About how much memory a value of JSON takes."""
    total, left = 0, [value]
    while left:
        one = left.pop()
        total += sys.getsizeof(one)
        if isinstance(one, dict):
            left += one.keys()
            left += one.values()
        elif isinstance(one, list):
            left += one
    return total
