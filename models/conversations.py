"""Conversations: stretches of them, what happened in them, and what is unread.

Those of several pairs are read in one statement; the parts are read together with each pair itself.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from models.database import fetch, read
from models.matches import OF_PAIR, MatchRow
from models.messages import (
    COLUMNS,
    WIDTH,
    ChangeKind,
    ChangeRow,
    MessageRow,
    build,
    build_all,
)
from models.reading import Part, Stretch, Window

_ARRAYS = ", ".join(f"array_agg({name})" for name in COLUMNS.split(", "))


async def pages(matches: Sequence[MatchRow], window: Window) -> dict[UUID, Stretch[MessageRow]]:
    """The same stretch of each of these conversations, oldest first, in one statement.

    Only for matches the viewer is one of the two of: the conversation has no other reader.
    `after` and `before` are places in the order (`seq`).
    """
    pairs = {match.id: match for match in matches}  # one match may have been read twice
    stretch, bounds = _stretch("match_id = pair.id", window, "${}", 2)
    rows = await fetch(
        f"""SELECT pair.id, page.*
            FROM unnest($1::uuid[]) AS pair(id) CROSS JOIN LATERAL ({stretch}) AS page""",
        *(list(pairs), *bounds),
    )
    found: dict[UUID, list[MessageRow]] = {id: [] for id in pairs}
    for row in rows:
        found[row[0]].append(build(pairs[row[0]], row[1:]))
    return {id: window.shown(page) for id, page in found.items()}


def page_part(viewer: UUID, window: Window) -> Part[MatchRow]:
    """The same stretch of the conversation of each pair that the viewer is one of the two of."""
    stretch, bounds = _stretch(f"match_id = m.id AND {OF_PAIR}", window, "{{{}}}", 1)

    def build_page(match: MatchRow, columns: Sequence[Any]) -> Stretch[MessageRow]:
        return window.shown(build_all(match, columns) if columns[0] else [])

    # An array for each column: half the work of as many rows, to make and to read.
    return Part(
        columns="{part}.*",
        width=WIDTH,
        build=build_page,
        source=f"CROSS JOIN LATERAL (SELECT {_ARRAYS} FROM ({stretch}) AS each) AS {{part}}",
        values=(viewer, *bounds),
    )


_UNREAD = """(SELECT count(*) FROM messages x
    WHERE x.match_id = p.match_id AND x.number > p.read_number
      AND x.sender_id <> p.user_id AND x.deleted_at IS NULL)"""
"""What of a conversation one of its two (`p`) has not read."""


async def unread_counts(matches: Sequence[UUID], reader: UUID) -> dict[UUID, int]:
    """How many messages of the partner each conversation holds past the reader's mark."""
    rows = await fetch(
        f"""SELECT p.match_id, {_UNREAD}
            FROM pair_members p WHERE p.match_id = ANY($1::uuid[]) AND p.user_id = $2""",
        list(matches),
        reader,
    )
    return {row[0]: row[1] for row in rows}


def unread_part(viewer: UUID) -> Part[MatchRow]:
    """How many messages of the partner lie past the viewer's mark; 0 for who is not of the pair."""
    return Part(
        columns=f"""(SELECT {_UNREAD}
            FROM pair_members p WHERE p.match_id = m.id AND p.user_id = {{0}})""",
        width=1,
        build=lambda _, values: values[0] or 0,
        values=(viewer,),
    )


async def unread_of(readers: Sequence[UUID]) -> dict[UUID, int]:
    """How much of all their conversations each of these has not read; none for who has no pair."""
    rows = await read(
        f"""SELECT p.user_id, sum({_UNREAD})::bigint
            FROM pair_members p WHERE p.user_id = ANY ($1::uuid[]) GROUP BY p.user_id""",
        list(readers),
    )
    return {row[0]: row[1] for row in rows}


