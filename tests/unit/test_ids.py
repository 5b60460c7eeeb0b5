"""Ids: given out in one spelling, and read back in no other."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ids import global_id, id_of, new_id, parse_global_id

nouns = st.sampled_from(["user", "group", "program", "step", "enrollment", "match", "message"])


@given(nouns, st.uuids())
def test_an_id_comes_back_as_it_was_given_out(noun: str, id: UUID) -> None:
    assert parse_global_id(global_id(noun, id)) == (noun, id)
    assert id_of(noun, global_id(noun, id)) == id


@given(nouns, nouns, st.uuids())
def test_the_id_of_another_noun_is_no_id(noun: str, other: str, id: UUID) -> None:
    assert noun == other or id_of(noun, global_id(other, id)) is None


@given(st.text(st.characters(codec=None)) | st.from_regex(r"[a-z]+_[0-9a-f]{30,34}"))
def test_any_text_is_an_id_in_our_spelling_or_none(text: str) -> None:
    parsed = parse_global_id(text)
    assert parsed is None or global_id(*parsed) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "match",
        "match_",
        "match_0198",
        "match_0198E17BB7F37B5AA6B0D4C8E2F1A390",
        "match_0198e17b-b7f3-7b5a-a6b0-d4c8e2f1a390",
        "match_0198e17bb7f37b5aa6b0d4c8e2f1a390\n",
        " match_0198e17bb7f37b5aa6b0d4c8e2f1a390",
        "match_0198e17bb7f37b5aa6b0d4c8e2f1a3900",
        "Match_0198e17bb7f37b5aa6b0d4c8e2f1a390",
        "match__0198e17bb7f37b5aa6b0d4c8e2f1a390",
        "match_\u0660198e17bb7f37b5aa6b0d4c8e2f1a390",
        "0198e17bb7f37b5aa6b0d4c8e2f1a390",
    ],
)
def test_another_spelling_is_no_id(text: str) -> None:
    assert parse_global_id(text) is None


def test_later_ids_come_later_in_order() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000
    assert {id.version for id in ids} == {7}
