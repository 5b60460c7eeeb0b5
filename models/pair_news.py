"""What happened in many pairs, and who may be told: one statement for all who listen."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct, field

from models.conversations import CHANGE_WIDTH, change, changes
from models.database import fetch
from models.matches import LIVE, MATCH_SOURCE, MATCH_WIDTH, SHARED_COLUMNS, MatchRow, build, listed
from models.messages import ChangeRow
from models.sessions import lets_in
from models.users import USER_WIDTH

Listening: TypeAlias = tuple[UUID, UUID, int]
"""Somebody who listens: their session, the match, and the place up to which they know all."""


class PairNews(Struct, eq=False):
    """What lies behind the first of the places of those who listen to one pair.

    `match` holds nothing that one of the two sees in another way than the other one.
    """

    match: MatchRow
    good: frozenset[UUID]
    """The sessions asked about, of whatever pair, whose people are adults in good standing."""
    is_over: bool
    """Whether nothing can come any more."""
    typing: dict[UUID, datetime] = field(default_factory=dict)
    """Who of the two types, and until when."""
    changes: list[ChangeRow] = field(default_factory=list)


async def news_of(
    listening: Sequence[Listening], now: datetime, day: date, limit: int
) -> dict[UUID, PairNews]:
    """By match, as far as there is one. At most `limit` changes of each, in order, without gaps.

    `day`: whoever is an adult from then on is one now. Whether somebody is of a pair is for whoever
    tells them to see.
    """
    if not listening:
        return {}
    places: dict[UUID, int] = {}
    for _, match, place in listening:
        if place < places.get(match, _LAST):
            places[match] = place
    sessions = [session for session, _, _ in listening]
    asked = sessions, list(places), list(places.values()), now, day
    [first, *rows] = await fetch(_statement(limit), *asked)
    good, in_pairs, people, until = first[_CHANGE_END:]
    standing, found = frozenset(good or ()), dict[UUID, PairNews]()
    for row in rows:
        match = row[_ID]
        if match is None:
            continue
        if (news := found.get(match)) is None:
            pair = build(row[:MATCH_WIDTH])
            news = found[match] = PairNews(pair, standing, pair.status not in LIVE)
        if row[MATCH_WIDTH] is not None:
            news.changes.append(change(news.match, row[MATCH_WIDTH:_CHANGE_END]))
    for match, person, moment in zip(in_pairs or (), people or (), until or (), strict=True):
        found[match].typing[person] = moment
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
# The first row is of no pair: it says what is found out for all of them at once.
_NEWS = f"""
SELECT pair.*, happened.*, standing.*, typing.*
FROM (SELECT NULL::uuid AS id, NULL::bigint AS place UNION ALL
    SELECT * FROM unnest((SELECT $2::uuid[]), (SELECT $3::bigint[]))) AS asked
LEFT JOIN LATERAL (SELECT {SHARED_COLUMNS} FROM {MATCH_SOURCE} WHERE m.id = asked.id OFFSET 0)
    AS pair ON true
LEFT JOIN LATERAL ({changes("match_id = asked.id AND seq > asked.place", "{limit}")})
    AS happened ON true
LEFT JOIN LATERAL (
    SELECT array_agg(s.id) FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ANY ($1::uuid[]) AND {_MAY_LISTEN}) AS standing ON asked.id IS NULL
LEFT JOIN LATERAL (
    SELECT array_agg(t.match_id), array_agg(t.user_id), array_agg(t.typing_until)
    FROM pair_members t
    WHERE t.match_id = ANY ($2::uuid[]) AND t.typing_until > $4) AS typing ON asked.id IS NULL
ORDER BY asked.id NULLS FIRST, happened.c0"""
_QUIET = f"""
SELECT array_agg(asked.number - 1)
FROM unnest((SELECT $1::uuid[]), (SELECT $2::uuid[]), (SELECT $3::bigint[]))
    WITH ORDINALITY AS asked(session, match, place, number)
JOIN matches m ON m.id = asked.match AND m.last_seq = asked.place
JOIN sessions s ON s.id = asked.session AND s.user_id IN (m.mentor_id, m.mentee_id)
JOIN users u ON u.id = s.user_id
WHERE {_MAY_LISTEN} AND m.status IN {listed(LIVE)}
  AND NOT EXISTS (SELECT FROM pair_members t WHERE t.match_id = m.id AND t.typing_until > $4)"""
_LAST = 2**63
_ID = 2 * USER_WIDTH
"""Where the match's id stands, behind its two people."""
