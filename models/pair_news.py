"""What happened in many pairs, and who may be told: one statement for all who listen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from models.conversations import CHANGE_WIDTH, changes_arrays, changes_of
from models.database import fetch
from models.matches import MATCH_WIDTH, MatchRow, build, shared_columns
from models.messages import ChangeRow


@dataclass(frozen=True, slots=True)
class Listening:
    """Somebody of a pair, by which session, and the place (`seq`) up to which they know all."""

    session: UUID
    person: UUID
    match: UUID
    place: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether somebody whose session is good may go on listening."""

    is_suspended: bool
    age_known: bool
    adult_from: date | None


@dataclass(frozen=True, slots=True)
class PairNews:
    """What lies behind the first of the places of those who listen to one pair.

    `match` holds nothing that one of the two sees in another way than the other one.
    """

    match: MatchRow
    changes: list[ChangeRow]
    typing: Mapping[UUID, datetime]
    """Who of the two types, and until when."""
    listening: Mapping[UUID, Standing]
    """By session. Only those that are good, of the two people of this pair."""


async def news_of(
    listening: Sequence[Listening], now: datetime, limit: int
) -> dict[UUID, PairNews]:
    """By match. At most `limit` changes of each, in order and without gaps.

    A match is not there when nobody of those who listen to it is one of its two people.
    """
    rows = await fetch(
        _NEWS,
        [one.session for one in listening],
        [one.person for one in listening],
        [one.match for one in listening],
        [one.place for one in listening],
        now,
        limit,
    )
    return {news.match.id: news for news in map(_news, rows)}


_NEWS = f"""
WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[])
        AS a(session, person, match, place)),
pair AS (SELECT match AS id, min(place) AS place FROM asked GROUP BY match)
SELECT {shared_columns()}, happened.*, typing.*, may.*
FROM pair JOIN matches m ON m.id = pair.id
JOIN users mentor ON mentor.id = m.mentor_id JOIN users mentee ON mentee.id = m.mentee_id
CROSS JOIN LATERAL ({changes_arrays("match_id = m.id AND seq > pair.place", "$6")}) AS happened
CROSS JOIN LATERAL (
    SELECT array_agg(t.user_id), array_agg(t.typing_until) FROM pair_members t
    WHERE t.match_id = m.id AND t.typing_until > $5) AS typing
CROSS JOIN LATERAL (
    SELECT array_agg(s.id), array_agg(u.suspended_at IS NOT NULL), array_agg(u.age_known),
           array_agg(u.adult_from)
    FROM asked a
    JOIN sessions s ON s.id = a.session AND s.user_id = a.person
    JOIN users u ON u.id = s.user_id
    WHERE a.match = m.id AND a.person IN (m.mentor_id, m.mentee_id)
      AND s.ended_at IS NULL AND s.expires_at > $5 AND u.deleted_at IS NULL
    HAVING count(*) > 0) AS may"""


def _news(row: Sequence[object]) -> PairNews:
    match = build(row[:MATCH_WIDTH])
    end = MATCH_WIDTH + CHANGE_WIDTH
    changes, rest = row[MATCH_WIDTH:end], row[end:]
    people, until, sessions, *standing = rest
    return PairNews(
        match,
        changes_of(match, changes),
        dict(zip(people, until, strict=True)) if people else {},  # type: ignore[call-overload]
        {
            session: Standing(*facts)
            for session, *facts in zip(sessions, *standing, strict=True)  # type: ignore[call-overload]
        },
    )
