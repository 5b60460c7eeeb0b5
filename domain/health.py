"""How a pair does, as its program's admins are told: from check-ins and steps alone, never from
messages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.clock import clock
from domain.ladder import PARTNER_TOLD_FROM
from models.database import fetch
from models.matches import WRITABLE, MatchRow, listed
from models.reading import Read

LIVELY = timedelta(days=21)


class MatchHealth(StrEnum):
    ON_TRACK = "ON_TRACK"
    QUIET = "QUIET"
    AT_RISK = "AT_RISK"


_UNDER_WAY = f"m.status IN {listed(WRITABLE)}"
_AT_RISK = f"m.missed_in_a_row >= {PARTNER_TOLD_FROM}"
_ON_TRACK = "m.missed_in_a_row = 0 AND greatest(m.started_at, m.last_completed_at) > {0}"
HEALTH = {
    MatchHealth.AT_RISK: _AT_RISK,
    MatchHealth.ON_TRACK: _ON_TRACK,
    MatchHealth.QUIET: f"NOT {_AT_RISK} AND NOT ({_ON_TRACK})",
}
"""By the worse of the two's misses, and whether the match has begun, or something was completed, a
check-in or a step, since `{0}`. All of it stands on the match, so that of thousands each is told at
a glance; only of decided check-ins, so that it tells nothing of an answer that is still sealed."""


def in_health(read: Read[MatchRow], wanted: Sequence[MatchHealth]) -> Read[MatchRow]:
    """Those of these matches that do so: active or paused, as the others have no health."""
    conditions = [HEALTH[each] for each in MatchHealth if each in wanted]
    return read.where(_UNDER_WAY).where_any(conditions, _since())


async def health_of(matches: Sequence[UUID]) -> dict[UUID, MatchHealth]:
    """How each of these does that is active or paused."""
    told = " ".join([f"WHEN {of_it} THEN '{each}'" for each, of_it in HEALTH.items()])
    rows = await fetch(
        f"""SELECT m.id, CASE {told.format("$2")} END FROM matches m
            WHERE m.id = ANY ($1::uuid[]) AND {_UNDER_WAY}""",
        *(list(matches), _since()),
    )
    return {id: MatchHealth(told) for id, told in rows}


def _since() -> datetime:
    return clock.now() - LIVELY
