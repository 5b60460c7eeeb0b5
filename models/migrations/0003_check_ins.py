# Long because a tool writes it, out of the models.

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.check_in_reminders import CheckInReminderKind
from models.check_ins import CheckInStatus
from models.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("models", "0002_rules")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CheckIn",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "match",
                    fields.ForeignKeyField(
                        "models.Match",
                        source_field="match_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="check_ins",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("week", fields.IntField()),
                ("date", fields.DateField()),
                (
                    "status",
                    fields.CharEnumField(
                        default=CheckInStatus.OPEN,
                        description="CheckInStatus",
                        enum_type=CheckInStatus,
                        max_length=20,
                    ),
                ),
            ],
            options={
                "table": "check_ins",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One week of a pair; when it opens and is due follows from its date alone.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CheckInAnswer",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "check_in",
                    fields.ForeignKeyField(
                        "models.CheckIn",
                        source_field="check_in_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "match",
                    fields.ForeignKeyField(
                        "models.Match",
                        source_field="match_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="check_in_answers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="check_in_answers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("content", fields.BinaryField()),
                ("answered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "check_in_answers",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What one of the two answered: mood, met and note, sealed under the match's data key.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CheckInReminder",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "match",
                    fields.ForeignKeyField(
                        "models.Match",
                        source_field="match_id",
                        db_constraint=False,
                        to_field="id",
                        related_name="check_in_reminders",
                        on_delete=OnDelete.NO_ACTION,
                    ),
                ),
                (
                    "check_in",
                    fields.ForeignKeyField(
                        "models.CheckIn",
                        source_field="check_in_id",
                        db_constraint=False,
                        to_field="id",
                        related_name="reminders",
                        on_delete=OnDelete.NO_ACTION,
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_constraint=False,
                        to_field="id",
                        related_name="check_in_reminders",
                        on_delete=OnDelete.NO_ACTION,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="CheckInReminderKind",
                        enum_type=CheckInReminderKind,
                        max_length=20,
                    ),
                ),
                ("reminded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "acknowledged_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "check_in_reminders",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What one of the two was reminded of, at the moment it fell due by their own clock.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CheckInSchedule",
            fields=[
                (
                    "match_id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("next_week", fields.IntField()),
                ("next_date", fields.DateField()),
            ],
            options={
                "table": "check_in_schedules",
                "app": "models",
                "pk_attr": "match_id",
                "table_description": "Which check-in a match has next, from its start to its end: the database sees to that.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DueReminder",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "check_in",
                    fields.ForeignKeyField(
                        "models.CheckIn",
                        source_field="check_in_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="due_reminders",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_constraint=False,
                        to_field="id",
                        related_name="due_reminders",
                        on_delete=OnDelete.NO_ACTION,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="CheckInReminderKind",
                        enum_type=CheckInReminderKind,
                        max_length=20,
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "last_call_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "due_reminders",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The next reminder of one person in one check-in, with the last call behind the first.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Match",
            name="check_ins_done",
            field=fields.IntField(db_default=0),
        ),
        ops.AddField(
            model_name="Match",
            name="check_ins_missed",
            field=fields.IntField(db_default=0),
        ),
        ops.AddField(
            model_name="Match",
            name="silent_since",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AlterModelOptions(
            name="PairMember",
            options={
                "table": "pair_members",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What belongs to one of the two: consent, how far they have read, what they missed.",
            },
        ),
        ops.AddField(
            model_name="PairMember",
            name="missed_in_a_row",
            field=fields.SmallIntField(db_default=0),
        ),
        ops.AddField(
            model_name="User",
            name="check_in_minute",
            field=fields.SmallIntField(db_default=540),
        ),
        ops.AddField(
            model_name="User",
            name="muted_until",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
