"""When a session was last used stands with it: not every session has refresh tokens to tell."""

from tortoise import fields, migrations
from tortoise.fields.db_defaults import Now
from tortoise.migrations import operations as ops

USED = """UPDATE sessions s SET last_used_at = greatest(s.created_at, (
    SELECT max(t.created_at) FROM refresh_tokens t WHERE t.session_id = s.id))"""


class Migration(migrations.Migration):
    dependencies = [("models", "0012_identity_keys")]

    operations = [
        ops.AddField("Session", "last_used_at", fields.DatetimeField(db_default=Now())),
        ops.RunSQL([USED]),
    ]
