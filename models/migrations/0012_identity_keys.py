"""A key of the deployment's own for the hashes of who people are at an identity provider.

The hashes that are there are put under it by the processes that start next: a migration has no
master keys.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

RULES = [
    """ALTER TABLE identity_keys ADD CONSTRAINT identity_keys_data_key_length
       CHECK (octet_length(data_key) >= 60)""",
    """CREATE INDEX identity_keys_of_master_key
       ON identity_keys (substring(data_key FROM 1 FOR 4), id)""",
    "ALTER TABLE identity_keys ALTER data_key SET STATISTICS 0",
    "ALTER TABLE identities ALTER subject_hash SET STATISTICS 0",
    "SELECT pg_clear_attribute_stats('public', 'identities', 'subject_hash', false)",
    "CREATE INDEX identities_without_key ON identities (id) WHERE NOT is_keyed",
]


class Migration(migrations.Migration):
    dependencies = [("models", "0011_known_networks")]

    operations = [
        ops.CreateModel(
            name="IdentityKey",
            fields=[
                ("id", fields.UUIDField(primary_key=True, unique=True, db_index=True)),
                ("data_key", fields.BinaryField()),
            ],
            options={
                "table": "identity_keys",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What subjects are hashed with, wrapped by a master key: one for the whole deployment.",
            },
            bases=["Model"],
        ),
        ops.AddField("Identity", "is_keyed", fields.BooleanField(db_default=False)),
        ops.RunSQL(RULES),
    ]
