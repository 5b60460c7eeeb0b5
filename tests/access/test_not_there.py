"""What is not yours and what is not there get the same answer, in code and in words: for everything
that takes an id."""

import copy
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from graphql import build_schema

from schema import sdl
from tests.acceptance.books import Books
from tests.acceptance.desk import operation
from tests.access.asking import fields
from tests.access.conftest import House

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120), pytest.mark.xdist_group("not there")]

GRAPH = build_schema(sdl())
FOREIGN = {
    "program": "foreign_draft",
    "enrollment": "foreign_mentee",
    "match": "foreign_match",
    "message": "foreign_message",
    "step": "foreign_step",
    "user": "gus",
}
"""What is there, and unknown to everybody of the group. Groups are known to all."""
MADE_UP = uuid4().hex


def variants(said: Any, put: Callable[[str], str]) -> Iterator[tuple[str, Any]]:
    """The input with each of its ids in turn replaced by what is put for its noun."""
    if isinstance(said, dict | list):
        for key, value in said.items() if isinstance(said, dict) else enumerate(said):
            for place, changed in variants(value, put):
                whole = copy.copy(said)
                whole[key] = changed
                yield f"{key}.{place}", whole
    elif isinstance(said, str) and (noun := said.partition("_")[0]) in FOREIGN and "_" in said:
        yield "", put(noun)


def made_up(noun: str) -> str:
    return f"{noun}_{MADE_UP}"


async def test_an_id_that_is_not_ones_own_answers_as_one_that_was_never_given_out(
    house: House,
) -> None:
    samples, books, compared = house.stage.samples, await Books.opened(), 0
    tokens, differing = house.stage.tokens, []

    for name, sample in samples.mutations().items():
        document = operation("mutation", name, fields(GRAPH, "Mutation")[name])
        tokens["sampled"] = samples.tokens[sample.by]
        pairs = zip(
            variants(sample.variables, made_up),
            variants(sample.variables, lambda noun: samples.ids[FOREIGN[noun]]),
            strict=True,
        )
        for (place, nothing), (_, foreign) in pairs:
            answers = [await house.raw("sampled", document, said) for said in (nothing, foreign)]
            compared += 1
            if answers[0] != answers[1]:
                differing.append((name, place, answers))
            if await books.changed():
                await books.restore()

    assert differing == []
    assert compared > 30


@pytest.mark.parametrize("viewer", ["mentor", "admin", "stranger", "minor", "anonymous"])
async def test_the_same_holds_for_what_is_asked(house: House, viewer: str) -> None:
    for noun, name in FOREIGN.items():
        for field in ("node(id: $id)", "nodes(ids: [$id])", "program(id: $id)", "match(id: $id)"):
            document = f"query($id: ID!) {{ {field} {{ __typename }} }}"
            answers = [
                await house.raw(viewer, document, {"id": id})
                for id in (house.ids[name], made_up(noun))
            ]
            # the other group's open program, and its steps, are everybody's to see
            assert noun == "step" or answers[0] == answers[1], (field, noun)
