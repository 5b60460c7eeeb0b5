"""Those enrolled in one role are read in their order, too: behind a cursor, no other program is."""

from tortoise import migrations
from tortoise.migrations import operations as ops

INDEX = "CREATE INDEX enrollments_of_role ON enrollments (program_id, role, id)"


class Migration(migrations.Migration):
    dependencies = [("models", "0015_lists")]

    operations = [ops.RunSQL([INDEX])]
