"""The templates as the product reads them, and how their steps are paced to other durations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.steps import paced
from domain.templates import Template, templates
from models.programs import ProgramTheme
from models.users import Locale

durations = st.integers(1, 52)


@given(durations, durations, durations, durations)
def test_a_later_step_is_never_paced_before_an_earlier_one(
    before: int, after: int, one: int, other: int
) -> None:
    earlier, later = sorted((one, other))
    assert paced(earlier, before, after) <= paced(later, before, after)


@given(durations, durations, durations)
def test_every_step_stays_within_the_program(week: int, before: int, after: int) -> None:
    assert 1 <= paced(week, before, after) <= after


@given(durations, durations)
def test_the_first_week_stays_the_first(before: int, after: int) -> None:
    assert paced(1, before, after) == 1


@given(st.integers(2, 52), durations)
def test_the_last_week_stays_the_last(before: int, after: int) -> None:
    assert paced(before, before, after) == after


@given(durations, durations)
def test_the_same_duration_moves_nothing(week: int, duration: int) -> None:
    assert paced(week, duration, duration) == min(week, duration)


@given(st.integers(2, 52), st.integers(0, 51))
def test_stretching_keeps_the_weeks_apart(before: int, more: int) -> None:
    weeks = [paced(week, before, min(before + more, 52)) for week in range(1, before + 1)]
    assert len(set(weeks)) == before


@pytest.mark.parametrize(
    ("before", "after", "weeks"),
    [
        (1, 10, [1]),
        (4, 1, [1, 1, 1, 1]),
        (4, 7, [1, 3, 5, 7]),
        (7, 4, [1, 1, 2, 3, 3, 3, 4]),
    ],
)
def test_steps_spread_evenly(before: int, after: int, weeks: list[int]) -> None:
    assert [paced(week, before, after) for week in range(1, before + 1)] == weeks


def test_there_is_one_template_for_each_theme_in_the_order_of_the_themes() -> None:
    assert [template.theme for template in templates().values()] == list(ProgramTheme)
    assert all(key == template.key for key, template in templates().items())


@pytest.mark.parametrize("template", templates().values(), ids=lambda template: template.key)
def test_every_text_can_be_read_in_every_language(template: Template) -> None:
    texts = [
        template.title,
        template.description,
        *template.topics,
        *(text for step in template.steps for text in (step.title, step.prompt)),
        *(question.text for question in template.questions),
    ]
    for text in texts:
        spoken = [text.in_(locale) for locale in Locale]
        assert all(spoken)
        assert len(set(spoken)) == len(Locale) or text in template.topics


@pytest.mark.parametrize("template", templates().values(), ids=lambda template: template.key)
@given(after=durations)
def test_a_template_fits_every_duration(template: Template, after: int) -> None:
    weeks = [paced(step.week, template.duration_weeks, after) for step in template.steps]
    assert weeks == sorted(weeks)
    assert weeks[0] == 1
    assert weeks[-1] == after
