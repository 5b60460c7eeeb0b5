"""Who somebody is at an identity provider, known again by a hash: what they are called there is not
kept."""

from tortoise import fields
from tortoise.models import Model

from models.ids import new_id
from models.users import User


class Identity(Model):
    """One person at one provider. It outlives the person's data, so that nobody erased comes back.

    `subject_hash` is SHA-256 of the issuer, a zero byte, and the subject. `age_told`: a birth date
    has come from there; it counts once.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="identities", on_delete=fields.RESTRICT
    )
    issuer = fields.TextField()
    subject_hash = fields.BinaryField()
    age_told = fields.BooleanField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "identities"
