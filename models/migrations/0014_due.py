"""What time looks for is found by an index: nothing that is not due is read, however much there is."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

INDEXES = [
    "CREATE INDEX users_to_let_in ON users (adult_from) WHERE adult_from IS NOT NULL",
    "CREATE INDEX sessions_to_forget ON sessions (coalesce(ended_at, expires_at))",
    "CREATE INDEX rate_counts_to_forget ON rate_counts (expires_at)",
    """CREATE INDEX reports_to_settle ON reports (resolved_at)
       WHERE resolved_at IS NOT NULL AND settled_at IS NULL""",
    """CREATE INDEX reports_to_forget ON reports (resolved_at)
       WHERE resolved_at IS NOT NULL AND forgotten_at IS NULL""",
]


class Migration(migrations.Migration):
    dependencies = [("models", "0013_sessions_used")]

    operations = [
        ops.AddField("Report", "settled_at", fields.DatetimeField(null=True)),
        ops.AddField("Report", "forgotten_at", fields.DatetimeField(null=True)),
        ops.RunSQL(INDEXES),
    ]
