"""Cases for the platform's moderators: what was reported, who is part of it, what was decided."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct
from tortoise import fields
from tortoise.models import Model

from models.blocks import block_between
from models.encryption import Sealed
from models.ids import new_id
from models.matches import Match
from models.programs import Program
from models.reading import Read
from models.users import USER_WIDTH, User, UserRow, columns_if_known, is_known, user_columns
from models.users import build as build_user

DETAILS, NOTE = b"details", b"note"
"""The places of a report's sealed texts under its data key."""


class ReportReason(StrEnum):
    HARASSMENT = "HARASSMENT"
    HATE_SPEECH = "HATE_SPEECH"
    SEXUAL_CONTENT = "SEXUAL_CONTENT"
    SELF_HARM = "SELF_HARM"
    SCAM = "SCAM"
    UNDERAGE = "UNDERAGE"
    SPAM = "SPAM"
    OTHER = "OTHER"


class ReportStatus(StrEnum):
    OPEN = "OPEN"
    DISMISSED = "DISMISSED"
    ACTED = "ACTED"


class ModerationAction(StrEnum):
    DISMISS = "DISMISS"
    WARN = "WARN"
    REMOVE_MESSAGES = "REMOVE_MESSAGES"
    FREEZE_MATCH = "FREEZE_MATCH"
    UNFREEZE_MATCH = "UNFREEZE_MATCH"
    END_MATCH = "END_MATCH"
    SUSPEND_USER = "SUSPEND_USER"
    MARK_UNDERAGE = "MARK_UNDERAGE"


class ReportSubjectKind(StrEnum):
    MESSAGE = "MESSAGE"
    MATCH = "MATCH"
    USER = "USER"
    PROGRAM = "PROGRAM"


class Report(Model):
    """`program` is set when a program is what was reported, `match` when a pair or a message is."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    reporter: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="reports", on_delete=fields.RESTRICT
    )
    reported: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="reports_against", on_delete=fields.RESTRICT, null=True
    )
    match: fields.ForeignKeyNullableRelation[Match] = fields.ForeignKeyField(
        "models.Match", related_name="reports", on_delete=fields.RESTRICT, null=True
    )
    program: fields.ForeignKeyNullableRelation[Program] = fields.ForeignKeyField(
        "models.Program", related_name="reports", on_delete=fields.RESTRICT, null=True
    )
    is_of_message = fields.BooleanField(db_default=False)
    reason = fields.CharEnumField(ReportReason, description="ReportReason", max_length=30)
    status = fields.CharEnumField(ReportStatus, description="ReportStatus", max_length=20)
    data_key = fields.BinaryField()
    details = fields.BinaryField()
    created_at = fields.DatetimeField()
    resolved_at = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)
    forgotten_at = fields.DatetimeField(null=True)

    class Meta:
        table = "reports"


class ReportParty(Model):
    """Somebody who is part of a case, as it stood when the report was made: never its judge.

    A bystander is no part of it, and no judge either: a block, or a group they ran, kept them out.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="parties", on_delete=fields.CASCADE
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="cases", on_delete=fields.RESTRICT
    )
    is_bystander = fields.BooleanField(db_default=False)

    class Meta:
        table = "report_parties"


class ReportResolution(Model):
    """What a moderator decided; the newest is the one in force."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="resolutions", on_delete=fields.CASCADE
    )
    moderator: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="resolutions", on_delete=fields.RESTRICT
    )
    action = fields.CharEnumField(ModerationAction, description="ModerationAction", max_length=30)
    note = fields.BinaryField()
    at = fields.DatetimeField()

    class Meta:
        table = "report_resolutions"


class ResolutionRow(Struct):
    action: ModerationAction
    sealed_note: bytes
    moderator: UserRow
    report: UUID
    data_key: bytes

    @property
    def note(self) -> str:
        """The text, opened when it is asked for: one that does not open spoils no other."""
        return Sealed(self.data_key, self.report).open(self.sealed_note, NOTE)


class ReportRow(Struct):
    reporter: UserRow
    reported_user: UserRow | None
    resolution: ResolutionRow | None
    id: UUID
    match_id: UUID | None
    program_id: UUID | None
    about: ReportSubjectKind
    reason: ReportReason
    status: ReportStatus
    data_key: bytes
    sealed_details: bytes
    created_at: datetime
    resolved_at: datetime | None
    viewer_handles: bool
    """Whether it is the viewer's to decide: a moderator who is no part of the case."""

    @property
    def details(self) -> str:
        """The text, opened when it is asked for: one that does not open spoils no other."""
        return Sealed(self.data_key, self.id).open(self.sealed_details, DETAILS)


