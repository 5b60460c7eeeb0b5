"""Everything held on one person, section by section: one table, to be read together."""

from models.check_ins import NOT_CUT_OFF
from models.encryption import Sealed
from models.endings import end_reason_told
from models.evidence import COPY, vouched_row
from models.export import Section
from models.reports import ABOUT

_MATCHES = """ANY (ARRAY(SELECT id FROM matches WHERE mentor_id = $1
                       UNION ALL SELECT id FROM matches WHERE mentee_id = $1))"""
_OWN_NAME = "'user_' || replace($1::uuid::text, '-', '')"

SECTIONS = (
    Section(
        "account",
        """u.id AS "id:user", u.email, u.display_name AS "displayName", u.bio, u.languages,
        u.time_zone AS "timeZone", u.locale, u.age_known AS "ageKnown",
        u.adult_from AS "adultFrom", u.is_moderator AS "isModerator",
        u.check_in_minute AS "checkInMinute", u.muted_until AS "mutedUntil",
        u.suspended_at AS "suspendedAt", u.password_hash IS NOT NULL AS "hasPassword",
        u.created_at AS "createdAt" """,
        "users u",
        "u.id = $1",
        ("u.id",),
        is_one=True,
    ),
    Section(
        "sessions",
        """s.id AS "id:session", s.created_at AS "createdAt", s.last_used_at AS "lastUsedAt",
        s.expires_at AS "expiresAt", s.ended_at AS "endedAt" """,
        "sessions s",
        "s.user_id = $1",
        ("s.id",),
    ),
    Section(
        "identities",
        """i.issuer, i.age_told AS "toldBirthDate", i.created_at AS "createdAt" """,
        "identities i",
        "i.user_id = $1",
        ("i.id",),
    ),
    Section(
        "memberships",
        """m.group_id AS "groupId:group", g.name AS "groupName", m.role,
        m.joined_at AS "joinedAt" """,
        "group_members m JOIN groups g ON g.id = m.group_id",
        "m.user_id = $1",
        ("m.id",),
    ),
    Section(
        "enrollments",
        """e.id AS "id:enrollment", e.program_id AS "programId:program", p.title AS "programTitle",
        e.role, e.status, e.topics, e.languages, e.time_zone AS "timeZone", e.capacity,
        e.pool_since AS "waitingSince", e.goal AS "goal:text", e.answers AS "answers:json",
        e.enrolled_at AS "enrolledAt", e.data_key AS _data_key, e.id AS _owner""",
        "enrollments e JOIN programs p ON p.id = e.program_id",
        "e.user_id = $1",
        ("e.id",),
    ),
    Section(
        "matches",
        f"""m.id AS "id:match", m.program_id AS "programId:program", own.role,
        partner.id AS "partnerId:user", partner.display_name AS "partnerName", m.status,
        m.created_at AS "createdAt", own.accepted_at AS "acceptedAt", m.started_at AS "startedAt",
        m.ended_at AS "endedAt",
        {end_reason_told("$1")} AS "endReason",
        m.check_in_weekday AS "checkInWeekday", own.read_number AS "readUpToNumber" """,
        """pair_members own JOIN matches m ON m.id = own.match_id
        JOIN users partner ON partner.id <> $1 AND partner.id IN (m.mentor_id, m.mentee_id)""",
        "own.user_id = $1",
        ("m.id",),
    ),
    Section(
        "steps",
        """c.match_id AS "matchId:match", c.step_id AS "stepId:step", s.title,
        c.completed_by_id AS "completedById:user", c.completed_at AS "completedAt" """,
        "step_completions c JOIN program_steps s ON s.id = c.step_id",
        f"c.match_id = {_MATCHES}",
        ("c.match_id", "c.step_id"),
    ),
    Section(
        "messages",
        """m.match_id AS "matchId:match", m.id AS "id:message", m.number,
        m.sender_id AS "senderId:user", m.body AS "body:text",
        m.reply_to_id AS "replyToId:message", m.sent_at AS "sentAt",
        m.edited_at AS "editedAt", m.deleted_at AS "deletedAt",
        p.data_key AS _data_key, p.id AS _owner, m.id AS _place""",
        "messages m JOIN matches p ON p.id = m.match_id",
        f"m.match_id = {_MATCHES}",
        ("m.match_id", "m.seq"),
    ),
    Section(
        "messageChanges",
        """c.match_id AS "matchId:match", c.kind, c.message_id AS "messageId:message",
        c.up_to_number AS "readUpToNumber", c.at""",
        "message_changes c LEFT JOIN messages m ON m.id = c.message_id",
        f"c.match_id = {_MATCHES} AND $1 IN (c.reader_id, m.sender_id)",
        ("c.match_id", "c.seq"),
    ),
    Section(
        "checkInAnswers",
        """c.match_id AS "matchId:match", c.id AS "checkInId:checkin", c.week, c.date, c.status,
        a.user_id AS "userId:user", a.content AS "answer:check_in_answer",
        a.answered_at AS "answeredAt",
        m.data_key AS _data_key, m.id AS _owner,
        'check-in'::bytea || uuid_send(a.check_in_id) || uuid_send(a.user_id) AS _place""",
        f"""check_ins c JOIN matches m ON m.id = c.match_id
        JOIN check_in_answers a ON a.check_in_id = c.id
            AND (a.user_id = $1 OR c.status <> 'OPEN' AND {NOT_CUT_OFF})""",
        f"c.match_id = {_MATCHES}",
        ("c.match_id", "c.week", "a.id"),
    ),
    Section(
        "checkInReminders",
        """r.id AS "id:reminder", r.check_in_id AS "checkInId:checkin", r.kind,
        r.reminded_at AS "remindedAt", r.acknowledged_at AS "acknowledgedAt" """,
        "check_in_reminders r",
        "r.user_id = $1",
        ("r.id",),
    ),
    Section(
        "blocks",
        """b.blocked_id AS "blockedId:user", b.created_at AS "createdAt" """,
        "blocks b",
        "b.blocker_id = $1",
        ("b.id",),
    ),
    Section(
        "reports",
        f"""r.id AS "id:report", r.reported_id AS "reportedId:user", r.match_id AS "matchId:match",
        r.program_id AS "programId:program", {ABOUT} AS about, r.reason,
        r.details AS "details:text", r.status,
        r.created_at AS "createdAt", r.resolved_at AS "resolvedAt",
        r.data_key AS _data_key, r.id AS _owner""",
        "reports r",
        "r.reporter_id = $1",
        ("r.id",),
    ),
    Section(
        "reportEvidence",
        f"""e.report_id AS "reportId:report", e.message_id AS "messageId:message",
        e.sender_id AS "senderId:user", e.sent_at AS "sentAt", e.body AS "body:text",
        r.data_key AS _data_key, r.id AS _owner, e.message_id AS _place, {COPY}""",
        "report_evidence e JOIN reports r ON r.id = e.report_id",
        "r.reporter_id = $1",
        ("r.id", "e.id"),
        demand=lambda row: vouched_row(Sealed(row["_data_key"], row["_owner"]), row),
    ),
    Section(
        "moderation",
        """d.report_id AS "reportId:report", d.action, d.note AS "note:text", d.at,
        r.data_key AS _data_key, r.id AS _owner""",
        "report_resolutions d JOIN reports r ON r.id = d.report_id",
        "d.moderator_id = $1",
        ("d.id",),
    ),
    Section(
        "notices",
        "n.action, n.reason, n.at",
        "notices n",
        "n.user_id = $1",
        ("n.id",),
    ),
    Section(
        "actions",
        """a.at, a.action, a.group_id AS "groupId:group", a.program_id AS "programId:program",
        a.subject, a.details AS "details:stored" """,
        "audit_entries a",
        "a.actor_id = $1",
        ("a.id",),
    ),
    # What others did is told without who did it, and only where it is no secret: not a report.
    Section(
        "decisions",
        """a.at, a.action, a.group_id AS "groupId:group", a.program_id AS "programId:program",
        a.subject""",
        "audit_entries a",
        f"""a.actor_id IS DISTINCT FROM $1 AND a.subject = ANY (ARRAY(
            SELECT {_OWN_NAME}
            UNION ALL SELECT 'enrollment_' || replace(id::text, '-', '') FROM enrollments
                      WHERE user_id = $1
            UNION ALL SELECT 'match_' || replace(id::text, '-', '') FROM matches
                      WHERE id = {_MATCHES}))
        AND a.action IN ('group.role_set', 'group.member_removed', 'user.moderator_set',
            'enrollment.approved', 'enrollment.declined', 'enrollment.reconsidered',
            'enrollment.withdrawn', 'match.created', 'match.proposed', 'match.started',
            'match.declined', 'match.expired', 'match.paused', 'match.resumed', 'match.completed',
            'match.ended')""",
        ("a.id",),
    ),
)
"""What people get of themselves, in this order. Never in it: what the partner has sealed, who
reported or blocked the person, password and token hashes."""
