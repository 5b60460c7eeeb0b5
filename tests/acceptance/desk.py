"""A desk at the HTTP route where hostile input is handed in, one value at a time."""

import copy
import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import httpx2
from graphql import (
    GraphQLField,
    GraphQLInputType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)
from strawberry import Schema

from domain.refusing import UserErrorCode
from server.context import context_of
from server.errors import formatted
from tests.acceptance.books import Books
from tests.acceptance.hostile_values import hostile
from tests.acceptance.samples import Samples

CODES = {
    *("UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "AGE_RESTRICTED", "AGE_UNKNOWN", "SUSPENDED"),
    *("RATE_LIMITED", "QUERY_TOO_DEEP", "QUERY_TOO_COMPLEX", "BAD_CURSOR"),
    *("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"),
}
"""Every code an error at top level may have, but for INTERNAL_ERROR: that one is ours to mend."""
ONE_IN = 1 if os.environ.get("TESTS_AT_LENGTH") else 5
"""So few of all values in all places: there are tens of thousands."""
Place: TypeAlias = tuple[str | int, ...]


Values: TypeAlias = Callable[[Any, Sequence[str | int], Sequence[str]], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: dict[str, Any]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Those at top level."""
        errors: list[dict[str, Any]] = self.body.get("errors", [])
        return errors

    @property
    def refusals(self) -> list[dict[str, Any]]:
        """Those in the payload of a mutation."""
        payload = next(iter((self.body.get("data") or {}).values()), None)
        return payload.get("errors", []) if isinstance(payload, dict) else []

    def faults(self) -> Iterator[str]:
        """What is wrong with it, whatever was asked."""
        if self.status not in (200, 400, 413):
            yield f"status {self.status}"
        for error in self.errors:
            code = error["extensions"]["code"]
            if code not in CODES or not 0 < len(error["message"]) <= 300:
                yield f"{code}: {error['message'][:100]}"
        for refusal in self.refusals:
            if refusal["code"] not in UserErrorCode.__members__ or not refusal["message"]:
                yield f"no code or no message: {refusal}"
            if refusal["code"] == "INVALID" and not refusal["field"]:
                yield f"INVALID, but of what? {refusal['message']}"


class Door(Protocol):
    """A way in for requests."""

    async def __call__(self, by: str, document: str, variables: Any) -> Answer: ...


@dataclass
class HttpDoor:
    """POST /graphql, of a server or of the route alone."""

    client: httpx2.AsyncClient
    tokens: dict[str, str]

    async def __call__(self, by: str, document: str, variables: Any) -> Answer:
        token = {"authorization": f"Bearer {self.tokens[by]}"}
        response = await self.client.post(
            "/graphql",
            content=json.dumps({"query": document, "variables": variables}).encode(),
            headers={"content-type": "application/json"} | token,
        )
        return Answer(response.status_code, response.json())


@dataclass
class InnerDoor:
    """Straight to the schema: past what JSON and the length of a body keep out."""

    schema: Schema
    tokens: dict[str, str]

    async def __call__(self, by: str, document: str, variables: Any) -> Answer:
        context = await context_of(f"Bearer {self.tokens[by]}", None)
        result = await self.schema.execute(
            document, variable_values=variables, context_value=context
        )
        errors = {"errors": formatted(result.errors, context.locale)} if result.errors else {}
        return Answer(200, {"data": result.data} | errors)


@dataclass
class Desk:
    """Where requests are handed in, and what was wrong with the answers."""

    door: Door
    samples: Samples
    books: Books
    asked: int = 0
    done: int = 0
    faults: list[str] = field(default_factory=list)

    async def hand_in(self, by: str, document: str, variables: Any, what: str = "") -> Answer:
        """One request; whatever it does is undone."""
        self.asked += 1
        answer = await self.door(by, document, variables)
        self.faults += [f"{what}: {fault}" for fault in answer.faults()]
        written = await self.books.changed()
        if written:
            self.done += 1
            if answer.errors or answer.refusals:
                self.faults.append(f"{what}: refused, but it wrote {written}")
            await self.books.restore(written)
        return answer

    async def try_all(
        self,
        by: str,
        document: str,
        sample: dict[str, Any],
        of: GraphQLField,
        values: Values = hostile,
        *,
        one_in: int = 1,
    ) -> None:
        """Hostile values in every place of the sample, one at a time; of so many of them one, the
        same ones in every run."""
        ids = list(self.samples.ids.values())
        cases = [
            (place, value)
            for place, type in places(sample, of)
            for value in values(type, place, ids)
        ]
        for place, value in random.Random(document).sample(cases, -(-len(cases) // one_in)):
            what = f"{document[:40]} … {place} = {value!r:.60}"
            await self.hand_in(by, document, replaced(sample, place, value), what)


def places(sample: Any, of: GraphQLField) -> Iterator[tuple[Place, GraphQLInputType]]:
    """Every argument, and every input inside one, as far as the sample reaches."""
    for name, argument in of.args.items():
        yield from _inside(sample[name], argument.type, (name,))


def _inside(value: Any, type: GraphQLInputType, at: Place) -> Iterator[tuple[Place, Any]]:
    yield at, type
    inner = get_nullable_type(type)
    if is_list_type(inner):
        yield from _inside(value[0], inner.of_type, (*at, 0))
    elif is_input_object_type(inner):
        complete = inner.is_one_of or value.keys() == inner.fields.keys()
        assert complete, f"the sample of {inner} leaves something out"
        for name in value:
            yield from _inside(value[name], inner.fields[name].type, (*at, name))


def replaced(sample: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    """The sample with another value in this place."""
    variables = copy.deepcopy(sample)
    holder: Any = variables
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    return variables


def is_guarded(of: GraphQLField) -> bool:
    """Whether the field carries a permission, so that it may be refused by itself."""
    return bool(of.ast_node and of.ast_node.directives)


def leaves(type: GraphQLObjectType) -> str:
    """What can be asked of an object without asking further: also what was just written to it."""
    names = (
        name
        for name, f in type.fields.items()
        if not f.args and is_leaf_type(get_named_type(f.type)) and not is_guarded(f)
    )
    return " ".join(names)


def selected(of: GraphQLField) -> str:
    """One level of everything under a field."""
    type = get_named_type(of.type)
    if not is_object_type(type):
        return "" if is_leaf_type(type) else "{ __typename }"
    objects = {
        n: get_named_type(f.type)
        for n, f in type.fields.items()
        if not f.args and not is_guarded(f)
    }
    deeper = (
        f"{n} {{ {leaves(t)} }}" for n, t in objects.items() if is_object_type(t) and leaves(t)
    )
    return f"{{ __typename {leaves(type)} {' '.join(deeper)} }}"


def operation(kind: str, name: str, of: GraphQLField, around: str = "%s") -> str:
    """A document with a variable for each argument."""
    given = "".join(f"${n}: {a.type} " for n, a in of.args.items())
    passed = ", ".join(f"{n}: ${n}" for n in of.args)
    call = f"{name}({passed})" if passed else name
    return f"{kind} {f'({given})' if given else ''} {{ {around % f'{call} {selected(of)}'} }}"
