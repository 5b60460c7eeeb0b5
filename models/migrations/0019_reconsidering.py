"""Who was declined by mistake can be decided on again."""

from tortoise import migrations
from tortoise.migrations import operations as ops

ALLOWED = """PENDING>APPROVED PENDING>DECLINED PENDING>WITHDRAWN APPROVED>WITHDRAWN
    WITHDRAWN>PENDING DECLINED>PENDING"""
TRIGGER = f"""CREATE OR REPLACE TRIGGER enrollments_transition BEFORE UPDATE OF status ON enrollments
    FOR EACH ROW EXECUTE FUNCTION
    status_may_change({", ".join(f"'{t}'" for t in ALLOWED.split())})"""


class Migration(migrations.Migration):
    dependencies = [("models", "0018_reported_messages")]

    operations = [ops.RunSQL([TRIGGER])]
