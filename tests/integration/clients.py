"""Clients of the graph, run in this process: they ask as a request does, and get what it gets."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from strawberry.types.graphql import OperationType

from domain.viewer import of_session
from execution.lane import Lane
from models.ids import global_id
from models.users import Locale
from resolvers.context import Context
from schema import schema_of
from server.context import context_of
from server.errors import formatted

OPERATIONS = tuple(OperationType)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `errors` are those at top level, as clients get them."""

    data: dict[str, Any] | None
    errors: list[dict[str, Any]]

    @property
    def codes(self) -> list[str]:
        """The codes of the errors at top level."""
        return [error["extensions"]["code"] for error in self.errors]

    @property
    def payload(self) -> Any:
        """What stands under the first root field."""
        assert self.data is not None, self.errors
        return next(iter(self.data.values()))

    @property
    def refusals(self) -> list[tuple[str, tuple[str, ...]]]:
        """Code and field of each refusal in the payload; needs `errors { code field }`."""
        return [(e["code"], tuple(e["field"] or ())) for e in self.payload["errors"]]

    def ok(self) -> Any:
        """The payload, once it is sure that nothing was refused."""
        assert not self.errors, self.errors
        payload = self.payload
        refused = payload.get("errors") if isinstance(payload, dict) else None
        assert not refused, refused
        return payload


class Nobody:
    """A client that is not signed in."""

    def __init__(self, accepts: Locale = Locale.EN) -> None:
        self.accepts = accepts

    async def context(self) -> Context:
        return Context(None, self.accepts)

    async def ask(self, document: str, /, **variables: Any) -> Answer:
        """Runs one operation, the viewer read anew as for every request."""
        return await _answer(await self.context(), document, variables)


class Person(Nobody):
    """Somebody signed in; `id` as clients see it, `key` as the database does."""

    def __init__(self, name: str, key: UUID, session: UUID) -> None:
        super().__init__()
        self.name, self.key, self.session = name, key, session
        self.id = global_id("user", key)

    async def context(self) -> Context:
        return Context(await of_session(self.session), self.accepts)


async def ask_with(
    token: str, document: str, /, *, accepts: str = "en", **variables: Any
) -> Answer:
    """Runs one operation as a client that sends this access token."""
    return await _answer(await context_of(f"Bearer {token}", accepts), document, variables)


async def _answer(context: Context, document: str, variables: dict[str, Any]) -> Answer:
    result = await _lane().execute(
        document,
        variable_values=variables,
        context_value=context,
        allowed_operation_types=OPERATIONS,
    )
    return Answer(as_sent(result.data), formatted(result.errors or [], context.locale))


def as_sent(data: Any) -> Any:
    """Parts that are JSON already are read; what is made while it is sent stays as it is."""
    try:
        return orjson.loads(orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS))
    except TypeError:
        return data


@cache
def _lane() -> Lane:
    """What has been asked before, by whatever test, goes the short way."""
    return Lane(schema_of())
