"""That a report is about a message, and not about the match it stands in: both have the match."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

STATEMENTS = [
    """ALTER TABLE reports ADD CONSTRAINT reports_message_of_match
       CHECK (NOT is_of_message OR match_id IS NOT NULL)""",
    "DROP TRIGGER reports_fixed ON reports",
    # The data key may be changed: it is wrapped anew when the master key changes.
    """CREATE TRIGGER reports_fixed BEFORE UPDATE OF id, reporter_id, reported_id, match_id,
       program_id, is_of_message, reason, details, created_at ON reports
       FOR EACH ROW EXECUTE FUNCTION may_not_change()""",
]


class Migration(migrations.Migration):
    dependencies = [("models", "0017_group_admins")]

    operations = [
        ops.AddField("Report", "is_of_message", fields.BooleanField(db_default=False)),
        ops.RunSQL(STATEMENTS),
    ]
