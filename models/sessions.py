"""Signed-in sessions and the refresh tokens that keep them going, stored hashed."""

from tortoise import fields
from tortoise.models import Model

from models.ids import new_id
from models.users import User


class Session(Model):
    """One sign-in on one device; ended sessions let nobody in, whatever token they hold."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="sessions", on_delete=fields.RESTRICT
    )
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sessions"


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
