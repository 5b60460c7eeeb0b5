"""Signed-in sessions and the refresh tokens that keep them going, stored hashed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.models import Model

from models.ids import new_id
from models.reading import Read
from models.users import User


class Session(Model):
    """One sign-in on one device; ended sessions let nobody in, whatever token they hold.

    `last_used_at` is when it last got tokens or, where an identity provider makes these, last
    showed one that was not remembered: minutes ago at the most, and no write for each request.
    `network_hash` tells whether somebody signs in from the same network again: HMAC-SHA-256.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="sessions", on_delete=fields.RESTRICT
    )
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(db_default=Now())
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    network_hash = fields.BinaryField(null=True)

    class Meta:
        table = "sessions"


def lets_in(now: str) -> str:
    """That a session (`s`) of somebody (`u`) is good at that moment, as the statement names it."""
    return f"s.ended_at IS NULL AND s.expires_at > {now} AND u.deleted_at IS NULL"


class RefreshToken(Model):
    """One link of a session's chain: good once; seen twice, it ends the session."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "models.Session", related_name="refresh_tokens", on_delete=fields.CASCADE
    )
    token_hash = fields.BinaryField()
    created_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "refresh_tokens"


class SessionRow(Struct):
    id: UUID
    created_at: datetime
    last_used_at: datetime


def living_of(person: UUID, now: datetime) -> Read[SessionRow]:
    """Where a person is signed in."""
    return Read(
        _build,
        columns="s.id, s.created_at, s.last_used_at",
        source="sessions s",
        conditions=("s.user_id = {0}", "s.ended_at IS NULL", "s.expires_at > {1}"),
        values=(person, now),
    )


def _build(values: Sequence[Any]) -> SessionRow:
    return SessionRow(*values)
