"""From which network a session was begun, so that its person is not kept out by guesses from
elsewhere."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

STATEMENTS = [
    "ALTER TABLE sessions ADD CONSTRAINT sessions_network CHECK (length(network_hash) = 32)",
    "ALTER TABLE sessions ALTER network_hash SET STATISTICS 0",
]


class Migration(migrations.Migration):
    dependencies = [("models", "0010_rate_counts")]

    operations = [
        ops.AddField("Session", "network_hash", fields.BinaryField(null=True)),
        ops.RunSQL(STATEMENTS),
    ]
