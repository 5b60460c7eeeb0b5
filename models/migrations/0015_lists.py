"""A page of a long list is read in its order, from where it begins: what lies behind is not sorted."""

from tortoise import migrations
from tortoise.migrations import operations as ops

INDEXES = [
    "CREATE INDEX enrollments_of_program ON enrollments (program_id, id)",
    "CREATE INDEX enrollments_of_role ON enrollments (program_id, role, id)",
    "CREATE INDEX group_members_of_group ON group_members (group_id, id)",
]


class Migration(migrations.Migration):
    dependencies = [("models", "0014_due")]

    operations = [ops.RunSQL(INDEXES)]
