"""What people need to ask for fits by far; what would stall the server is refused."""

from typing import Any

import pytest
from graphql import get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from execution.budget import TOO_COMPLEX, TOO_DEEP, refusal
from execution.cost import Cost, Walk
from execution.documents import Document
from execution.lengths import Lengths, length
from execution.limits import Limits
from schema import schema_of
from server.demo.world import CONTENT

GRAPH = schema_of()._schema
EXAMPLES = sorted(CONTENT.glob("operations/*.graphql"))
CONVERSATION = """{ match(id: "m") { messages(last: 100) {
    edges { cursor node { sender { displayName } replyTo { number sender { displayName } } } }
    pageInfo { endCursor } } } }"""
INBOX = """{ viewer { matches(first: 5) { nodes {
    partner { displayName } program { title } steps { step { title } completedBy { id } }
    messages(last: 20) { nodes { sender { displayName } replyTo { number } } } } } } }"""
ENROLLMENTS = """{ program(id: "p") { enrollments(first: 100) { nodes {
    user { displayName bio } answers { question { text } text } } } } }"""


def judged(document: str, limits: Limits | None = None, **variables: Any) -> str | None:
    """The code of the refusal, if it is refused."""
    asked = Document(document, parse(document))
    found = refusal(GRAPH, asked, variables, limits or Limits())
    return found[0] if found else None


def walked(document: str, **variables: Any) -> tuple[Cost, int]:
    """What the only operation costs, and how many selections were looked at."""
    parsed = parse(document)
    sizes = {name: length(value) for name, value in variables.items()}
    walk = Walk(GRAPH, parsed, Lengths(parsed, sizes, Limits()))
    return walk.operation(parsed.definitions[0]), walk.visits  # type: ignore[arg-type]


def nodes(document: str, **variables: Any) -> int:
    return walked(document, **variables)[0].nodes


def deep(times: int) -> str:
    """Messages of the match of messages of the match …"""
    return f'{{ match(id: "m") {{ {"messages { nodes { match {" * times} id {"} } }" * times} }} }}'


def bomb(n: int) -> str:
    """Fragments that spread the next one twice."""
    links = (
        f"fragment F{i} on Match {{ program {{ id }} ...F{i + 1} ...F{i + 1} }}" for i in range(n)
    )
    return f'{{ match(id: "m") {{ ...F0 }} }} {" ".join(links)} fragment F{n} on Match {{ id }}'


@pytest.mark.parametrize("document", [CONVERSATION, INBOX, ENROLLMENTS])
def test_what_people_need_stays_far_inside(document: str) -> None:
    assert judged(document) is None
    assert nodes(document) < Limits().nodes / 3


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_stay_far_inside(path: Any) -> None:
    half = Limits(nodes=5_000, depth=10, aliases=10, queries=5, mutations=2, fragments=10)

    assert judged(path.read_text("utf-8"), half) is None


def test_an_editor_may_ask_for_the_whole_schema() -> None:
    assert judged(get_introspection_query(input_value_deprecation=True)) is None


def test_but_not_under_many_names() -> None:
    names = " ".join(f"n{i}: name" for i in range(6))

    assert judged(f"{{ __schema {{ types {{ {names} }} }} }}") == TOO_COMPLEX
    schemas = " ".join(f"s{i}: __schema {{ types {{ name }} }}" for i in range(6))
    assert judged(f"{{ {schemas} }}") == TOO_COMPLEX


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (deep(4), TOO_DEEP),
        ("{ viewer {" + "... on Viewer {" * 150 + "id" + "}" * 150 + "} }", TOO_DEEP),
        (deep(3), TOO_COMPLEX),
        ("{ viewer { " + " ".join(f"a{i}: id" for i in range(51)) + "} }", TOO_COMPLEX),
        ("{ viewer { " + "user { id } " * 27 + "} }", TOO_COMPLEX),
        ("{ " + " ".join(f"a{i}: viewer {{ id }}" for i in range(21)) + "}", TOO_COMPLEX),
        ("{ ...F ...F } fragment F on Query {" + "__typename " * 11 + "}", TOO_COMPLEX),
        ("mutation { " + "signOut { __typename } " * 21 + "}", TOO_COMPLEX),
        ("{ viewer { id " + "@include(if: true) " * 51 + "} }", TOO_COMPLEX),
        ("query " + "@a " * 51 + "{ viewer { id } }", TOO_COMPLEX),
        ("{ viewer { " + "... { user { id } } " * 101 + "} }", TOO_COMPLEX),
        ("{ viewer { id } } fragment F on Viewer { " + "user { id } " * 52 + "}", TOO_COMPLEX),
        ("query A { viewer { id } } query B { " + "viewer { id } " * 21 + "}", TOO_COMPLEX),
        (bomb(30), TOO_COMPLEX),
        (bomb(200), TOO_DEEP),
    ],
)
def test_what_would_stall_the_server_is_refused(document: str, code: str) -> None:
    assert judged(document) == code


@pytest.mark.parametrize("n", [10, 40, 90])
def test_a_fragment_is_walked_once_however_often_it_is_spread(n: int) -> None:
    cost, visits = walked(bomb(n))

    assert cost.nodes == 2**n and visits == 4 * n + 3


