"""What the demo's files hold: whole, consistent, in one language each, and typed with care."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.form import Form
from models.users import Locale
from server.demo.people import everybody
from server.demo.world import CONTENT, read

PROGRAMS = sorted(path.stem for path in CONTENT.glob("programs/*.toml"))
CONVERSATIONS = sorted(path.stem for path in CONTENT.glob("conversations/*.toml"))
IN_FRENCH = {"apprendre_a_deux", "cent_vingt_personnes", "deux_pages", "le_levain_attendra"}
NO_PROSE = {
    *("key", "group", "admin", "template", "locale", "created", "opened", "closed", "archived"),
    *("check_in_weekday", "person", "role", "enrolled", "approved", "declined", "withdrawn"),
    *("mentor", "mentee", "paired", "conversation", "life", "at", "by", "read", "zone"),
    *("reason", "action"),
    *("languages", "name", "founded", "settled", "founder", "admins", "members", "category"),
}
FRENCH = re.compile(r"\b(le|les|est|une|des|vous|je|et|pas|que|pour)\b", re.IGNORECASE)
ENGLISH = re.compile(r"\b(the|is|and|you|my|of|to|with|that|are)\b", re.IGNORECASE)


def prose(found: Any, key: str = "") -> Iterator[str]:
    """Every text in it that is for reading."""
    if isinstance(found, dict):
        for name, value in found.items():
            yield from prose(value, name)
    elif isinstance(found, list) and key not in NO_PROSE:
        for value in found:
            yield from prose(value, key)
    elif isinstance(found, str) and key not in NO_PROSE:
        yield found


def texts() -> Iterator[tuple[str, bool]]:
    """Every text of the demo, and whether it is meant to be French."""
    for folder, names in (("programs", PROGRAMS), ("conversations", CONVERSATIONS)):
        for name in names:
            yield from ((text, name in IN_FRENCH) for text in prose(read(f"{folder}/{name}")))
    for group in read("groups")["groups"]:
        yield from ((text, group["key"] == "oser") for text in prose(group))
    for person in everybody():
        yield person.bio, person.locale is Locale.FR
        yield person.what, False


def pairs() -> Iterator[dict[str, Any]]:
    for name in PROGRAMS:
        yield from read(f"programs/{name}").get("pairs", ())


def test_a_person_is_somebody_who_could_have_signed_up() -> None:
    # They are written to the database directly, so no rule has looked at them.
    for person in everybody():
        form = Form()
        form.email(person.email, "email")
        form.text(person.name, "displayName", longest=80)
        form.text(person.bio, "bio", longest=2000)
        form.time_zone(person.zone, "timeZone")
        assert tuple(form.languages(person.languages, "languages")) == person.languages
        form.check()


def test_people_are_many_differ_and_come_from_everywhere() -> None:
    people = everybody()

    assert len(people) in range(30, 41)
    for differs in ("key", "name", "bio"):
        assert len({getattr(person, differs) for person in people}) == len(people)
    assert len({person.zone for person in people}) > 20
    assert len({tag for person in people for tag in person.languages}) > 20
    assert all(person.email.endswith("@example.org") for person in people)


def test_whoever_is_named_is_there() -> None:
    keys = {person.key for person in everybody()}
    groups = {group["key"]: group for group in read("groups")["groups"]}

    for group in groups.values():
        assert {group["founder"], *group["members"]} <= keys
        assert set(group.get("admins", ())) <= set(group["members"])
    for name in PROGRAMS:
        program = read(f"programs/{name}")
        group = groups[program["group"]]
        inside = {group["founder"], *group["members"]}
        assert {one["person"] for one in program.get("enrollments", ())} <= inside, name


def test_every_conversation_is_that_of_one_pair() -> None:
    used = Counter(pair["conversation"] for pair in pairs() if "conversation" in pair)

    assert used == Counter(CONVERSATIONS)


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_has_two_voices_and_answers_only_what_was_said(name: str) -> None:
    messages = read(f"conversations/{name}")["messages"]

    assert {message["by"] for message in messages} == {"mentor", "mentee"}
    for number, message in enumerate(messages, start=1):
        if (replied := message.get("reply_to")) is not None:
            assert replied < number
            assert messages[replied - 1]["by"] != message["by"]


def test_no_text_is_there_twice() -> None:
    # A program's topics are, by design, said again by those who enroll.
    long = Counter(text for text, _ in texts() if len(text) > 60)

    assert {text for text, times in long.items() if times > 1} <= asked_twice()


def asked_twice() -> set[str]:
    return {q["text"] for name in PROGRAMS for q in read(f"programs/{name}").get("questions", ())}


def test_every_text_is_in_the_language_it_is_meant_to_be_in() -> None:
    for text, is_french in texts():
        other = ENGLISH if is_french else FRENCH
        assert not other.search(text), text


def test_quotation_marks_apostrophes_and_spaces_are_typographic() -> None:
    for text, is_french in texts():
        assert "'" not in text and '"' not in text, text
        assert text == text.strip() or text.endswith("\n"), text
        assert not re.search(r"[ \u00a0\u202f]{2}| \n", text), text
        if is_french:
            assert not re.search(r"[^\u00a0\u202f][;:!?»]", text), text


def test_what_the_tour_runs_ends_in_a_line_and_begins_with_its_name() -> None:
    files: list[Path] = sorted(CONTENT.glob("operations/*.graphql"))

    assert len(files) == 23
    for file in files:
        text = file.read_text("utf-8")
        assert re.match(r"(query|mutation|subscription) [A-Z]\w+", text), file.name
        assert text.endswith("}\n"), file.name
