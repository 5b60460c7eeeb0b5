"""Every refusal of an input leads to it: a front end need not read what it says."""

import inspect
import re
from typing import Any

from graphql import GraphQLField

from domain import refusals
from domain.refusing import Refusal
from tests.acceptance.samples import Samples
from tests.graph import GRAPH
from tests.integration.refused_inputs import LEFT_OUT, Refused, refused, stage
from tests.integration.world import World, ask_with

ASKED = "errors { code message field subjectId }"
WITHOUT_A_PLACE = {
    refusals.BadCredentials,  # which of the two was wrong is for nobody to know
    refusals.Conflict,  # of all of it
    refusals.AccountsElsewhere,  # whatever is said
    refusals.ExportNotSent,
}
OF_QUESTIONS = {refusals.PinnedAsWell}
"""What is told of a query alone, and there in `extensions`."""
WITHOUT_INPUT = {"signIn", "signOut", "exportMyData"}
"""What takes nothing, or says of nothing in it that it was that."""


async def test_each_refused_input_is_named_and_what_it_is_about(world: World) -> None:
    # given good input for every mutation
    samples = await stage()

    # when each is sent with something in it that cannot be
    for row in refused(samples.ids):
        variables, errors = await sent(samples, row)

        # then what is told is what the table says, and stands at a place that was sent
        named = [(e["code"], ".".join(e["field"] or ()), e["subjectId"]) for e in errors]
        told = [(each[0].code, each[1], each[2] if len(each) > 2 else None) for each in row.told]
        assert named == told, row
        for error, (refusal, *_) in zip(errors, row.told, strict=True):
            assert re.fullmatch(sentence(refusal), error["message"]), (row, error)
            assert is_there(variables, error["field"]), (row, error)


def test_the_table_knows_every_refusal_that_has_a_place_and_every_mutation() -> None:
    table = refused(Names())
    known = {each[0] for row in table for each in row.told}
    kinds = {k for _, k in inspect.getmembers(refusals, inspect.isclass) if issubclass(k, Refusal)}
    assert kinds - known - {Refusal} == WITHOUT_A_PLACE | OF_QUESTIONS
    assert set(mutations()) - {row.mutation for row in table} == WITHOUT_INPUT


class Names(dict[str, str]):
    """Ids that are as good as their names."""

    def __missing__(self, name: str) -> str:
        return name


async def sent(samples: Samples, row: Refused) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What was sent, and the refusals that came back."""
    good = samples.mutations()[row.mutation]
    has_input = "input" in good.variables
    said = (good.variables["input"] if has_input else good.variables) | row.said
    said = {name: value for name, value in said.items() if value is not LEFT_OUT}
    answer = await ask_with(
        samples.tokens[row.by or good.by],
        document(row.mutation),
        **({"input": said} if has_input else said),
    )
    assert not answer.errors, (row, answer.errors)
    return said, answer.payload["errors"]


def document(mutation: str) -> str:
    takes = mutations()[mutation].args
    head = ", ".join(f"${name}: {each.type}" for name, each in takes.items())
    given = ", ".join(f"{name}: ${name}" for name in takes)
    return f"mutation({head}) {{ {mutation}({given}) {{ {ASKED} }} }}"


def mutations() -> dict[str, GraphQLField]:
    assert GRAPH.mutation_type is not None
    fields: dict[str, GraphQLField] = GRAPH.mutation_type.fields
    return fields


def sentence(refusal: type[Refusal]) -> str:
    """Its message, whatever stands in the gaps, in either language."""
    english = inspect.cleandoc(refusal.__doc__ or "")
    return "|".join(re.sub(r"\\{\w+\\}", ".+", re.escape(text)) for text in (english, refusal.fr))


def is_there(said: Any, field: list[str]) -> bool:
    """Whether this leads to a value that was sent; the last name of it may have been left out."""
    *way, last = field
    for name in way:
        said = said[int(name)] if isinstance(said, list) else said[name]
    return int(last) < len(said) if isinstance(said, list) else last in said or last == "answers"