ABOUT = """CASE WHEN r.program_id IS NOT NULL THEN 'PROGRAM' WHEN r.match_id IS NULL THEN 'USER'
    WHEN r.is_of_message THEN 'MESSAGE' ELSE 'MATCH' END"""
"""What was reported (`r`), as a ReportSubjectKind: a message has its match, too."""

GROUPS_OF_CASE = """
    SELECT group_id FROM programs WHERE id = r.program_id
    UNION ALL SELECT p.group_id FROM matches m JOIN programs p ON p.id = m.program_id
    WHERE m.id = r.match_id
    UNION ALL SELECT p.group_id FROM report_evidence e JOIN matches m ON m.id = e.match_id
    JOIN programs p ON p.id = m.program_id WHERE e.report_id = r.id
    UNION ALL SELECT p.group_id FROM matches m JOIN programs p ON p.id = m.program_id
    WHERE (m.mentor_id = r.reporter_id AND m.mentee_id = r.reported_id)
       OR (m.mentor_id = r.reported_id AND m.mentee_id = r.reporter_id)
    UNION ALL SELECT group_id FROM group_members WHERE user_id = r.reported_id"""
"""The groups a report (`r`) is about: whose program was reported, whose pair or what it wrote, in
which the two were ever paired, and those that the person reported is a member of."""

_HANDLES = f"""(EXISTS (SELECT FROM users me WHERE me.id = {{0}} AND me.is_moderator
                        AND me.suspended_at IS NULL AND me.deleted_at IS NULL)
    AND NOT EXISTS (SELECT FROM report_parties party WHERE party.report_id = r.id
                    AND (party.user_id = {{0}} OR NOT party.is_bystander
                         AND {block_between("{0}", "party.user_id")}))
    AND NOT EXISTS (SELECT FROM group_members own WHERE own.user_id = {{0}}
                    AND own.role = 'ADMIN' AND own.group_id IN ({GROUPS_OF_CASE})))"""


_TOLD = f"r.reporter_id <> {{0}} OR {is_known('reported')}"
"""Whether what the person reported says of themselves is shown: always to whoever decides. Who has
reported somebody does not follow them by it."""


def visible_to(viewer: UUID) -> Read[ReportRow]:
    """Whoever made the report, and the moderators who are no part of the case."""
    return _reports(viewer, f"(r.reporter_id = {{0}} OR {_HANDLES})")


def handled_by(viewer: UUID) -> Read[ReportRow]:
    """What a moderator may see, count and decide: the cases they are no part of, neither as
    reporter or reported, nor as one of the pair, nor by a block either way, nor as an admin of
    a group it is about. A block or an office that is over keeps them out still."""
    return _reports(viewer, _HANDLES)


def _reports(viewer: UUID, condition: str) -> Read[ReportRow]:
    return Read(
        _build,
        columns=f"""{user_columns("reporter")}, {columns_if_known("reported")},
            {user_columns("moderator")}, res.action, res.note, r.id, r.match_id, r.program_id,
            {ABOUT}, r.reason, r.status, r.data_key, r.details, r.created_at,
            r.resolved_at, {_HANDLES}""",
        source=f"""reports r JOIN users reporter ON reporter.id = r.reporter_id
            LEFT JOIN users reported ON reported.id = r.reported_id
            LEFT JOIN LATERAL (SELECT * FROM report_resolutions s WHERE s.report_id = r.id
                               ORDER BY s.id DESC LIMIT 1) res ON true
            LEFT JOIN users moderator ON moderator.id = res.moderator_id
            CROSS JOIN LATERAL (SELECT {_TOLD} OFFSET 0) AS told(known)""",
        conditions=(condition,),
        values=(viewer,),
    )


def _build(values: Sequence[Any]) -> ReportRow:
    reporter, reported, moderator = (
        values[i * USER_WIDTH : (i + 1) * USER_WIDTH] for i in range(3)
    )
    action, note, id, match, program, *facts = values[3 * USER_WIDTH :]
    about, reason, status, data_key, *rest = facts
    resolution = None
    if moderator[0]:
        resolution = ResolutionRow(
            ModerationAction(action), note, build_user(moderator), id, data_key
        )
    return ReportRow(
        build_user(reporter),
        build_user(reported) if reported[0] else None,
        resolution,
        id,
        match,
        program,
        ReportSubjectKind(about),
        ReportReason(reason),
        ReportStatus(status),
        data_key,
        *rest,
    )
