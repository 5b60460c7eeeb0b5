"""Who people are at an identity provider."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.ids import new_id

RULES = [
    "ALTER TABLE identities ADD CONSTRAINT identities_hash CHECK (length(subject_hash) = 32)",
    "CREATE UNIQUE INDEX identities_subject_once ON identities (issuer, subject_hash)",
    "CREATE INDEX identities_of_user ON identities (user_id)",
]


class Migration(migrations.Migration):
    dependencies = [("models", "0008_traces")]

    operations = [
        ops.CreateModel(
            name="Identity",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="identities",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("issuer", fields.TextField(unique=False)),
                ("subject_hash", fields.BinaryField()),
                ("age_told", fields.BooleanField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "identities",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One person at one provider. It outlives the person's data, so that nobody erased comes back.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES),
    ]
