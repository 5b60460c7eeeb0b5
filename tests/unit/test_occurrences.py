"""How often a document asks for certain fields, however it hides it."""

import pytest
from graphql import build_schema, parse

from execution.documents import Document
from execution.occurrences import occurrences, said

GRAPH = build_schema(
    """
    type Query { one: Thing many: [Thing] node: Node }
    interface Node { id: ID }
    type Thing implements Node { id: ID dear(who: String): Int one: Thing }
    type Mutation { do(input: Input): Int other: Int }
    input Input { name: String list: [Int] }
    """
)
DEAR, DO = "Thing.dear", "Mutation.do"


def document(text: str) -> Document:
    return Document(text, parse(text))


def times(text: str, place: str, name: str | None = None) -> int:
    found = occurrences(GRAPH, document(text), name, frozenset({place}))
    return sum(one.times for one in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ one { id } }", 0),
        ("{ one { dear } }", 1),
        ("{ a: one { dear b: dear } many { one { dear } } }", 3),
        ("{ node { ... on Thing { dear } } ... { one { ... { dear } } } }", 2),
        ("{ one { ...f ...f } many { ...f } } fragment f on Thing { dear x: dear }", 6),
        ("{ one { ...f } } fragment f on Thing { dear node: one { ...g } } "  # noqa: ISC004
         "fragment g on Node { ...h } fragment h on Thing { dear }", 2),
        ("{ node { ...f } } fragment f on Node { ... on Thing { dear } }", 1),
        ("{ one { dear: id } }", 0),
    ],
)  # fmt: skip
def test_every_alias_and_every_spread_counts(text: str, expected: int) -> None:
    assert times(text, DEAR) == expected


def test_only_the_operation_that_is_asked_for_counts() -> None:
    text = "mutation A { do a: do } mutation B { do } mutation C { other }"

    assert [times(text, DO, name) for name in "ABC"] == [2, 1, 0]


def test_fragments_that_double_are_counted_in_no_time_and_to_no_end() -> None:
    levels = 300
    fragments = "".join(
        f"fragment f{i} on Thing {{ ...f{i + 1} ...f{i + 1} }} " for i in range(levels)
    )
    text = f"{{ one {{ ...f0 }} }} {fragments} fragment f{levels} on Thing {{ dear }}"

    assert times(text, DEAR) == 10**6


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ('mutation { do(input: {name: "a"}) }', {}, "a"),
        ("mutation($n: String) { do(input: {name: $n}) }", {"n": "a"}, "a"),
        ("mutation($i: Input) { do(input: $i) }", {"i": {"name": "a"}}, "a"),
        ('mutation($n: String = "b") { do(input: {name: $n}) }', {}, "b"),
        ('mutation($n: String = "b") { do(input: {name: $n}) }', {"n": "a"}, "a"),
        ('mutation($i: Input = {name: "b"}) { do(input: $i) }', {}, "b"),
        ("mutation($n: String) { do(input: {name: $n}) }", {}, None),
        ("mutation($i: Input) { do(input: $i) }", {"i": [1]}, None),
        ("mutation($i: Input) { do(input: $i) }", {"i": "a"}, None),
        ("mutation { do(input: null) }", {}, None),
        ("mutation { do }", {}, None),
    ],
)
def test_an_argument_is_found_however_it_is_said(
    text: str, variables: dict[str, object], expected: object
) -> None:
    (one,) = occurrences(GRAPH, document(text), None, frozenset({DO}))

    assert said(document(text), None, one.node, ("input", "name"), variables) == expected


def test_what_is_said_is_what_the_operation_that_is_asked_for_says() -> None:
    text = """mutation A($n: String = "a") { ...f } mutation B($n: String = "b") { ...f }
        fragment f on Mutation { do(input: {name: $n}) }"""
    for name, expected in (("A", "a"), ("B", "b")):
        (one,) = occurrences(GRAPH, document(text), name, frozenset({DO}))

        assert said(document(text), name, one.node, ("input", "name"), {}) == expected
