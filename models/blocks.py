"""Who keeps whom away: stored one way, in force both ways."""

from collections.abc import Collection
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models.database import fetch
from models.ids import new_id
from models.reading import Read
from models.users import IS_KNOWN, User, UserRow, build, columns_if_known


class Block(Model):
    """The database lets no live match stand between the two, whoever of them blocked the other."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    blocker: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="blocks", on_delete=fields.RESTRICT
    )
    blocked: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="blocks_against", on_delete=fields.RESTRICT
    )
    created_at = fields.DatetimeField()

    class Meta:
        table = "blocks"


def blocked_by(blocker: UUID) -> Read[UserRow]:
    """Those whom one has blocked: one's own list, and nobody else's to see. Of whom one no longer
    knows otherwise, the name."""
    return Read(
        build,
        columns=columns_if_known("u"),
        source=f"blocks b JOIN users u ON u.id = b.blocked_id {IS_KNOWN}",
        conditions=("b.blocker_id = {0}",),
        values=(blocker,),
    )


async def blocked_pairs(people: Collection[UUID]) -> set[frozenset[UUID]]:
    """Which two of these people are kept apart, whoever of the two blocked the other.

    For rules that pair people; no answer to a client says it.
    """
    rows = await fetch(
        """SELECT blocker_id, blocked_id FROM blocks
           WHERE blocker_id = ANY ($1::uuid[]) AND blocked_id = ANY ($1::uuid[])""",
        list(people),
    )
    return {frozenset(row) for row in rows}


def block_between(one: str, other: str) -> str:
    """The condition that one of two people (SQL expressions) has blocked the other."""
    return (
        f"EXISTS (SELECT FROM blocks b WHERE (b.blocker_id = {one} AND b.blocked_id = {other})"
        f" OR (b.blocker_id = {other} AND b.blocked_id = {one}))"
    )
