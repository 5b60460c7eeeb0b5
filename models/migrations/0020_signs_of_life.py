"""How a pair does stands on its match: whoever looks for those who do badly reads no more than that."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

RULE = """ALTER TABLE matches ADD CONSTRAINT matches_missed_counted CHECK (missed_in_a_row >= 0)"""


class Migration(migrations.Migration):
    dependencies = [("models", "0019_reconsidering")]

    operations = [
        ops.AddField("Match", "missed_in_a_row", fields.SmallIntField(db_default=0)),
        ops.AddField("Match", "last_completed_at", fields.DatetimeField(null=True)),
        ops.RunSQL([RULE]),
    ]
