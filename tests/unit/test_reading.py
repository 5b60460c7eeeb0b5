"""A document is read as graphql-core reads it: the same tree, the same places, the same errors."""

import gc
from traceback import extract_tb
from typing import Any

import pytest
from graphql import DocumentNode, FieldNode, GraphQLError, Token, parse
from hypothesis import given
from hypothesis import strategies as st

from execution.limits import Limits
from execution.reading import read

ALL = Limits(tokens=10**6, fields=10**6, values=10**6)
PIECES = (
    *"{}()[]:=!$@|&,. \t\n\r\"\\#-+'ae_Z09\0\x01é😀\ufeff\ud83d\ude00",
    *("...", "..", '""', '"""', '\\"""', "\r\n", "\n  ", " \t ", "\n\n"),
    *("query", "fragment f on T", "a: b", "true", "null", "$v", "@skip(if: true)", "1.5e-3", "-0"),
    *("00", "1.", "1e", "1a", ".5", '"a"', '"é😀"', "# told", "[1 2]", "{a: 1}"),
    *("\\n", "\\/", "\\x", "\\u0041", "\\uD83D", "\\uDE00", "\\u{1F600}", "\\u{D800}", "\\u{"),
    *("\\u{110000}", "\\u{000000041}", "\\u00", '"\\u0041\\n"', '"\\uD83D\\uDE00"', '"\\u{41}\\t"'),
)
"""Of documents, whole and broken."""
PLACES = ("%s", "{ a(b: %s) }", '{ a(b: "%s") }', '{ a(b: """%s""") c }')


def read_by(reader: Any) -> tuple[Any, ...]:
    """Every node and its place, and how many tokens there were, or what is wrong and where."""
    try:
        tree: DocumentNode = reader()
    except GraphQLError as error:
        return error.message, error.locations
    return tree, tree.token_count


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(PLACES))
def test_any_text_is_read_the_same(pieces: list[str], place: str) -> None:
    document = place % "".join(pieces)

    assert read_by(lambda: read(document, ALL)) == read_by(lambda: parse(document))


@pytest.mark.usefixtures("uncollected")
def test_what_is_read_goes_without_being_looked_for() -> None:
    def left() -> list[Any]:
        kinds = (Token, FieldNode)
        return [one for one in gc.get_objects() if type(one) in kinds]

    # when a document is read to its end
    before = len(left())
    tree = read("{ a b c }", ALL)

    # then of its tokens none is left, and the collector does not even go through its places
    assert len(left()) == before + len(["a", "b", "c"])
    assert not any(gc.is_tracked(each.loc) for each in (tree, *tree.definitions))

    # when others are read up to what is wrong with them
    with pytest.raises(GraphQLError) as wrong:
        read("{" + " a" * 100, ALL)
    with pytest.raises(GraphQLError) as deep:
        read("{a" * 10_000, ALL)

    # then errors hold next to nothing of what was read, and it goes with them
    for error in wrong, deep:
        assert "parse_document" not in [frame.name for frame in extract_tb(error.tb)]
    assert len(left()) < before + 10
    del tree, wrong, deep, error
    assert len(left()) == before
