"""Whatever people type is cleaned or refused; it never breaks anything."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.form import Form
from domain.refusals import Missing, TooLong, UnreadableText
from domain.refusing import Refusal, Several
from models.users import Locale

AWKWARD = [
    "",
    " ",
    "\u00a0\u3000",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "\uffff",
    "\x1b[31m",
    "\u202eevil\u202c",
    "\u05e9\u05dc\u05d5\u05dd",
    "e\u0301",
    "\u0300",
    "\ufb1d" * 30,
    "ﷺ" * 70,
    "👩‍👩‍👧" * 20,
    "x" * 100_000,
    "İ" * 250 + "@x",
    "é" * 81,
    "Europe/Paris",
    "../../etc/passwd",
    "en",
    "zh-hant-tw",
    "{0}",
    "%s",
    "'; DROP TABLE users; --",
]
texts = st.sampled_from(AWKWARD) | st.text(st.characters(codec=None), max_size=300)
Reads = Callable[[Form, str], Any]
FIELDS: dict[str, Reads] = {
    "text": lambda form, text: form.text(text, "x", longest=80),
    "empty text": lambda form, text: form.text(text, "x", longest=80, shortest=0),
    "optional text": lambda form, text: form.optional_text(text, "x", longest=80) or "",
    "password": lambda form, text: form.password(text, "x"),
    "email": lambda form, text: form.email(text, "x"),
    "time zone": lambda form, text: form.time_zone(text, "x"),
    "key": lambda form, text: form.key(text, set(), "x"),
}


def refusals_of(form: Form) -> Sequence[Refusal]:
    """What stands in the way, whatever it is."""
    try:
        form.check()
    except Refusal as refusal:
        return refusal.each()
    return ()


@pytest.mark.parametrize("kind", FIELDS)
@given(text=texts)
def test_any_text_is_cleaned_or_refused(kind: str, text: str) -> None:
    form = Form()
    cleaned = FIELDS[kind](form, text)
    refused = refusals_of(form)
    if refused:
        assert [(type(each).code, each.field) for each in refused] == [("INVALID", ("x",))]
        return
    stored = cleaned.encode("utf-8")  # it can be stored
    assert b"\0" not in stored
    again = Form()
    assert FIELDS[kind](again, cleaned) == cleaned  # and cleaning it anew changes nothing
    again.check()


@given(texts)
def test_a_text_that_is_taken_fits_and_stands_trimmed_and_composed(text: str) -> None:
    form = Form()
    cleaned = form.text(text, "x", longest=80)
    if refusals_of(form):
        return
    assert 1 <= len(cleaned) <= 80
    assert cleaned == cleaned.strip() == unicodedata.normalize("NFC", cleaned)


@given(texts)
def test_an_address_that_is_taken_fits_its_column_in_lower_case(text: str) -> None:
    form = Form()
    address = form.email(text, "x")
    if refusals_of(form):
        return
    assert 3 <= len(address) <= 254
    assert address == address.lower()
    assert address.count("@") == 1


@given(st.lists(texts, max_size=40))
def test_any_list_of_topics_is_cleaned_or_refused(values: list[str]) -> None:
    form = Form()
    topics = form.topics(values, "topics")
    if refused := refusals_of(form):
        assert {each.field[0] for each in refused} == {"topics"}
        return
    assert len(topics) <= 30
    assert len({topic.casefold() for topic in topics}) == len(topics)
    assert all(1 <= len(topic) <= 60 for topic in topics)


@given(st.lists(st.sampled_from(["en", "EN", "fr", "pt-br", "zh-hant-tw"]) | texts, max_size=30))
def test_any_list_of_languages_is_cleaned_or_refused(values: list[str]) -> None:
    form = Form()
    tags = form.languages(values, "languages")
    if refused := refusals_of(form):
        assert {each.field[0] for each in refused} == {"languages"}
        return
    assert len(set(tags)) == len(tags) <= 20
    assert all(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", tag) for tag in tags)


def test_language_tags_come_in_their_usual_letter_case_and_once() -> None:
    form = Form()
    tags = form.languages(["PT-br", "pt-BR", "ZH-HANT-tw", "en"], "languages")
    form.check()
    assert tags == ["pt-BR", "zh-Hant-TW", "en"]


def test_languages_and_zones_are_known_however_systems_write_them() -> None:
    form = Form()
    tags = form.languages([" fr ", "pt_BR", "zh_Hant_TW"], "languages")
    zones = [form.time_zone(zone, "timeZone") for zone in ("europe/paris", " America/New_York\n")]
    form.check()
    assert tags == ["fr", "pt-BR", "zh-Hant-TW"]
    assert zones == ["Europe/Paris", "America/New_York"]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (0, "Something is needed here."),
        (1, None),
        (3, None),
        (4, "At most 3 entries."),
    ],
)
def test_a_list_is_told_how_many_entries_it_may_have(entries: int, message: str | None) -> None:
    form = Form()
    form.count(range(entries), "pairs", least=1, most=3)
    said = [(each.message(Locale.EN), each.field) for each in refusals_of(form)]
    assert said == ([(message, ("pairs",))] if message else [])


def test_a_name_for_machines_is_told_what_it_may_be_made_of() -> None:
    form = Form()
    form.key("why now?", set(), "key")
    (refused,) = refusals_of(form)
    assert refused.message(Locale.EN).startswith("From 1 to 60 letters from a to z")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", Missing),
        (" \u00a0\n", Missing),
        ("a\0b", UnreadableText),
        ("\ud83d", UnreadableText),
        ("x" * 81, TooLong),
        ("x" * 10_000_000, TooLong),
        (" " * 10_000_000, TooLong),
    ],
)
def test_a_refusal_says_what_is_wrong(text: str, refusal: type[Refusal]) -> None:
    form = Form()
    form.text(text, "bio", longest=80)
    with pytest.raises(refusal):
        form.check()


def test_right_to_left_text_and_emoji_stay_as_they_are() -> None:
    form = Form()
    for text in ("שלום עולם", "مرحبا", "👩‍👩‍👧", "line\nline\ttab"):
        assert form.text(text, "x", longest=80) == text
    form.check()


def test_everything_wrong_is_said_at_once() -> None:
    form = Form()
    form.text("", "displayName", longest=80)
    form.email("nobody", "email")
    form.password("short", "password")
    form.time_zone("Mars/Olympus", "timeZone")
    form.languages(["en", "?"], "languages")
    form.number(0, "capacity", low=1, high=100)
    with pytest.raises(Several) as refused:
        form.check()
    assert [refusal.field for refusal in refused.value.each()] == [
        ("displayName",),
        ("email",),
        ("password",),
        ("timeZone",),
        ("languages", "1"),
        ("capacity",),
    ]


def test_a_form_without_fault_raises_nothing() -> None:
    form = Form()
    assert form.email(" Ada@Example.ORG ", "email") == "ada@example.org"
    assert form.password("correct horse", "password") == "correct horse"
    assert form.time_zone("Asia/Kathmandu", "timeZone") == "Asia/Kathmandu"
    assert form.topics(["Sleep", " sleep ", "SLEEP", "Study"], "topics") == ["Sleep", "Study"]
    form.check()
