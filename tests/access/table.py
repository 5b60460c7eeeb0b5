"""Who gets what: a line for each field, or for several that are alike, a letter for a viewer."""

from typing import Any

VIEWERS = (
    *("anonymous", "expired", "ended", "gone", "suspended", "minor", "unknown", "stranger", "left"),
    *("member", "pending", "mentor", "mentee", "former", "other", "elsewhere", "admin", "foreign"),
    "moderator",
)
LETTERS = {
    "SHOWN": "+",
    "HIDDEN": ".",
    "SILENT": "-",
    "UNAUTHENTICATED": "U",
    "FORBIDDEN": "F",
    "SUSPENDED": "S",
    "AGE_RESTRICTED": "A",
    "AGE_UNKNOWN": "K",
    "GRAPHQL_VALIDATION_FAILED": "V",
    "4401": "1",
    "4403": "3",
    "NOT_FOUND": "n",
    "NOT_A_MEMBER": "m",
    "ALREADY_ENROLLED": "e",
    "ILLEGAL_STATE": "i",
    "BAD_CREDENTIALS": "b",
    "INVALID": "x",
}
"""SHOWN: answered, or done. HIDDEN: there is nothing, and no word why. SILENT: a stream that is
open and tells nothing. Small letters: as a refusal of a mutation. 4401, 4403: the socket is closed.
A code without a letter is one that nobody should get here."""

REASONS = {
    "anonymous": "NO_TOKEN",
    "expired": "EXPIRED",
    "ended": "SESSION_ENDED",
    "gone": "SESSION_ENDED",
    "suspended": "SUSPENDED",
}
"""Why somebody is nobody, beside UNAUTHENTICATED, or why their socket is closed."""

