# Long because a tool writes it, out of the models.

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.ids import new_id
from models.matches import MatchStatus
from models.reports import ModerationAction, ReportReason, ReportStatus


class Migration(migrations.Migration):
    dependencies = [("models", "0004_check_in_rules")]

    operations = [
        ops.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "blocker",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="blocker_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="blocks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "blocked",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="blocked_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="blocks_against",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "blocks",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The database lets no live match stand between the two, whoever of them blocked the other.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notices",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "action",
                    fields.CharEnumField(
                        description="ModerationAction", enum_type=ModerationAction, max_length=30
                    ),
                ),
                (
                    "reason",
                    fields.CharEnumField(
                        description="ReportReason", enum_type=ReportReason, max_length=30
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notices",
                "app": "models",
                "pk_attr": "id",
                "table_description": "It names no report: from a notice nothing leads back to the case.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "reporter",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="reporter_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "reported",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="reported_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="reports_against",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "match",
                    fields.ForeignKeyField(
                        "models.Match",
                        source_field="match_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="reports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "program",
                    fields.ForeignKeyField(
                        "models.Program",
                        source_field="program_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="reports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "reason",
                    fields.CharEnumField(
                        description="ReportReason", enum_type=ReportReason, max_length=30
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="ReportStatus", enum_type=ReportStatus, max_length=20
                    ),
                ),
                ("data_key", fields.BinaryField()),
                ("details", fields.BinaryField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "resolved_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "reports",
                "app": "models",
                "pk_attr": "id",
                "table_description": "`program` is set when a program is what was reported, `match` when a pair or a message is.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReportEvidence",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="evidence",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("message_id", fields.UUIDField()),
                ("match_id", fields.UUIDField()),
                (
                    "sender",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="sender_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="evidence",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sent_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("body", fields.BinaryField()),
                ("tag", fields.BinaryField()),
            ],
            options={
                "table": "report_evidence",
                "app": "models",
                "pk_attr": "id",
                "table_description": "`message_id` and `match_id` are no keys: the copy outlives what it was made of.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReportParty",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="parties",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="cases",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "report_parties",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Somebody who is part of a case, as it stood when the report was made: never its judge.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReportResolution",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="resolutions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "moderator",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="moderator_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="resolutions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "action",
                    fields.CharEnumField(
                        description="ModerationAction", enum_type=ModerationAction, max_length=30
                    ),
                ),
                ("note", fields.BinaryField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "report_resolutions",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What a moderator decided; the newest is the one in force.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Match",
            name="frozen_from",
            field=fields.CharEnumField(
                null=True, description="MatchStatus", enum_type=MatchStatus, max_length=20
            ),
        ),
    ]
