"""Admins, of whom a group has few, are found without reading all its members."""

from tortoise import migrations
from tortoise.migrations import operations as ops

INDEX = "CREATE INDEX group_members_admins ON group_members (group_id, id) WHERE role = 'ADMIN'"


class Migration(migrations.Migration):
    dependencies = [("models", "0016_words")]

    operations = [ops.RunSQL(INDEX)]
