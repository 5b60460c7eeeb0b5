"""Cursors come back as they were given out; anything else is refused, and never breaks anything."""

import base64
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.denials import BadCursor
from resolvers.cursors import (
    moment_cursor,
    place_cursor,
    places_cursor,
    read_moment_cursor,
    read_places,
    read_row_cursor,
    row_cursor,
)

seqs = st.integers(0, 2**63 - 1)
places = st.dictionaries(st.uuids(), seqs, max_size=20)
moments = st.datetimes(timezones=st.just(UTC))
cursors = (
    st.uuids().map(row_cursor)
    | st.builds(moment_cursor, moments, st.uuids())
    | st.builds(place_cursor, st.uuids(), seqs)
    | places.map(places_cursor)
)
READERS: list[Callable[[str], Any]] = [read_row_cursor, read_places, read_moment_cursor]


@given(st.uuids())
def test_the_cursor_of_a_row_leads_back_to_it(id: UUID) -> None:
    assert read_row_cursor(row_cursor(id)) == id


@given(moments, st.uuids())
def test_the_cursor_of_a_moment_leads_back_to_it(at: datetime, id: UUID) -> None:
    assert read_moment_cursor(moment_cursor(at, id)) == (at, id)


@given(st.uuids(), seqs)
def test_the_cursor_of_one_conversation_leads_back_to_its_place(match: UUID, seq: int) -> None:
    assert read_places(place_cursor(match, seq)) == ({match: seq}, False)


@given(places)
def test_the_cursor_of_all_conversations_leads_back_to_their_places(at: dict[UUID, int]) -> None:
    assert read_places(places_cursor(at)) == (at, True)


@given(places)
def test_the_same_places_have_the_same_cursor(at: dict[UUID, int]) -> None:
    assert places_cursor(at) == places_cursor(dict(reversed(at.items())))


@pytest.mark.parametrize("read", READERS)
@given(text=st.text(st.characters(codec=None)) | st.text("AQIDabc-_=+/ \n\0", max_size=60))
def test_garbage_is_refused(read: Callable[[str], Any], text: str) -> None:
    try:
        read(text)
    except BadCursor:
        return
    # not refused: then it is, letter by letter, what a call of ours gives out
    assert text in _every_spelling(text)


@given(cursors, st.data())
def test_a_cursor_with_one_letter_changed_is_refused_or_is_another_cursor(
    cursor: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(st.characters(codec=None))
    changed = cursor[:at] + letter + cursor[at + 1 :]
    for read in READERS:
        try:
            read(changed)
        except BadCursor:
            continue
        assert changed in _every_spelling(changed)


@given(cursors, st.data())
def test_a_cursor_cut_short_is_never_taken_for_a_whole_one(
    cursor: str, data: st.DataObject
) -> None:
    cut = cursor[: data.draw(st.integers(0, len(cursor) - 1))]
    with pytest.raises(BadCursor):
        read_row_cursor(cut)
    try:
        at, over_all = read_places(cut)
    except BadCursor:
        return
    assert over_all
    assert places_cursor(at) == cut


@given(st.uuids(), places)
def test_a_cursor_of_one_kind_is_none_of_the_other(id: UUID, at: dict[UUID, int]) -> None:
    moment = moment_cursor(datetime(2030, 1, 1, tzinfo=UTC), id)
    for wrong in (place_cursor(id, 1), places_cursor(at), moment):
        with pytest.raises(BadCursor):
            read_row_cursor(wrong)
    for wrong in (row_cursor(id), moment):
        with pytest.raises(BadCursor):
            read_places(wrong)
    for wrong in (row_cursor(id), place_cursor(id, 1), places_cursor(at)):
        with pytest.raises(BadCursor):
            read_moment_cursor(wrong)


@given(st.integers(-(2**63), 2**63 - 1), st.uuids())
def test_a_time_that_no_calendar_has_is_refused(microseconds: int, id: UUID) -> None:
    packed = b"\x04" + microseconds.to_bytes(8, signed=True) + id.bytes
    cursor = base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
    try:
        at, _ = read_moment_cursor(cursor)
    except BadCursor:
        return
    assert moment_cursor(at, id) == cursor


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "A",
        "====",
        "\0",
        "é",
        "\ud800",
        "A" * 10_000_000,
        row_cursor(UUID(int=1)) + "=",
        row_cursor(UUID(int=1)) + "\n",
        " " + row_cursor(UUID(int=1)),
        row_cursor(UUID(int=1))[:-1] + "_",  # the same bytes in another spelling
        place_cursor(UUID(int=1), 2**63),  # no counter of ours gets there
        place_cursor(UUID(int=1), 2**64 - 1),
    ],
    ids=lambda text: ascii(text[:6] + text[-6:]),
)
def test_another_spelling_or_an_impossible_place_is_refused(
    read: Callable[[str], Any], text: str
) -> None:
    with pytest.raises(BadCursor):
        read(text)


def _every_spelling(text: str) -> set[str]:
    """What our own functions give out for what this text is read as."""
    with suppress(BadCursor):
        return {row_cursor(read_row_cursor(text))}
    with suppress(BadCursor):
        return {moment_cursor(*read_moment_cursor(text))}
    at, over_all = read_places(text)
    return {places_cursor(at)} if over_all else {place_cursor(*place) for place in at.items()}