# The match, program and group that all are asked about are those of mentor, mentee and admin.
# ended: the session; gone: the account is erased; left: was a member; pending: not approved yet,
# and blocked by the mentor;
# former: was of a pair with the same mentor; other: is of a pair with another mentor of the group;
# elsewhere: a mentor of another group, whose admin is foreign.
#
#     anonymous expired ended gone
#     |    suspended minor unknown
#     |    |   stranger left member pending
#     |    |   |    mentor mentee
#     |    |   |    |  former other elsewhere
#     |    |   |    |  |   admin foreign moderator
HTTP = """
      .... +++ ++++ ++ +++ +++  Query: viewer
      .... S++ ..++ ++ ++. +..  Query: node nodes
      UUUU S++ ++++ ++ +++ +++  Query: groups group
      UUUU SAK ++++ ++ +++ +++  Query: program
      UUUU SAK .... ++ ... +..  Query: match
      ++++ +++ ++++ ++ +++ +++  Query: programTemplates
      UUUU SFF FFFF FF FFF FF+  Query: moderation

      .... +++ ++++ ++ +++ +++  Viewer: user email adultFrom isAdult isModerator locale groups
                                checkInPreferences blockedUsers reports notices sessions
      .... +++ ++++ ++ +++ +++  ViewerSession: id createdAt lastUsedAt isCurrent
      .... ... .... +. ... ...  Notice: id action reason message at
      .... SAK ++++ ++ +++ +++  Viewer: enrollments matches checkInReminders upcomingReminders
                                unreadCount
      .... +++ ++++ ++ +++ +++  CheckInPreferences: localTime timeZone mutedUntil
      .... SAK .... ++ .++ ...  UpcomingReminder: match kind at localTime
      .... S++ ..++ ++ ++. +..  User: id displayName bio languages timeZone isDeleted

      UUUU S++ ++++ ++ +++ +++  Group: id name description category offersMentorship memberCount
                                viewerRole
      UUUU S++ FF++ ++ ++F +FF  Group: members
      UUUU SAK ++++ ++ +++ +++  Group: programs
      UUUU S++ FF++ ++ ++F +FF  GroupMember: user role joinedAt

      UUUU SAK ++++ ++ +++ +++  Program: id group template theme title description status topics
                                durationWeeks defaultCapacity requiresConsent checkInWeekday steps
                                questions viewerEnrollments createdAt
      UUUU SAK FFFF FF FFF +FF  Program: enrollments matches stats results auditLog
                                matchSuggestions assignmentProposal explainPair recruitingAdvice
      UUUU SAK FFFF FF FFF +FF  MatchSuggestion: mentor mentee score reasons
      UUUU SAK FFFF FF FFF +FF  MatchReason: kind weight detail
      UUUU SAK FFFF FF FFF +FF  AssignmentProposal: pairs placed totalScore unplaced certificate
      UUUU SAK FFFF FF FFF .FF  UnplacedMentee: enrollment reason
      UUUU SAK FFFF FF FFF +FF  AssignmentCertificate: value bound placementWeight menteePrices
                                seatPrices problem
      UUUU SAK FFFF FF FFF +FF  EnrollmentPrice: enrollmentId price
      UUUU SAK FFFF FF FFF +FF  PairExplanation: allowed forbiddenBy suggestion costInPlaced
                                costInScore
      UUUU SAK FFFF FF FFF .FF  RecruitingAdvice: trait value topics languages timeZone places
                                morePlaced moreScore
      UUUU SAK FFFF FF FFF +FF  ProgramStats: mentors mentees pending waitingMentees openPlaces
                                matchesByStatus checkInsByWeek stepsCompletedRatio
      UUUU SAK FFFF FF FFF +FF  CheckInWeekStats: week due completed missed
      UUUU SAK FFFF FF FFF +FF  MatchStatusCount: status count
      UUUU SAK FFFF FF FFF +FF  ProgramResults: menteesPaired mentorsPaired matchesStarted
                                matchesCompleted endReasons medianWeeksTogether
                                checkInsAnsweredRatio byMonth
      UUUU SAK FFFF FF FFF .FF  EndReasonCount: reason count
      UUUU SAK FFFF FF FFF +FF  MonthResults: month started completed ended
      UUUU SAK FFFF FF FFF +FF  AuditEntry: at actor action subject details
      .... S.. ++++ ++ +++ +++  ProgramStep: id position week title prompt
      ++++ +++ ++++ ++ +++ +++  ProgramTemplate: key theme title description durationWeeks steps
                                questions
      ++++ +++ ++++ ++ +++ +++  TemplateStep: week title prompt
      ++++ +++ ++++ ++ +++ +++  EnrollmentQuestion: key role text required

      .... S.. .... ++ ... +..  Enrollment: id program user role status topics languages timeZone
                                capacity openPlaces waitingSince goal enrolledAt
      .... S.. .... F+ ... +..  Enrollment: answers matches
      .... S.. .... F+ ... +..  EnrollmentAnswer: question text

      UUUU SAK .... ++ ... +..  Match: id program mentor mentee partner status createdAt startedAt
                                mentorEnrollment menteeEnrollment
                                endedAt endReason respondBy endsForSilenceAt
                                checkInWeekday stepsDone stepsTotal checkInsDone checkInsMissed
      UUUU SAK .... FF ... +..  Match: health
      UUUU SAK .... ++ ... F..  Match: steps messages searchMessages unreadCount checkIns
                                viewerAcceptedAt currentStep openCheckIn
      UUUU SAK .... ++ ... F..  MatchStep: step state completedAt completedBy
      .... S.. .... ++ ... ...  Message: id match number sender body replyTo sentAt editedAt
                                deletedAt
      UUUU SAK .... ++ ... F..  MessageSearch: nodes continueBefore
      .... S.. .... ++ ... ...  CheckIn: id match week date opensAt dueAt status mine partners
      .... S.. .... .+ ... ...  CheckInAnswer: mood met note answeredAt
      .... S.. .... +. ... ...  CheckInReminder: id checkIn kind remindedAt acknowledgedAt

      UUUU SFF FFFF FF FFF FF+  Moderation: reports report
      .... S.. .... .+ ... ..+  Report: id reason details status createdAt resolvedAt reporter
                                reportedUser program evidence about
      .... S.. .... .F ... ..+  Report: resolution openActions
      .... S.. .... .+ ... ..+  ReportEvidence: sender body sentAt messageId
      .... S.. .... .F ... ..+  ReportResolution: action note moderator

      ++++ +++ ++++ ++ +++ +++  Mutation: signUp signIn refreshSession
      ++++ +++ ++++ ++ +++ +++  Session: accessToken refreshToken expiresAt
      UUUU +++ ++++ ++ +++ +++  Mutation: signOut exportMyData deleteMyAccount
      UUUU Snn nnnn +n nnn nnn  Mutation: endSession
      UUUU Sbb bbbb bb bbb bbb  Mutation: changePassword
      UUUU S++ ++++ ++ +++ +++  Mutation: updateProfile setCheckInPreferences createGroup
                                joinGroup
      UUUU S++ ++++ ++ +++ i++  Mutation: leaveGroup
      UUUU SFF FFFF FF FFF +FF  Mutation: updateGroup setGroupRole removeGroupMember
      UUUU SAK FFFF FF FFF +FF  Mutation: createProgram copyProgram updateProgram setProgramSteps
                                setProgramQuestions closeProgram archiveProgram createMatches
      UUUU SAK nnnn nn nnn +nn  Mutation: openProgram
      UUUU SAK mm+e +e ++m +mm  Mutation: enroll
      UUUU SAK nnnn F+ nnn Fnn  Mutation: updateEnrollment withdrawEnrollment
      UUUU SAK nnnF nn nnn +nn  Mutation: approveEnrollments declineEnrollments
                                reconsiderEnrollments
      UUUU SAK nnnn ++ nnn nnn  Mutation: respondToMatch setCheckInWeekday completeStep reopenStep
                                sendMessage markRead setTyping answerCheckIn
                                acknowledgeReminders
      UUUU SAK nnnn +n nnn nnn  Mutation: acknowledgeReminder
      UUUU SAK nnnn ++ nnn +nn  Mutation: pauseMatch resumeMatch completeMatch endMatch
      UUUU SAK nnnn +n nnn nnn  Mutation: editMessage deleteMessage
      UUUU Snn nnnn x+ nnn nnn  Mutation: report
      UUUU S++ nn++ +x ++n +nn  Mutation: blockUser
      UUUU S++ nn+x ++ ++n +nn  Mutation: unblockUser
      UUUU SFF FFFF FF FFF FF+  Mutation: resolveReport

      VVVV VVV VVVV VV VVV VVV  Subscription: messageEvents matchChanged checkInReminders
"""
SOCKET = """
      U111 3AK nnnn ++ nnn nnn  Subscription: messageEvents
      U111 3AK ---- ++ --- ---  Subscription: matchChanged
      U111 3AK ---- +- --- ---  Subscription: checkInReminders
      U111 3AK nnnn ++ nnn nnn  MessageAdded: cursor match message
      U111 3AK nnnn ++ nnn nnn  MessageEdited: cursor match message
      U111 3AK nnnn ++ nnn nnn  MessageDeleted: cursor match message
      U111 3AK nnnn ++ nnn nnn  MessagesRead: cursor match reader upToNumber
      U111 3AK nnnn ++ nnn nnn  TypingChanged: cursor match user isTyping

      V111 3VV VVVV VV VVV VVV  Query: *
      V111 3VV VVVV VV VVV VVV  Mutation: *
"""

STREAM = """
      UUUU SAK nnnn ++ nnn nnn  Subscription: messageEvents
"""


def expected(table: str) -> dict[str, str]:
    """The letters of each field, in the order of VIEWERS."""
    found: dict[str, str] = {}
    letters = owner = ""
    for line in filter(str.strip, table.splitlines()):
        words = line.split()
        if ":" in line:
            letters, owner, words = "".join(words[:6]), words[6].rstrip(":"), words[7:]
            assert len(letters) == len(VIEWERS), line
        for name in words:
            assert f"{owner}.{name}" not in found, f"{owner}.{name} stands there twice"
            found[f"{owner}.{name}"] = letters
    return found


def letter(outcome: str) -> str:
    """The letter for what became of it; the code itself where it has none."""
    return LETTERS.get(outcome, f"({outcome})")


def done(body: Any) -> str:
    """What became of a mutation: the first code, or SHOWN once it is done."""
    if body.get("errors"):
        code: str = body["errors"][0]["extensions"]["code"]
        return code
    refused = body["data"]["its"]["errors"]
    return refused[0]["code"] if refused else "SHOWN"