async def changes_after(
    matches: Sequence[MatchRow], places: Mapping[UUID, int], limit: int
) -> list[ChangeRow]:
    """What happened in each of these conversations after its place (`seq`), in order and without
    gaps; at most `limit` in all."""
    found = changes("match_id = pair.id AND seq > pair.place", "$3")
    rows = await fetch(
        f"""SELECT pair.id, happened.* FROM unnest($1::uuid[], $2::bigint[]) AS pair(id, place)
            CROSS JOIN LATERAL ({found}) AS happened
            ORDER BY pair.id, happened.c0 LIMIT $3""",
        [match.id for match in matches],
        [places[match.id] for match in matches],
        limit,
    )
    pairs = {match.id: match for match in matches}
    return [change(pairs[row[0]], row[1:]) for row in rows]


def changes_part(viewer: UUID, place: int, limit: int) -> Part[MatchRow]:
    """What happened in a pair of the viewer's after this place, as `changes_after` tells it."""
    arrays = ", ".join(f"array_agg(c{i})" for i in range(CHANGE_WIDTH))
    found = changes(f"match_id = m.id AND {OF_PAIR} AND seq > {{1}}", str(limit))

    def build_changes(match: MatchRow, columns: Sequence[Any]) -> list[ChangeRow]:
        return [change(match, each) for each in zip(*columns, strict=True)] if columns[0] else []

    return Part(
        columns="happened.*",
        width=CHANGE_WIDTH,
        build=build_changes,
        source=f"CROSS JOIN LATERAL (SELECT {arrays} FROM ({found}) AS each) AS happened",
        values=(viewer, place),
    )


_KINDS = {kind.value: kind for kind in ChangeKind}
_MESSAGE = COLUMNS.split(", ")
CHANGE_WIDTH = 4 + len(_MESSAGE)


def changes(of: str, limit: str) -> str:
    """What happened of these messages, a row each, in order."""
    of_message = ", ".join(f"x.{name} AS c{i}" for i, name in enumerate(_MESSAGE, 4))
    return f"""SELECT x.seq AS c0, 'ADDED' AS c1, NULL::uuid AS c2, NULL::int AS c3, {of_message}
        FROM messages x WHERE {of}
        UNION ALL
        SELECT c.seq, c.kind, c.reader_id, c.up_to_number, {of_message}
        FROM (SELECT * FROM message_changes WHERE {of}) AS c
        LEFT JOIN messages x ON x.id = c.message_id
        ORDER BY c0 LIMIT {limit}"""


def change(match: MatchRow, values: Sequence[Any]) -> ChangeRow:
    """One such row of this match, which proves that the viewer may read it."""
    seq, kind, reader, up_to_number, *message = values
    return ChangeRow(
        match,
        seq,
        _KINDS[kind],
        build(match, message) if message[0] else None,
        match.member(reader) if reader else None,
        up_to_number,
    )


async def typing_partners(
    matches: Sequence[MatchRow], reader: UUID, now: datetime
) -> dict[UUID, datetime]:
    """In which of these conversations the other one types, and until when."""
    rows = await fetch(
        """SELECT match_id, typing_until FROM pair_members
           WHERE match_id = ANY ($1::uuid[]) AND user_id <> $2 AND typing_until > $3""",
        *([match.id for match in matches], reader, now),
    )
    return {row[0]: row[1] for row in rows}


def typing_part(viewer: UUID, now: datetime) -> Part[MatchRow]:
    """Until when the other one of a pair of the viewer's types; None when they do not."""
    return Part(
        columns=f"""(SELECT t.typing_until FROM pair_members t WHERE t.match_id = m.id
            AND {OF_PAIR} AND t.user_id <> {{0}} AND t.typing_until > {{1}})""",
        width=1,
        build=lambda _, values: values[0],
        values=(viewer, now),
    )


def _stretch(of: str, window: Window, place: str, first: int) -> tuple[str, list[int]]:
    """The rows of a stretch, and its bounds, whose places are written so, from the first on."""
    sides = [(">", window.after), ("<", window.before)]
    bounds = [(sign, bound) for sign, bound in sides if bound is not None]
    beyond = [f" AND seq {sign} {place.format(first + i)}" for i, (sign, _) in enumerate(bounds)]
    rows = f"""SELECT {COLUMNS} FROM messages WHERE {of}{"".join(beyond)}
        ORDER BY seq{" DESC" if window.backwards else ""} LIMIT {window.limit + 1}"""
    return rows, [bound for _, bound in bounds]
