"""Whoever was kept out of a case by a block, or as an admin, stays out of it for good."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0006_data_rights")]

    operations = [
        ops.AddField("ReportParty", "is_bystander", fields.BooleanField(db_default=False)),
    ]
