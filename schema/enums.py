"""The enumerations of the domain, named on the graph as they are in the code."""

import strawberry

from resolvers.rows import (
    AssignmentObjective,
    CheckInReminderKind,
    CheckInStatus,
    EnrollmentStatus,
    ForbiddenPairRule,
    GroupCategory,
    GroupRole,
    Locale,
    MatchEndReason,
    MatchHealth,
    MatchOrder,
    MatchReasonKind,
    MatchStatus,
    MatchStepState,
    ModerationAction,
    ProgramRole,
    ProgramStatus,
    ProgramTheme,
    RecruitingTrait,
    ReportReason,
    ReportStatus,
    ReportSubjectKind,
    UnplacedReason,
    UserErrorCode,
    Weekday,
)

for enumeration, description in {
    AssignmentObjective: "COVERAGE: as many mentees placed as possible, then the greatest total "
    "score. SCORE: the greatest total score alone.",
    CheckInReminderKind: "At the person's own hour in their own zone. OPENED: on the check-in's "
    "date. LAST_CALL: 4 days later if they have not answered. NUDGE: to the silent one, at their "
    "first such hour after a check-in was over without their answer. PARTNER_SILENT: to the other "
    "one from the second in a row on.",
    CheckInStatus: "COMPLETED: both answered.",
    EnrollmentStatus: "PENDING -> APPROVED | DECLINED; PENDING | APPROVED -> WITHDRAWN; enrolling "
    "again after WITHDRAWN: PENDING, the same enrollment; DECLINED -> PENDING by "
    "reconsiderEnrollments alone. One person, one enrollment per role and program.",
    ForbiddenPairRule: "CONFLICT_OF_INTEREST: the viewer is of the pair, and another admin has to "
    "decide; or the viewer may not be paired with this person.",
    GroupCategory: "What a group is about. Which categories offer mentorship is configuration.",
    GroupRole: None,
    Locale: "The languages the product speaks.",
    MatchEndReason: "As the viewer may know it.",
    MatchHealth: "AT_RISK: somebody missed the last two check-ins or more. QUIET: the last one, or "
    "for three weeks neither a check-in nor a step was completed.",
    MatchOrder: "CREATED: oldest first. LAST_MESSAGE: the match with the latest message first, be "
    "it deleted; one without any stands where it was created. A cursor of one order is BAD_CURSOR "
    "in the other.",
    MatchReasonKind: None,
    MatchStatus: "PROPOSED -> ACTIVE | DECLINED | EXPIRED (14 days) | ENDED; ACTIVE <-> PAUSED; "
    "ACTIVE | PAUSED -> COMPLETED | ENDED; ACTIVE | PAUSED <-> FROZEN (moderation); FROZEN -> "
    "ENDED. Only ACTIVE and PAUSED pairs write; FROZEN, COMPLETED and ENDED stay readable to the "
    "pair. Either of the two, or an admin of the program, pauses, resumes, completes, ends.",
    MatchStepState: "CURRENT is the first that is not DONE.",
    ModerationAction: "MARK_UNDERAGE: age unknown again, matches frozen at once. An OPEN report "
    "takes any; one that was ACTED on takes what may be left to do: REMOVE_MESSAGES, "
    "UNFREEZE_MATCH, END_MATCH, SUSPEND_USER, MARK_UNDERAGE. What would change nothing: "
    "ILLEGAL_STATE; `Report.openActions` has the others.",
    ProgramRole: None,
    ProgramStatus: "DRAFT -> OPEN (enrolling and pairing, rolling) -> CLOSED (no new enrollment; "
    "those enrolled can still be paired, pairs go on) -> ARCHIVED (ends what is left); CLOSED -> "
    "OPEN. Any signed-in adult sees a program that is no draft.",
    ProgramTheme: None,
    RecruitingTrait: "What a mentor to look for would bring.",
    ReportReason: None,
    ReportStatus: "OPEN -> DISMISSED | ACTED.",
    ReportSubjectKind: None,
    UnplacedReason: "NO_OPEN_PLACE: all whom the mentee may have as a mentor are full, or better "
    "given to others.",
    UserErrorCode: "Why a mutation was refused.",
    Weekday: None,
}.items():
    strawberry.enum(enumeration, description=description)
