# Long because a tool writes it, out of the models.

from orjson import loads
from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from models.endings import EndCause
from models.enrollments import EnrollmentStatus
from models.groups import GroupCategory, GroupRole
from models.ids import new_id
from models.matches import MatchStatus
from models.messages import ChangeKind
from models.programs import ProgramRole, ProgramStatus, ProgramTheme, Weekday
from models.users import Locale


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Group",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("name", fields.TextField(unique=False)),
                ("description", fields.TextField(unique=False)),
                (
                    "category",
                    fields.CharEnumField(
                        description="GroupCategory", enum_type=GroupCategory, max_length=30
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "groups", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Program",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "group",
                    fields.ForeignKeyField(
                        "models.Group",
                        source_field="group_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="programs",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("template_key", fields.TextField(unique=False)),
                (
                    "theme",
                    fields.CharEnumField(
                        description="ProgramTheme", enum_type=ProgramTheme, max_length=40
                    ),
                ),
                ("title", fields.TextField(unique=False)),
                ("description", fields.TextField(unique=False)),
                (
                    "status",
                    fields.CharEnumField(
                        default=ProgramStatus.DRAFT,
                        description="ProgramStatus",
                        enum_type=ProgramStatus,
                        max_length=20,
                    ),
                ),
                ("topics", ArrayField(default=list, element_type="TEXT")),
                ("duration_weeks", fields.SmallIntField()),
                ("default_capacity", fields.SmallIntField()),
                ("requires_consent", fields.BooleanField()),
                (
                    "check_in_weekday",
                    fields.CharEnumField(
                        default=Weekday.MONDAY,
                        description="Weekday",
                        enum_type=Weekday,
                        max_length=20,
                    ),
                ),
                ("questions", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "programs", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProgramStep",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "program",
                    fields.ForeignKeyField(
                        "models.Program",
                        source_field="program_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="steps",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.SmallIntField()),
                ("week", fields.SmallIntField()),
                ("title", fields.TextField(unique=False)),
                ("prompt", fields.TextField(unique=False)),
            ],
            options={"table": "program_steps", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("email", fields.TextField(null=True, unique=False)),
                ("password_hash", fields.TextField(null=True, unique=False)),
                ("display_name", fields.TextField(unique=False)),
                ("bio", fields.TextField(null=True, unique=False)),
                ("languages", ArrayField(default=list, element_type="TEXT")),
                ("time_zone", fields.TextField(unique=False)),
                (
                    "locale",
                    fields.CharEnumField(description="Locale", enum_type=Locale, max_length=20),
                ),
                ("age_known", fields.BooleanField()),
                ("adult_from", fields.DateField(null=True)),
                ("is_moderator", fields.BooleanField(default=False)),
                (
                    "suspended_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("deleted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "users",
                "app": "models",
                "pk_attr": "id",
                "table_description": "An account. Of the birth date only `adult_from` is kept, and nothing once that has come.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "actor",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="actor_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="audit_entries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "group",
                    fields.ForeignKeyField(
                        "models.Group",
                        source_field="group_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="audit_entries",
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
                        related_name="audit_entries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("action", fields.TextField(unique=False)),
                ("subject", fields.TextField(null=True, unique=False)),
                ("details", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={"table": "audit_entries", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Enrollment",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "program",
                    fields.ForeignKeyField(
                        "models.Program",
                        source_field="program_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="enrollments",
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
                        related_name="enrollments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "role",
                    fields.CharEnumField(
                        description="ProgramRole", enum_type=ProgramRole, max_length=20
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="EnrollmentStatus", enum_type=EnrollmentStatus, max_length=20
                    ),
                ),
                ("topics", ArrayField(default=list, element_type="TEXT")),
                ("languages", ArrayField(default=list, element_type="TEXT")),
                ("time_zone", fields.TextField(unique=False)),
                ("capacity", fields.SmallIntField()),
                ("places_taken", fields.SmallIntField(default=0)),
                ("pool_since", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("data_key", fields.BinaryField()),
                ("goal", fields.BinaryField(null=True)),
                ("answers", fields.BinaryField(null=True)),
                ("enrolled_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "enrollments",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One person in one program in one role. The database keeps `places_taken` from the matches.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GroupMember",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "group",
                    fields.ForeignKeyField(
                        "models.Group",
                        source_field="group_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="members",
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
                        related_name="memberships",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "role",
                    fields.CharEnumField(
                        description="GroupRole", enum_type=GroupRole, max_length=20
                    ),
                ),
                ("joined_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "group_members", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Match",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "program",
                    fields.ForeignKeyField(
                        "models.Program",
                        source_field="program_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="matches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "mentor",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="mentor_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="matches_as_mentor",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "mentee",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="mentee_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="matches_as_mentee",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "mentor_enrollment",
                    fields.ForeignKeyField(
                        "models.Enrollment",
                        source_field="mentor_enrollment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="matches_as_mentor",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "mentee_enrollment",
                    fields.ForeignKeyField(
                        "models.Enrollment",
                        source_field="mentee_enrollment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="matches_as_mentee",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "mentor_role",
                    fields.CharEnumField(
                        default=ProgramRole.MENTOR,
                        description="ProgramRole",
                        enum_type=ProgramRole,
                        max_length=20,
                    ),
                ),
                (
                    "mentee_role",
                    fields.CharEnumField(
                        default=ProgramRole.MENTEE,
                        description="ProgramRole",
                        enum_type=ProgramRole,
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="MatchStatus", enum_type=MatchStatus, max_length=20
                    ),
                ),
                ("version", fields.IntField(default=1)),
                (
                    "check_in_weekday",
                    fields.CharEnumField(description="Weekday", enum_type=Weekday, max_length=20),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("started_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "end_cause",
                    fields.CharEnumField(
                        null=True, description="EndCause", enum_type=EndCause, max_length=30
                    ),
                ),
                (
                    "ended_by",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="ended_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="matches_ended",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("last_seq", fields.BigIntField(default=0)),
                ("last_number", fields.IntField(default=0)),
                ("data_key", fields.BinaryField()),
            ],
            options={
                "table": "matches",
                "app": "models",
                "pk_attr": "id",
                "table_description": "`last_seq` counts what happened to the pair's messages, `last_number` the messages.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Message",
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
                        related_name="messages",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("seq", fields.BigIntField()),
                (
                    "sender",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="sender_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="messages",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("client_key", fields.TextField(unique=False)),
                ("body", fields.BinaryField(null=True)),
                ("fingerprint", fields.BinaryField(null=True)),
                (
                    "reply_to",
                    fields.ForeignKeyField(
                        "models.Message",
                        source_field="reply_to_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="replies",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sent_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("edited_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("deleted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "messages",
                "app": "models",
                "pk_attr": "id",
                "table_description": "`number` counts the messages of a match, `seq` all that happens to them; without gaps.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MessageChange",
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
                        related_name="message_changes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("seq", fields.BigIntField()),
                (
                    "kind",
                    fields.CharEnumField(
                        description="ChangeKind", enum_type=ChangeKind, max_length=20
                    ),
                ),
                (
                    "message",
                    fields.ForeignKeyField(
                        "models.Message",
                        source_field="message_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="changes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "reader",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="reader_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="read_marks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("up_to_number", fields.IntField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "message_changes",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What happened to a message once sent; of being sent it is its own record.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PairMember",
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
                        related_name="members",
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
                        related_name="pair_memberships",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "role",
                    fields.CharEnumField(
                        description="ProgramRole", enum_type=ProgramRole, max_length=20
                    ),
                ),
                (
                    "accepted_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("read_number", fields.IntField(default=0)),
                (
                    "typing_until",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "pair_members",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What belongs to one of the two: their consent, how far they have read, whether they type.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Session",
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
                        related_name="sessions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sessions",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One sign-in on one device; ended sessions let nobody in, whatever token they hold.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RefreshToken",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "session",
                    fields.ForeignKeyField(
                        "models.Session",
                        source_field="session_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="refresh_tokens",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("token_hash", fields.BinaryField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "refresh_tokens",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One link of a session's chain: good once; seen twice, it ends the session.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StepCompletion",
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
                        related_name="step_completions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "step",
                    fields.ForeignKeyField(
                        "models.ProgramStep",
                        source_field="step_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="completions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "completed_by",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="completed_by_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="completed_steps",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("completed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "step_completions",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A step that a pair has done; reopening deletes the row.",
            },
            bases=["Model"],
        ),
    ]
