"""How often something was done lately, counted for all processes together. Lost in a crash, which
costs nothing but the count: so it is not logged, and no commit waits for a disk."""

from tortoise import migrations
from tortoise.migrations import operations as ops

COUNTS = """
    CREATE UNLOGGED TABLE rate_counts (
        key bytea PRIMARY KEY,
        count integer NOT NULL,
        expires_at timestamptz NOT NULL
    )
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0009_identities")]

    operations = [ops.RunSQL(COUNTS)]
