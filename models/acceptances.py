"""When one of the two accepted the proposal of their match: nobody else reads it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from models.database import fetch
from models.matches import MatchRow
from models.reading import Part


async def accepted_at(matches: Sequence[UUID], person: UUID) -> dict[UUID, datetime | None]:
    """When this one of the two accepted each; None: not yet, or nobody asked them."""
    rows = await fetch(
        """SELECT match_id, accepted_at FROM pair_members
           WHERE match_id = ANY ($1::uuid[]) AND user_id = $2""",
        *(list(matches), person),
    )
    return {row[0]: row[1] for row in rows}


def accepted_part(viewer: UUID) -> Part[MatchRow]:
    """The same, read with each pair; None for who is not of it."""
    return Part(
        columns="""(SELECT p.accepted_at FROM pair_members p
            WHERE p.match_id = m.id AND p.user_id = {0})""",
        width=1,
        build=lambda _, values: values[0],
        values=(viewer,),
    )
