"""Nothing that people say of themselves is kept beside their rows, and who was erased is known until
the files have nothing of them either.

Of a column with statistics PostgreSQL keeps some values, where no deletion reaches them.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

NOT_SAMPLED = {
    "users": ("email", "display_name", "bio", "languages", "time_zone", "password_hash"),
    "enrollments": ("topics", "languages", "time_zone", "data_key"),
    "matches": ("data_key",),
    "reports": ("data_key",),
}

FORGOTTEN_KEYS = "UPDATE messages SET client_key = id::text"
"""From now on a keyed hash: what clients had made the keys of is not kept. It takes as long as there
are messages, so it comes first: what follows locks people out until all is committed."""

STATEMENTS = [
    *(
        f"ALTER TABLE {table} {', '.join(f'ALTER {name} SET STATISTICS 0' for name in columns)}"
        for table, columns in NOT_SAMPLED.items()
    ),
    "ALTER INDEX users_email_once ALTER COLUMN 1 SET STATISTICS 0",
    *(
        f"SELECT pg_clear_attribute_stats('public', '{table}', '{name}', false)"
        for table, columns in NOT_SAMPLED.items()
        for name in columns
    ),
    "SELECT pg_clear_attribute_stats('public', 'users_email_once', 'lower', false)",
    """CREATE INDEX users_to_wipe ON users (deleted_at)
       WHERE deleted_at IS NOT NULL AND wiped_at IS NULL""",
]


class Migration(migrations.Migration):
    dependencies = [("models", "0007_recusals")]

    operations = [
        ops.RunSQL([FORGOTTEN_KEYS]),
        ops.AddField("User", "wiped_at", fields.DatetimeField(null=True)),
        ops.RunSQL(STATEMENTS),
    ]
