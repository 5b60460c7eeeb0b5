"""schema.graphql says what the code says, and breaks nobody who built on the last release."""

from pathlib import Path

from graphql import build_schema, find_breaking_changes, validate_schema

from schema import sdl

ROOT = Path(__file__).resolve().parents[1]
PRINTED = ROOT / "schema.graphql"
RELEASED = ROOT / "tests" / "released" / "schema.graphql"
"""schema.graphql as the last release published it; releasing copies the new one here."""


def breaks(before: str, after: str) -> list[str]:
    """What a client of `before` may use and will not find in `after`."""
    return [b.description for b in find_breaking_changes(build_schema(before), build_schema(after))]


def test_the_file_says_what_the_code_says() -> None:
    assert PRINTED.read_text("utf-8") == sdl(), (
        "schema.graphql is not what schema/ declares; `compagnon schema --write` prints it anew"
    )


def test_other_tools_can_build_on_the_file() -> None:
    assert validate_schema(build_schema(PRINTED.read_text("utf-8"))) == []


def test_nothing_is_taken_away_from_clients_of_the_last_release() -> None:
    assert breaks(RELEASED.read_text("utf-8"), sdl()) == []


def test_a_field_or_value_taken_away_and_an_argument_newly_needed_would_be_noticed() -> None:
    # given a release
    released = """
        type Query { kept(id: ID!): Colour gone: String weaker: String! }
        enum Colour { RED GREEN }
    """

    # when the next one takes away a field and a value, needs one argument more and promises less
    found = breaks(
        released,
        "type Query { kept(id: ID!, why: String!): Colour weaker: String } enum Colour { RED }",
    )

    # then each is said
    assert sorted(found) == [
        "A required argument Query.kept(why:) was added.",
        "Enum value Colour.GREEN was removed.",
        "Field Query.gone was removed.",
        "Field Query.weaker changed type from String! to String.",
    ]
