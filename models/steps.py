"""The steps of a program, and what each pair has done of them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct
from tortoise import fields
from tortoise.models import Model

from models.database import fetch
from models.ids import new_id
from models.matches import OF_PAIR, Match, MatchRow
from models.programs import Program
from models.reading import Part
from models.users import User, UserRow


class MatchStepState(StrEnum):
    UPCOMING = "UPCOMING"
    CURRENT = "CURRENT"
    DONE = "DONE"


class ProgramStep(Model):
    id = fields.UUIDField(primary_key=True, default=new_id)
    program: fields.ForeignKeyRelation[Program] = fields.ForeignKeyField(
        "models.Program", related_name="steps", on_delete=fields.RESTRICT
    )
    position = fields.SmallIntField()
    week = fields.SmallIntField()
    title = fields.TextField()
    prompt = fields.TextField()

    class Meta:
        table = "program_steps"


class StepCompletion(Model):
    """A step that a pair has done; reopening deletes the row."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    match: fields.ForeignKeyRelation[Match] = fields.ForeignKeyField(
        "models.Match", related_name="step_completions", on_delete=fields.RESTRICT
    )
    step: fields.ForeignKeyRelation[ProgramStep] = fields.ForeignKeyField(
        "models.ProgramStep", related_name="completions", on_delete=fields.RESTRICT
    )
    completed_by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="completed_steps", on_delete=fields.RESTRICT
    )
    completed_at = fields.DatetimeField()

    class Meta:
        table = "step_completions"


class ProgramStepRow(Struct):
    id: UUID
    position: int
    week: int
    title: str
    prompt: str


class MatchStepRow(Struct):
    step: ProgramStepRow
    state: MatchStepState
    completed_at: datetime | None
    completed_by: UserRow | None


async def steps_of_programs(programs: list[UUID]) -> dict[UUID, list[ProgramStepRow]]:
    """The steps of each program in order; whoever sees the program sees them."""
    rows = await fetch(
        "SELECT program_id, id, position, week, title, prompt FROM program_steps"
        " WHERE program_id = ANY($1::uuid[]) ORDER BY program_id, position",
        programs,
    )
    found: dict[UUID, list[ProgramStepRow]] = {id: [] for id in programs}
    for row in rows:
        found[row[0]].append(ProgramStepRow(*row[1:]))
    return found


def steps_part(viewer: UUID) -> Part[MatchRow]:
    """The way through its program of each pair that the viewer is one of the two of."""
    return Part(
        columns="way.*",
        width=7,
        build=lambda match, columns: _way(match, *columns) if columns[0] else [],
        source=f"""CROSS JOIN LATERAL (SELECT array_agg(id), array_agg(position), array_agg(week),
                array_agg(title), array_agg(prompt), array_agg(completed_at),
                array_agg(completed_by_id)
            FROM (SELECT s.id, s.position, s.week, s.title, s.prompt, c.completed_at,
                         c.completed_by_id
                  FROM program_steps s
                  LEFT JOIN step_completions c ON c.match_id = m.id AND c.step_id = s.id
                  WHERE s.program_id = m.program_id AND {OF_PAIR}
                  ORDER BY s.position) AS each) AS way""",
        values=(viewer,),
    )


async def steps_of_matches(matches: list[MatchRow]) -> dict[UUID, list[MatchStepRow]]:
    """Each pair's way through its program: CURRENT is the first step that is not DONE."""
    rows = await fetch(
        """SELECT m.id, s.id, s.position, s.week, s.title, s.prompt, c.completed_at,
                  c.completed_by_id
           FROM matches m
           JOIN program_steps s ON s.program_id = m.program_id
           LEFT JOIN step_completions c ON c.match_id = m.id AND c.step_id = s.id
           WHERE m.id = ANY($1::uuid[]) ORDER BY m.id, s.position""",
        [match.id for match in matches],
    )
    of_each: dict[UUID, list[Sequence[Any]]] = {match.id: [] for match in matches}
    for row in rows:
        of_each[row[0]].append(row[1:])
    return {
        match.id: _way(match, *zip(*of_each[match.id], strict=True)) if of_each[match.id] else []
        for match in matches
    }


_NEXT = """SELECT s.id, s.position, s.week, s.title, s.prompt FROM program_steps s
    WHERE s.program_id = m.program_id AND NOT EXISTS (
        SELECT FROM step_completions c WHERE c.match_id = m.id AND c.step_id = s.id)"""


def current_step_part(viewer: UUID) -> Part[MatchRow]:
    """The first step that is not DONE of each pair that the viewer is one of the two of."""
    return Part(
        columns="ahead.*",
        width=5,
        build=lambda _, columns: _current(columns) if columns[0] else None,
        source=f"""LEFT JOIN LATERAL (
            {_NEXT} AND {OF_PAIR} ORDER BY s.position LIMIT 1) AS ahead ON true""",
        values=(viewer,),
    )


async def current_steps(matches: Sequence[UUID]) -> dict[UUID, MatchStepRow]:
    """The first step that is not DONE of each of these; none where all are."""
    rows = await fetch(
        f"""SELECT m.id, ahead.* FROM matches m
            CROSS JOIN LATERAL ({_NEXT} ORDER BY s.position LIMIT 1) AS ahead
            WHERE m.id = ANY ($1::uuid[])""",
        list(matches),
    )
    return {row[0]: _current(row[1:]) for row in rows}


def _current(columns: Sequence[Any]) -> MatchStepRow:
    return MatchStepRow(ProgramStepRow(*columns), MatchStepState.CURRENT, None, None)


def _way(match: MatchRow, *columns: Sequence[Any]) -> list[MatchStepRow]:
    """The steps in order, given column by column."""
    *facts, completed, members = columns
    steps = list(map(ProgramStepRow, *facts))
    done = [at is not None for at in completed]
    current = done.index(False) if False in done else len(done)
    states = [MatchStepState.DONE if each else MatchStepState.UPCOMING for each in done]
    if current < len(done):
        states[current] = MatchStepState.CURRENT
    by = [None if id is None else match.member(id) for id in members]
    return list(map(MatchStepRow, steps, states, completed, by))
