"""What is answered once for several people: only what the table names, and never with a viewer."""

import gc
import weakref

import pytest
from graphql import parse
from strawberry.permission import PermissionExtension
from strawberry.types.field import StrawberryField

from execution.documents import Document
from execution.remembering import remember
from execution.sharing import usage_of
from permissions import IsPairMember
from resolvers.context import AskedWhoSees, SharedContext
from schema import schema_of
from schema.sharing import SAME_FOR_BOTH, SHARED
from server.selections import Selections

SCHEMA = schema_of()._schema


def is_shared(selection: str) -> bool:
    text = f"subscription($x: Boolean!) {{ messageEvents {{ {selection} }} }}"
    return usage_of(SCHEMA, Document(text, parse(text))).is_within(SHARED)


def test_what_is_the_same_for_both_takes_no_arguments_and_asks_for_no_other_permission() -> None:
    for type, names in SAME_FOR_BOTH.items():
        if type == "Subscription":
            continue
        fields = SCHEMA.type_map[type].fields  # type: ignore[attr-defined]
        for name in names.split():
            assert not fields[name].args, (type, name)
            own: StrawberryField = fields[name].extensions["strawberry-definition"]
            asked_for = [
                permission
                for extension in own.extensions
                if isinstance(extension, PermissionExtension)
                for permission in extension.permissions
            ]
            assert all(isinstance(one, IsPairMember) for one in asked_for), (type, name)


def test_every_other_field_makes_it_an_answer_for_one() -> None:
    paths = {"Message": "... on MessageAdded { message { %s } }", "Match": "match { %s }"}
    seen = 0
    for type, path in paths.items():
        for name, field in SCHEMA.type_map[type].fields.items():  # type: ignore[attr-defined]
            below = " { __typename }" if hasattr(_named(field.type), "fields") else ""
            expected = name in SAME_FOR_BOTH[type].split()
            assert is_shared(path % f"{name}{below}") is expected, (type, name)
            seen += not expected
    assert seen > 5


@pytest.mark.parametrize(
    ("selection", "is_one_for_all"),
    [
        ("cursor", True),
        ("__typename ...{ cursor @include(if: $x) }", True),
        ("match { partner { id } }", False),
        ("match { ... on Match { unreadCount } }", False),
        ("match { messages(last: 1) { nodes { body } } }", False),
        ("... on MessageAdded { message { match { unreadCount } } }", False),
        ("... on MessageAdded { message { replyTo { match { partner { id } } } } }", False),
    ],
)
def test_it_is_told_wherever_in_the_document_it_stands(
    selection: str, is_one_for_all: bool
) -> None:
    assert is_shared(selection) is is_one_for_all


def test_the_variables_of_directives_are_known_to_make_a_difference() -> None:
    text = (
        "subscription($m: ID, $x: Boolean!) { messageEvents(matchId: $m) @skip(if: $x) { cursor } }"
    )
    assert usage_of(SCHEMA, Document(text, parse(text))).turns == ("x",)


def test_a_variable_that_nobody_gives_is_not_one_that_is_null() -> None:
    text = "subscription($x: Boolean = true) { messageEvents { cursor @include(if: $x) } }"
    schema = schema_of()
    remember(schema).add(text, parse(text))
    selections = Selections(schema)
    ungiven = selections.find(text, None, {})
    assert ungiven is not None and ungiven is selections.find(text, None, {"m": "another"})
    assert ungiven is not selections.find(text, None, {"x": None})


def test_what_a_document_asks_for_is_found_once_and_forgotten_with_it() -> None:
    text = "subscription { messageEvents { cursor } }"
    document = Document(text, parse(text))
    assert usage_of(SCHEMA, document) is usage_of(SCHEMA, document)
    kept = weakref.ref(document.tree)
    del document
    gc.collect()
    assert kept() is None


def test_of_the_variables_as_much_is_kept_as_is_needed_for_events() -> None:
    text = """subscription($m: ID!, $after: String!, $words: String!, $x: Boolean!) {
      messageEvents(matchId: $m, after: $after) { match { ...found } cursor @skip(if: $x) } }
    fragment found on Match { searchMessages(text: $words) { __typename } }"""
    long = "a" * 9000
    said = {"m": "match_1", "after": long, "words": long, "x": True, "unheard-of": long}
    assert usage_of(SCHEMA, Document(text, parse(text))).kept(said) == {
        "m": "match_1",
        "after": "",
        "words": long,
        "x": True,
    }


def test_where_several_are_answered_nobody_is_the_viewer() -> None:
    context = SharedContext([])
    for name in ("viewer", "locale"):
        with pytest.raises(AskedWhoSees):
            getattr(context, name)


def _named(type: object) -> object:
    while hasattr(type, "of_type"):
        type = type.of_type
    return type
