"""Counts of a program for its admins: how many, never who said what."""

from dataclasses import dataclass
from uuid import UUID

from msgspec import Struct

from models.check_ins import NOT_CUT_OFF
from models.database import fetch
from models.matches import MatchStatus


@dataclass(slots=True)
class StatusCount:
    status: MatchStatus
    count: int


@dataclass(slots=True)
class CheckInWeekCount:
    """The decided check-ins of one week, as pairs count their weeks: `due` is both others
    together. Those that the end of a match cut off are no part of it."""

    week: int
    due: int
    completed: int
    missed: int


class ProgramStatsRow(Struct):
    matches_by_status: list[StatusCount]
    check_ins_by_week: list[CheckInWeekCount]
    mentors: int
    mentees: int
    pending: int
    waiting_mentees: int
    open_places: int
    steps_completed_ratio: float


async def stats_of_programs(programs: list[UUID]) -> dict[UUID, ProgramStatsRow]:
    """The counts of each program. `steps_completed_ratio` is over the matches that ever started."""
    rows = await fetch(
        """SELECT p.id,
               count(e.id) FILTER (WHERE e.status = 'APPROVED' AND e.role = 'MENTOR'),
               count(e.id) FILTER (WHERE e.status = 'APPROVED' AND e.role = 'MENTEE'),
               count(e.id) FILTER (WHERE e.status = 'PENDING'),
               count(e.id) FILTER (WHERE e.status = 'APPROVED' AND e.role = 'MENTEE'
                                     AND e.places_taken = 0),
               coalesce(sum(greatest(e.capacity - e.places_taken, 0))
                   FILTER (WHERE e.status = 'APPROVED' AND e.role = 'MENTOR'), 0)::int,
               coalesce((SELECT count(c.id)::float / nullif(count(*), 0)
                         FROM matches m
                         JOIN program_steps s ON s.program_id = m.program_id
                         LEFT JOIN step_completions c ON c.match_id = m.id AND c.step_id = s.id
                         WHERE m.program_id = p.id AND m.started_at IS NOT NULL), 0)
           FROM programs p LEFT JOIN enrollments e ON e.program_id = p.id
           WHERE p.id = ANY ($1::uuid[]) GROUP BY p.id""",
        programs,
    )
    counts: dict[UUID, list[StatusCount]] = {id: [] for id in programs}
    for row in await fetch(
        """SELECT program_id, status, count(*) FROM matches
           WHERE program_id = ANY ($1::uuid[]) GROUP BY 1, 2 ORDER BY 2""",
        programs,
    ):
        counts[row[0]].append(StatusCount(MatchStatus(row[1]), row[2]))
    weeks: dict[UUID, list[CheckInWeekCount]] = {id: [] for id in programs}
    for row in await fetch(
        f"""SELECT m.program_id, c.week, count(*), count(*) FILTER (WHERE c.status = 'COMPLETED'),
                  count(*) FILTER (WHERE c.status = 'MISSED')
           FROM matches m JOIN check_ins c ON c.match_id = m.id
           WHERE m.program_id = ANY ($1::uuid[]) AND c.status <> 'OPEN' AND {NOT_CUT_OFF}
           GROUP BY 1, 2 ORDER BY 2""",
        programs,
    ):
        weeks[row[0]].append(CheckInWeekCount(*row[1:]))
    return {row[0]: ProgramStatsRow(counts[row[0]], weeks[row[0]], *row[1:]) for row in rows}