@pytest.mark.parametrize("n", [100, 150, 200])
def test_a_chain_of_fragments_is_given_up_before_the_walk_is_too_deep(n: int) -> None:
    assert judged(bomb(n)) == TOO_DEEP


def test_circular_fragments_come_to_an_end_and_are_left_to_validation() -> None:
    circle = "fragment A on Viewer { user { id } ...B } fragment B on Viewer { ...A ...B }"

    assert judged(f"{{ viewer {{ ...A }} }} {circle}") is None


def test_fields_fragments_and_types_that_do_not_exist_are_left_to_validation() -> None:
    assert judged("{ no { nope { ...Never ... on Nothing { id } } } }") is None
    assert judged("subscription { a } mutation { b { c } } fragment F on No { id { e } }") is None


@pytest.mark.parametrize(
    ("arguments", "rows"),
    [
        ("", 20),
        ("(first: 7)", 7),
        ("(last: 7)", 7),
        ("(first: 5000)", 100),
        (f"(first: {'9' * 6000})", 100),
        ("(first: null)", 20),
        ("(first: -1)", 0),
        ("(first: $given)", 9),
        ("(first: $null)", 20),
        ("(first: $nobody)", 20),
        ("(first: $default)", 30),
        ("(first: $float)", 100),
        ("(first: $other)", 1),
        ("(first: 3, last: $given)", 9),
    ],
)
def test_a_page_is_as_long_as_the_document_or_its_variables_say(arguments: str, rows: int) -> None:
    document = f"""query($given: Int, $null: Int, $default: Int = 30) {{ match(id: "m") {{
        messages{arguments} {{ nodes {{ sender {{ id }} }} pageInfo {{ endCursor }} }} }} }}"""
    given = {"given": 9, "null": None, "float": 100.0, "other": "x"}

    assert nodes(document, **given) == 1 + 1 + 1 + 2 * rows


def test_a_page_asked_for_in_a_fragment_counts_where_the_fragment_is_spread() -> None:
    rows = "fragment Rows on MessageConnection { nodes { sender { id } } }"
    page = f'{{ match(id: "m") {{ messages(first: 50) {{ ...Rows }} }} }} {rows}'

    assert nodes(page) == 1 + 1 + 50 * 2


def test_lists_without_pages_count_as_many_as_they_may_well_have() -> None:
    assert nodes("{ programTemplates { steps { week } questions { key } } }") == 3 * (1 + 12 + 10)
    assert nodes('{ nodes(ids: ["a", "b"]) { id } }') == 2
    assert nodes("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["a"] * 70) == 70
    assert nodes("query($ids: [ID!]! = [1, 2, 3]) { nodes(ids: $ids) { id } }") == 3


@pytest.mark.parametrize(
    ("arguments", "rows"), [("", 10), ("(first: 3)", 3), ("(first: 100)", 100), ("(first: $n)", 50)]
)
def test_a_list_that_is_asked_for_by_number_counts_that_many(arguments: str, rows: int) -> None:
    document = (
        f"query($n: Int) {{ viewer {{ upcomingReminders{arguments} {{ match {{ id }} }} }} }}"
    )

    assert nodes(document, n=50) == 1 + rows * 2


def test_variables_decide_of_every_operation_in_the_document() -> None:
    page = "matches(first: $n) { nodes { messages(first: $m) { nodes { sender { id } } } } }"
    document = f"""query A($n: Int, $m: Int) {{ viewer {{ {page} }} }}
                   query B($n: Int, $m: Int) {{ viewer {{ {page} }} }}"""

    assert judged(document, n=10, m=100) is None
    assert judged(document, n=100, m=100) == TOO_COMPLEX


def test_a_verdict_holds_for_the_sizes_it_was_given_for_and_no_others() -> None:
    document = "query($n: Int) { viewer { matches(first: $n) { nodes { user: partner { id } } } } }"
    limits = Limits(nodes=100)

    for _ in range(2):
        assert judged(document, limits, n=10) is None
        assert judged(document, limits, n=90) == TOO_COMPLEX
        assert judged(document, n=90) is None


FIELDS = st.recursive(
    st.sampled_from(["id", "status", "a: id"]),
    lambda inner: st.builds(
        lambda around, inside: around % " ".join(inside),
        st.sampled_from(
            [
                "program { %s }",
                "steps { %s }",
                "messages(first: 3) { nodes { %s } }",
                "messages(last: 0) { edges { node { %s } } }",
                "... on Match { %s }",
                "match { %s }",
                "...F @include(if: true) b: partner { %s }",
            ]
        ),
        st.lists(inner, min_size=1, max_size=4),
    ),
    max_leaves=12,
)


@given(st.lists(FIELDS, min_size=1, max_size=4), FIELDS, st.integers(0, 4))
def test_asking_for_one_more_field_never_costs_less(fields: list[str], more: str, at: int) -> None:
    def cost(asked: list[str]) -> Cost:
        fragment = "fragment F on Match { messages { nodes { sender { id } } } }"
        return walked(f'{{ match(id: "m") {{ {" ".join(asked)} }} }} {fragment}')[0]

    less, dearer = cost(fields), cost([*fields[:at], more, *fields[at:]])

    for what in ("depth", "fields", "aliases", "directives", "fragments", "nodes"):
        assert getattr(dearer, what) >= getattr(less, what)
