"""A document is read as graphql-core reads it: the same tree, the same places, the same errors."""

from traceback import extract_tb
from typing import Any

import pytest
from graphql import DocumentNode, GraphQLError, parse
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
    """Every node and every token, or what is wrong and where."""
    try:
        tree: DocumentNode = reader()
    except GraphQLError as error:
        return error.message, error.locations
    token: Any = tree.loc and tree.loc.start_token
    tokens = []
    while token is not None:
        place = token.start, token.end, token.line, token.column
        tokens.append((token.kind, token.value, *place))
        token = token.next
    return tree, tokens


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(PLACES))
def test_any_text_is_read_the_same(pieces: list[str], place: str) -> None:
    document = place % "".join(pieces)

    assert read_by(lambda: read(document, ALL)) == read_by(lambda: parse(document))


def test_what_is_read_goes_without_being_looked_for() -> None:
    # when a document is read to its end, and another one up to what is wrong with it
    place: Any = read("{ a b c }", ALL).loc
    with pytest.raises(GraphQLError) as wrong:
        read("{ a b c", ALL)

    # then no token holds the one before, and no frame what was read
    token = place.start_token
    while token is not None:
        assert token.prev is None
        token = token.next
    assert "parse_document" not in [frame.name for frame in extract_tb(wrong.tb)]
