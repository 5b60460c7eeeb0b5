"""What happened in many pairs, and who may be told: one statement for all who listen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from models.conversations import CHANGE_WIDTH, change, changes
from models.database import fetch
from models.matches import LIVE, MATCH_SOURCE, MATCH_WIDTH, SHARED_COLUMNS, MatchRow, build, listed
from models.messages import ChangeRow
from models.sessions import lets_in
from models.users import USER_WIDTH


class Listening(NamedTuple):
    """Somebody who listens to a pair by a session, and the place up to which they know all."""

    session: UUID
    match: UUID
    place: int


@dataclass(slots=True, eq=False)
class PairNews:
    """What lies behind the first of the places of those who listen to one pair.

    `match` holds nothing that one of the two sees in another way than the other one.
    """

    match: MatchRow
    typing: Mapping[UUID, datetime]
    """Who of the two types, and until when."""
    listening: frozenset[UUID]
    """The sessions that are good: of the two people of this pair, adults in good standing."""
    changes: list[ChangeRow] = field(default_factory=list)


async def news_of(
    listening: Sequence[Listening], now: datetime, day: date, limit: int
) -> dict[UUID, PairNews]:
    """By match. At most `limit` changes of each, in order and without gaps.

    `day`: whoever is an adult from then on is one now. A match is not there when none of the
    sessions may listen to it.
    """
    if not listening:
        return {}
    rows = await fetch(_statement(limit), *zip(*listening, strict=True), now, day)
    found: dict[UUID, PairNews] = {}
    for row in rows:
        news = found.get(row[_ID])
        if news is None:
            people, until, sessions = row[_CHANGE_END:]
            typing = dict(zip(people, until, strict=True)) if people else {}
            news = PairNews(build(row[:MATCH_WIDTH]), typing, frozenset(sessions))
            found[news.match.id] = news
        if row[MATCH_WIDTH] is not None:
            news.changes.append(change(news.match, row[MATCH_WIDTH:_CHANGE_END]))
    return found


async def quiet_among(listening: Sequence[Listening], now: datetime, day: date) -> frozenset[int]:
    """Where those stand in the list who may listen, and to whom there is nothing to tell."""
    rows = await fetch(_QUIET, *zip(*listening, strict=True), now, day)
    return frozenset(rows[0][0] or ())


@cache
def _statement(limit: int) -> str:
    return _NEWS.replace("{limit}", str(limit))


_CHANGE_END = MATCH_WIDTH + CHANGE_WIDTH
_MAY_LISTEN = f"""{lets_in("$4")} AND u.suspended_at IS NULL
      AND u.age_known AND (u.adult_from IS NULL OR u.adult_from <= $5)"""
# Arrays whose length is not to be seen: or it would be planned anew each time, which takes longer
# than to read for a few. Changes come one a row: most pairs have but one, and arrays cost more.
_NEWS = f"""
WITH pair AS (
    SELECT match AS id, min(place) AS place, array_agg(session) AS sessions
    FROM unnest((SELECT $1::uuid[]), (SELECT $2::uuid[]), (SELECT $3::bigint[]))
        AS asked(session, match, place) GROUP BY match)
SELECT {SHARED_COLUMNS}, happened.*, typing.*, may.*
FROM pair JOIN ({MATCH_SOURCE}) ON m.id = pair.id
LEFT JOIN LATERAL ({changes("match_id = m.id AND seq > pair.place", "{limit}")}) AS happened ON true
CROSS JOIN LATERAL (
    SELECT array_agg(t.user_id), array_agg(t.typing_until) FROM pair_members t
    WHERE t.match_id = m.id AND t.typing_until > $4) AS typing
CROSS JOIN LATERAL (
    SELECT array_agg(s.id) FROM unnest(pair.sessions) AS asked(session)
    JOIN sessions s ON s.id = asked.session JOIN users u ON u.id = s.user_id
    WHERE s.user_id IN (m.mentor_id, m.mentee_id)
      AND {_MAY_LISTEN}
    HAVING count(*) > 0) AS may
ORDER BY m.id, happened.c0"""
_QUIET = f"""
SELECT array_agg(asked.number - 1)
FROM unnest((SELECT $1::uuid[]), (SELECT $2::uuid[]), (SELECT $3::bigint[]))
    WITH ORDINALITY AS asked(session, match, place, number)
JOIN matches m ON m.id = asked.match AND m.last_seq = asked.place
JOIN sessions s ON s.id = asked.session AND s.user_id IN (m.mentor_id, m.mentee_id)
JOIN users u ON u.id = s.user_id
WHERE {_MAY_LISTEN} AND m.status IN {listed(LIVE)}
  AND NOT EXISTS (SELECT FROM pair_members t WHERE t.match_id = m.id AND t.typing_until > $4)"""
_ID = 2 * USER_WIDTH
"""Where the match's id stands, behind its two people."""
