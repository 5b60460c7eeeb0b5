"""What may follow what: each table line by line, and nothing beside it."""

import re
from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import TypeAlias

import pytest

import models
from domain.refusals import IllegalState
from domain.refusing import UserErrorCode
from domain.transitions import (
    CHECK_IN,
    ENROLLMENT,
    MATCH,
    PROGRAM,
    REPORT,
    CheckInEvent,
    EnrollmentEvent,
    MatchEvent,
    ProgramEvent,
    follow,
)
from models.check_ins import CheckInStatus
from models.enrollments import EnrollmentStatus
from models.matches import LIVE, MatchStatus, listed
from models.programs import ProgramStatus
from models.reports import ModerationAction, ReportStatus
from models.users import Locale

Table: TypeAlias = Mapping[tuple[StrEnum, StrEnum], StrEnum]

ALLOWED = {
    "program": """
        DRAFT opened OPEN
        OPEN closed CLOSED
        CLOSED opened OPEN
        CLOSED archived ARCHIVED
    """,
    "enrollment": """
        PENDING approved APPROVED
        PENDING declined DECLINED
        DECLINED reconsidered PENDING
        PENDING withdrawn WITHDRAWN
        APPROVED withdrawn WITHDRAWN
        WITHDRAWN enrolled PENDING
    """,
    "match": """
        PROPOSED started ACTIVE
        PROPOSED declined DECLINED
        PROPOSED expired EXPIRED
        PROPOSED ended ENDED
        ACTIVE paused PAUSED
        ACTIVE fell_silent PAUSED
        ACTIVE completed COMPLETED
        ACTIVE ended ENDED
        PAUSED resumed ACTIVE
        PAUSED completed COMPLETED
        PAUSED ended ENDED
        FROZEN ended ENDED
        ACTIVE frozen FROZEN
        PAUSED frozen FROZEN
        FROZEN unfrozen ACTIVE
        FROZEN unfrozen_paused PAUSED
    """,
    "report": """
        OPEN DISMISS DISMISSED
        OPEN WARN ACTED
        OPEN REMOVE_MESSAGES ACTED
        OPEN FREEZE_MATCH ACTED
        OPEN UNFREEZE_MATCH ACTED
        OPEN END_MATCH ACTED
        OPEN SUSPEND_USER ACTED
        OPEN MARK_UNDERAGE ACTED
        ACTED REMOVE_MESSAGES ACTED
        ACTED UNFREEZE_MATCH ACTED
        ACTED END_MATCH ACTED
        ACTED SUSPEND_USER ACTED
        ACTED MARK_UNDERAGE ACTED
    """,
    "check-in": """
        OPEN completed COMPLETED
        OPEN missed MISSED
    """,
}
"""Written out a second time on purpose: whoever changes a rule changes it twice."""

TABLES: dict[str, tuple[Table, type[StrEnum], type[StrEnum]]] = {
    "program": (PROGRAM, ProgramStatus, ProgramEvent),  # type: ignore[dict-item]
    "enrollment": (ENROLLMENT, EnrollmentStatus, EnrollmentEvent),  # type: ignore[dict-item]
    "match": (MATCH, MatchStatus, MatchEvent),  # type: ignore[dict-item]
    "check-in": (CHECK_IN, CheckInStatus, CheckInEvent),  # type: ignore[dict-item]
    "report": (REPORT, ReportStatus, ModerationAction),  # type: ignore[dict-item]
}
PAIRS = [
    pytest.param(noun, state, event, id=f"{noun}-{state}-{event.replace(' ', '-')}")
    for noun, (_, states, events) in TABLES.items()
    for state, event in product(states, events)
]


def allowed(noun: str) -> dict[tuple[str, str], str]:
    lines = (line.split() for line in ALLOWED[noun].strip().splitlines())
    return {(state, event.replace("-", " ")): following for state, event, following in lines}


@pytest.mark.parametrize(("noun", "state", "event"), PAIRS)
def test_every_state_and_event_is_listed_or_refused(
    noun: str, state: StrEnum, event: StrEnum
) -> None:
    table = TABLES[noun][0]
    following = allowed(noun).get((state, event))
    if following is not None:
        assert follow(table, state, event) == following
        return
    with pytest.raises(IllegalState) as refused:
        follow(table, state, event, "matchId")
    assert refused.value.code is UserErrorCode.ILLEGAL_STATE
    assert refused.value.field == ("matchId",)
    assert refused.value.message(Locale.EN).endswith(f"in the present state: {state}.")


@pytest.mark.parametrize("noun", TABLES)
def test_every_listed_line_names_real_states_and_events(noun: str) -> None:
    _, states, events = TABLES[noun]
    for (state, event), following in allowed(noun).items():
        assert state in set(states)
        assert following in set(states)
        assert event in set(events)


def test_no_match_comes_back_from_its_end() -> None:
    assert {state for state, _ in MATCH} == set(LIVE)


def test_no_program_comes_back_from_the_archive() -> None:
    assert not [event for state, event in PROGRAM if state is ProgramStatus.ARCHIVED]


def test_no_case_is_opened_again() -> None:
    assert ReportStatus.OPEN not in REPORT.values()
    assert not [action for state, action in REPORT if state is ReportStatus.DISMISSED]


def test_what_holds_a_place_is_the_same_in_every_statement_that_cannot_ask_for_it() -> None:
    # given enrollments, of which matches are made, and migrations, which stay as they are
    written = [path.read_text("utf-8") for path in Path(models.__file__).parent.rglob("*.py")]
    place = re.compile(r"""(?:LIVE = "|m\.status IN )(\('PROPOSED'[^)]*\))""")

    lists = [found for text in written for found in place.findall(text)]

    assert len(lists) == 4 and set(lists) == {listed(LIVE)}
