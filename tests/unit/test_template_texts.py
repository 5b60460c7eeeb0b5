"""The program templates, as their files hold them: complete, in both languages, in bounds."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TEXTS = Path(__file__).resolve().parents[2] / "domain" / "template_texts"
LANGUAGES = {"en", "fr"}
THEMES = {
    "career_advancement": ("CAREER_ADVANCEMENT", 12),
    "skill_building": ("SKILL_BUILDING", 10),
    "encouragement_and_support": ("ENCOURAGEMENT_AND_SUPPORT", 8),
}


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


def translations(template: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Every place of a template that holds text for people."""
    yield "title", template["title"]
    yield "description", template["description"]
    for number, topic in enumerate(template["topics"], start=1):
        yield f"topic {number}", topic
    for step in template["steps"]:
        yield f"title of week {step['week']}", step["title"]
        yield f"prompt of week {step['week']}", step["prompt"]
    for question in template["questions"]:
        yield f"question {question['key']}", question["text"]


@pytest.fixture(params=sorted(THEMES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def template(name: str) -> dict[str, Any]:
    return read(name)


def test_there_is_one_file_for_each_theme_and_no_other() -> None:
    assert {path.stem for path in TEXTS.glob("*.toml")} == set(THEMES)


def test_key_theme_and_duration_are_those_of_the_file(name: str, template: dict[str, Any]) -> None:
    theme, weeks = THEMES[name]
    assert template["key"] == name.replace("_", "-")
    assert template["theme"] == theme
    assert template["duration_weeks"] == weeks


def test_a_template_holds_nothing_but_the_known_fields(template: dict[str, Any]) -> None:
    # A misspelt field would otherwise be dropped in silence.
    assert set(template) == {
        *("key", "theme", "duration_weeks", "title", "description"),
        *("topics", "steps", "questions"),
    }
    assert all(set(step) == {"week", "title", "prompt"} for step in template["steps"])
    for question in template["questions"]:
        assert set(question) - {"role"} == {"key", "required", "text"}


def test_every_text_is_there_in_both_languages_and_is_translated(template: dict[str, Any]) -> None:
    for where, texts in translations(template):
        assert set(texts) == LANGUAGES, where
        assert all(text.strip() for text in texts.values()), where
        # Some nouns are spelt alike in both languages, whole sentences never are.
        if not where.startswith("topic"):
            assert texts["en"] != texts["fr"], where


def test_topics_are_8_to_12_short_different_lower_case_phrases(template: dict[str, Any]) -> None:
    assert 8 <= len(template["topics"]) <= 12
    for language in LANGUAGES:
        topics = [topic[language] for topic in template["topics"]]
        assert len(set(topics)) == len(topics)
        assert all(topic[0].islower() and len(topic) <= 60 for topic in topics)
        assert not any(topic.endswith(".") for topic in topics)


def test_weeks_ascend_from_the_first_to_the_last_of_the_program(template: dict[str, Any]) -> None:
    weeks = [step["week"] for step in template["steps"]]
    assert 8 <= len(weeks) <= 12
    assert weeks == sorted(set(weeks))
    assert weeks[0] == 1
    assert weeks[-1] == template["duration_weeks"]


def test_lengths_fit_what_a_client_shows(template: dict[str, Any]) -> None:
    for language in LANGUAGES:
        assert len(template["title"][language]) <= 80
        assert 80 <= len(template["description"][language]) <= 800
        for step in template["steps"]:
            assert len(step["title"][language]) <= 80
            assert 120 <= len(step["prompt"][language]) <= 1200, (language, step["week"])
        for question in template["questions"]:
            assert len(question["text"][language]) <= 300, (language, question["key"])


def test_every_step_asks_something_and_leaves_something_to_do(template: dict[str, Any]) -> None:
    for step in template["steps"]:
        assert all("?" in step["prompt"][language] for language in LANGUAGES), step["week"]
    for step in template["steps"][:-1]:
        assert "\n\nBefore next time: " in step["prompt"]["en"], step["week"]
        assert "\n\nD\u2019ici la prochaine fois\u00a0: " in step["prompt"]["fr"], step["week"]


def test_titles_of_steps_differ(template: dict[str, Any]) -> None:
    for language in LANGUAGES:
        titles = [step["title"][language] for step in template["steps"]]
        assert len(set(titles)) == len(titles)


def test_question_keys_are_unique_and_fit_for_an_id(template: dict[str, Any]) -> None:
    keys = [question["key"] for question in template["questions"]]
    assert 4 <= len(keys) <= 7
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", key) for key in keys)


def test_mentors_mentees_and_both_are_each_asked_something_required(
    template: dict[str, Any],
) -> None:
    questions = template["questions"]
    assert {question.get("role") for question in questions} <= {"MENTOR", "MENTEE", None}
    assert all(isinstance(question["required"], bool) for question in questions)
    required = {question.get("role") for question in questions if question["required"]}
    assert required == {"MENTOR", "MENTEE", None}


def test_apostrophes_and_quotation_marks_are_typographic(template: dict[str, Any]) -> None:
    for where, texts in translations(template):
        for text in texts.values():
            assert "'" not in text, where
            assert '"' not in text, where
        assert "“" not in texts["fr"], where


def test_french_punctuation_is_set_off_by_spaces_that_do_not_break(
    template: dict[str, Any],
) -> None:
    for where, texts in translations(template):
        assert not re.search(r"[^\u00a0\u202f][;:!?»]", texts["fr"]), where
        assert not re.search(r"«[^\u00a0\u202f]", texts["fr"]), where


def test_no_text_has_doubled_trailing_or_outer_spaces(template: dict[str, Any]) -> None:
    for where, texts in translations(template):
        for text in texts.values():
            assert text == text.strip(), where
            assert not re.search(r"[ \u00a0\u202f]{2}|[ \t]\n|\n{3}", text), where


def test_support_says_where_a_companion_is_not_enough() -> None:
    steps = read("encouragement_and_support")["steps"]
    assert "call the emergency number first" in steps[0]["prompt"]["en"]
    assert "appelez d\u2019abord les secours" in steps[0]["prompt"]["fr"]
    reminded = [step["week"] for step in steps if "crisis line" in step["prompt"]["en"]]
    assert reminded == [1, 6, 7]
