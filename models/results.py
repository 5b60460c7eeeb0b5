"""What came of a program, for whoever never sees it: counts only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct

from models.check_ins import NOT_CUT_OFF
from models.database import fetch
from models.endings import MatchEndReason, end_reason_told

FEWEST = 5
"""Of fewer, a median tells of somebody in particular."""
_NOBODY = UUID(int=0)
"""To whom no ending is their own: the same for whoever asks."""


@dataclass(slots=True)
class EndReasonCount:
    reason: MatchEndReason
    count: int


@dataclass(slots=True)
class MonthCounts:
    month: date
    started: int
    completed: int
    ended: int


class ProgramResultsRow(Struct):
    """Of the matches that ever started; a proposal that never did is no part of it."""

    matches_started: int
    matches_completed: int
    end_reasons: list[EndReasonCount]
    by_month: list[MonthCounts]
    mentees_paired: int = 0
    mentors_paired: int = 0
    median_weeks_together: float | None = None
    check_ins_answered_ratio: float | None = None


_PAIRED = f"""
    SELECT m.program_id, count(DISTINCT m.mentee_id), count(DISTINCT m.mentor_id),
           CASE WHEN count(*) FILTER (WHERE m.status = 'COMPLETED') >= {FEWEST}
               THEN percentile_cont(0.5) WITHIN GROUP (
                        ORDER BY extract(epoch FROM m.ended_at - m.started_at)::float / 604800)
                    FILTER (WHERE m.status = 'COMPLETED') END
    FROM matches m
    WHERE m.program_id = ANY ($1::uuid[]) AND m.started_at IS NOT NULL GROUP BY 1"""
_ANSWERED = f"""
    SELECT m.program_id, count(*) FILTER (WHERE c.status = 'COMPLETED')::float / count(*)
    FROM matches m JOIN check_ins c ON c.match_id = m.id
    WHERE m.program_id = ANY ($1::uuid[]) AND c.status <> 'OPEN' AND {NOT_CUT_OFF} GROUP BY 1"""

_STARTED, _COMPLETED = "STARTED", "COMPLETED"
_HAPPENED = f"""
    SELECT m.program_id, date_trunc('month', happened.at AT TIME ZONE 'UTC')::date, happened.what,
           count(*)
    FROM matches m CROSS JOIN LATERAL (VALUES
        ('{_STARTED}', m.started_at),
        (CASE WHEN m.status = 'COMPLETED' THEN '{_COMPLETED}' ELSE {end_reason_told("$2")} END,
         m.ended_at)
    ) AS happened(what, at)
    WHERE m.program_id = ANY ($1::uuid[]) AND m.started_at IS NOT NULL AND happened.at IS NOT NULL
    GROUP BY 1, 2, 3"""


async def results_of_programs(programs: list[UUID]) -> dict[UUID, ProgramResultsRow]:
    """What came of each program."""
    happened: dict[UUID, list[Sequence[Any]]] = {id: [] for id in programs}
    for row in await fetch(_HAPPENED, programs, _NOBODY):
        happened[row[0]].append(row[1:])
    results = {id: _counted(happened[id]) for id in programs}
    for id, mentees, mentors, weeks in await fetch(_PAIRED, programs):
        row = results[id]
        row.mentees_paired, row.mentors_paired, row.median_weeks_together = mentees, mentors, weeks
    for id, ratio in await fetch(_ANSWERED, programs):
        results[id].check_ins_answered_ratio = ratio
    return results


def _counted(happened: Sequence[Sequence[Any]]) -> ProgramResultsRow:
    """How often each thing happened, in all and by month."""
    total: Counter[str] = Counter()
    months: dict[date, Counter[str]] = {}
    for month, what, count in happened:
        total[what] += count
        months.setdefault(month, Counter())[what] += count
    return ProgramResultsRow(
        total[_STARTED],
        total[_COMPLETED],
        [EndReasonCount(reason, total[reason]) for reason in MatchEndReason if total[reason]],
        [
            MonthCounts(
                month,
                each[_STARTED],
                each[_COMPLETED],
                sum(each[reason] for reason in MatchEndReason),
            )
            for month, each in sorted(months.items())
        ],
    )
