"""Documents with very much that is wrong: the first of it is told, and the rest not looked for."""

import pytest
from graphql import parse, specified_rules, validate

from execution.budget import TOO_COMPLEX
from execution.validating import errors_in
from schema import schema_of
from server.errors import code_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "document",
    [
        "{ viewer { nothing } }" + "\n" * 1001,
        "{ viewer { nothing } }" + "\r\n" * 1001,
        "{ viewer { " + "nothing " * 400 + "} }",
        "{ group(id: [" + "1 " * 240 + "]) { id } }",
        "{ nodes(ids: [" + '"\\u{41}" ' * 1001 + "]) { id } }",
    ],
)
async def test_what_would_be_slow_to_read_is_not_read(document: str) -> None:
    result = await schema_of().execute(document)

    assert [code_of(error) for error in result.errors or []] == [TOO_COMPLEX]


async def test_no_number_is_longer_than_python_reads() -> None:
    for digits, is_told in ((4300, False), (4301, True)):
        document = f"{{ nodes(ids: [{'1' * 4299} {'1' * digits}]) {{ id }} }}"

        result = await schema_of().execute(document)

        told = [error.message for error in result.errors or []]
        assert told[0].startswith("A number of the document is longer") is is_told


async def test_of_what_is_wrong_the_first_is_told() -> None:
    document = f"{{ viewer {{ {' '.join(f'nothing{i}' for i in range(200))} }} }}"

    result = await schema_of().execute(document + "\n" * 990)

    told = [error.message for error in result.errors or []]
    assert len(told) == 11
    assert "Too many validation errors" in told[-1]


async def test_of_a_long_document_less_is_told() -> None:
    document = "\n" * 990 + f"{{ viewer {{ {' '.join(f'nothing{i}' for i in range(200))} }} }}"

    result = await schema_of().execute(document)

    assert len(result.errors or []) == 2
    assert (result.errors or [])[0].locations == [(991, 12)]


@pytest.mark.parametrize(("fields", "told"), [(3, 5), (50, 1)])
async def test_of_a_long_value_the_first_error_is_told(fields: int, told: int) -> None:
    unknown = " ".join(f"unknown{i}: 1" for i in range(fields))

    result = await schema_of().execute(
        f"mutation {{ signIn(input: {{{unknown}}}) {{ __typename }} }}"
    )

    assert len(result.errors or []) == told


@pytest.mark.parametrize(
    "document",
    [
        "{ viewer { email } }",
        "{ group(id: $id) { id } }",
        "query($id: ID!) { viewer { email } }",
        "query($a: Int, $a: Group) { groups(first: $a) { nodes { id } } }",
        "query($a: String) { groups(first: $a) { nodes { id } } }",
        "{ viewer @nothing { email @skip(if: true) @skip(if: true) } }",
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
        "{ viewer { email } } fragment a on Query { viewer { email } }",
        "{ ...nothing viewer { ... on Group { id } } }",
        "{ viewer { email } } fragment a on Query { nodes } fragment a on Nothing { id }",
    ],
)
def test_what_is_wrong_is_found_whatever_else_stands_nowhere(document: str) -> None:
    schema, tree = schema_of(), parse(document)

    found = errors_in(schema, tree, specified_rules)

    assert found == validate(schema._schema, tree, specified_rules)
    assert bool(found) is (document != "{ viewer { email } }")
