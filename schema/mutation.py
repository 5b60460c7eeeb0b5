"""Everything that can be done."""

# Long because all that can be done stands in this one table.

import strawberry

import resolvers.blocks
import resolvers.check_in_reminders
import resolvers.check_ins
import resolvers.data_rights
import resolvers.enrollments
import resolvers.groups
import resolvers.matches
import resolvers.messages
import resolvers.programs
import resolvers.reports
import resolvers.sessions
import resolvers.viewer
from permissions import IsAdult, IsAuthenticated, IsModerator, IsPublic, IsSignedIn
from schema.blocks import BlockPayload
from schema.check_in_reminders import CheckInPreferencesInput, CheckInReminderPayload
from schema.check_ins import AnswerCheckInInput, CheckInPayload
from schema.data_rights import DeleteMyAccountInput, DeletePayload, ExportPayload
from schema.enrollments import (
    EnrollInput,
    EnrollmentPayload,
    EnrollmentsPayload,
    UpdateEnrollmentInput,
)
from schema.fields import mutation
from schema.groups import (
    CreateGroupInput,
    GroupPayload,
    RemoveGroupMemberInput,
    SetGroupRoleInput,
    UpdateGroupInput,
)
from schema.matches import CreateMatchesInput, MatchesPayload, MatchPayload
from schema.messages import EditMessageInput, MessagePayload, SendMessageInput
from schema.programs import (
    CreateProgramInput,
    ProgramPayload,
    SetProgramQuestionsInput,
    SetProgramStepsInput,
    UpdateProgramInput,
)
from schema.reports import ReportInput, ReportPayload, ResolveReportInput
from schema.sessions import SessionPayload, SignInInput, SignOutPayload, SignUpInput
from schema.viewer import UpdateProfileInput, ViewerPayload

ANYBODY, SIGNED_IN, MEMBER, ADULT = [IsPublic], [IsSignedIn], [IsAuthenticated], [IsAdult]
SESSION = ("session", "viewer")


@strawberry.type
class Mutation:
    # accounts
    sign_up: SessionPayload = mutation(
        resolvers.sessions.sign_up, SignUpInput, gives=SESSION, permissions=ANYBODY
    )
    sign_in: SessionPayload = mutation(
        resolvers.sessions.sign_in, SignInInput, gives=SESSION, permissions=ANYBODY
    )
    refresh_session: SessionPayload = mutation(
        resolvers.sessions.refresh_session,
        gives=SESSION,
        permissions=ANYBODY,
        description="Rotates; a reused old token ends the whole session.",
    )
    sign_out: SignOutPayload = mutation(
        resolvers.sessions.sign_out,
        gives=(),
        permissions=SIGNED_IN,
        description="Ends this session: its sockets close with 4403.",
    )
    end_session: SignOutPayload = mutation(
        resolvers.sessions.end,
        gives=(),
        permissions=MEMBER,
        description="Ends one of the viewer's sessions: its sockets close with 4403.",
    )
    change_password: ViewerPayload = mutation(
        resolvers.sessions.change_password,
        gives="viewer",
        permissions=MEMBER,
        description="Ends all other sessions of the viewer: their sockets close with 4403.",
    )
    update_profile: ViewerPayload = mutation(
        resolvers.viewer.change_profile, UpdateProfileInput, gives="viewer", permissions=MEMBER
    )
    set_check_in_preferences: ViewerPayload = mutation(
        resolvers.check_in_reminders.change_preferences,
        CheckInPreferencesInput,
        gives="viewer",
        permissions=MEMBER,
    )
    export_my_data: ExportPayload = mutation(
        resolvers.data_rights.export_data,
        gives="data",
        permissions=SIGNED_IN,
        description="Everything held on the viewer, as JSON.",
    )
    delete_my_account: DeletePayload = mutation(
        resolvers.data_rights.delete_account,
        DeleteMyAccountInput,
        gives=(),
        permissions=SIGNED_IN,
        description="Leaves an empty shell with an id: messages become tombstones, matches end, "
        "sessions are over. For good, and at once.",
    )

    # groups
    create_group: GroupPayload = mutation(
        resolvers.groups.create, CreateGroupInput, gives="group", permissions=MEMBER
    )
    update_group: GroupPayload = mutation(
        resolvers.groups.update, UpdateGroupInput, gives="group", permissions=MEMBER
    )
    join_group: GroupPayload = mutation(resolvers.groups.join, gives="group", permissions=MEMBER)
    leave_group: GroupPayload = mutation(
        resolvers.groups.leave,
        gives="group",
        permissions=MEMBER,
        description="Ends the person's matches there; the last admin cannot leave.",
    )
    set_group_role: GroupPayload = mutation(
        resolvers.groups.set_role, SetGroupRoleInput, gives="group", permissions=MEMBER
    )
    remove_group_member: GroupPayload = mutation(
        resolvers.groups.remove_member, RemoveGroupMemberInput, gives="group", permissions=MEMBER
    )

    # programs (group admins)
    create_program: ProgramPayload = mutation(
        resolvers.programs.create, CreateProgramInput, gives="program", permissions=ADULT
    )
    update_program: ProgramPayload = mutation(
        resolvers.programs.update, UpdateProgramInput, gives="program", permissions=ADULT
    )
    set_program_steps: ProgramPayload = mutation(
        resolvers.programs.set_steps, SetProgramStepsInput, gives="program", permissions=ADULT
    )
    set_program_questions: ProgramPayload = mutation(
        resolvers.programs.set_questions,
        SetProgramQuestionsInput,
        gives="program",
        permissions=ADULT,
    )
    open_program: ProgramPayload = mutation(
        resolvers.programs.open_program, gives="program", permissions=ADULT
    )
    close_program: ProgramPayload = mutation(
        resolvers.programs.close_program, gives="program", permissions=ADULT
    )
    archive_program: ProgramPayload = mutation(
        resolvers.programs.archive_program, gives="program", permissions=ADULT
    )

    # enrollments
    enroll: EnrollmentPayload = mutation(
        resolvers.enrollments.enroll, EnrollInput, gives="enrollment", permissions=ADULT
    )
    update_enrollment: EnrollmentPayload = mutation(
        resolvers.enrollments.update, UpdateEnrollmentInput, gives="enrollment", permissions=ADULT
    )
    withdraw_enrollment: EnrollmentPayload = mutation(
        resolvers.enrollments.withdraw, gives="enrollment", permissions=ADULT
    )
    approve_enrollments: EnrollmentsPayload = mutation(
        resolvers.enrollments.approve, gives="enrollments", permissions=ADULT, empty=list
    )
    decline_enrollments: EnrollmentsPayload = mutation(
        resolvers.enrollments.decline, gives="enrollments", permissions=ADULT, empty=list
    )

    # matches
    create_matches: MatchesPayload = mutation(
        resolvers.matches.create,
        CreateMatchesInput,
        gives="matches",
        permissions=ADULT,
        empty=list,
        description='All or none; errors[].field = ["pairs", "3"] says which.',
    )
    respond_to_match: MatchPayload = mutation(
        resolvers.matches.respond, gives="match", permissions=ADULT
    )
    pause_match: MatchPayload = mutation(resolvers.matches.pause, gives="match", permissions=ADULT)
    resume_match: MatchPayload = mutation(
        resolvers.matches.resume, gives="match", permissions=ADULT
    )
    complete_match: MatchPayload = mutation(
        resolvers.matches.complete, gives="match", permissions=ADULT
    )
    end_match: MatchPayload = mutation(resolvers.matches.end, gives="match", permissions=ADULT)
    set_check_in_weekday: MatchPayload = mutation(
        resolvers.check_ins.set_weekday, gives="match", permissions=ADULT
    )
    complete_step: MatchPayload = mutation(
        resolvers.matches.complete_step, gives="match", permissions=ADULT
    )
    reopen_step: MatchPayload = mutation(
        resolvers.matches.reopen_step, gives="match", permissions=ADULT
    )

    # messages (the pair)
    send_message: MessagePayload = mutation(
        resolvers.messages.send,
        SendMessageInput,
        gives="message",
        permissions=ADULT,
        description="Same clientKey and body: the first message again, never a second. "
        "The body has 1 to 4000 characters after trimming.",
    )
    edit_message: MessagePayload = mutation(
        resolvers.messages.edit, EditMessageInput, gives="message", permissions=ADULT
    )
    delete_message: MessagePayload = mutation(
        resolvers.messages.delete, gives="message", permissions=ADULT
    )
    mark_read: MatchPayload = mutation(
        resolvers.messages.mark_read, gives="match", permissions=ADULT
    )
    set_typing: MatchPayload = mutation(
        resolvers.messages.set_typing, gives="match", permissions=ADULT
    )

    # check-ins (the pair)
    answer_check_in: CheckInPayload = mutation(
        resolvers.check_ins.answer, AnswerCheckInInput, gives="check_in", permissions=ADULT
    )
    acknowledge_reminder: CheckInReminderPayload = mutation(
        resolvers.check_in_reminders.acknowledge, gives="reminder", permissions=ADULT
    )

    # safety
    report: ReportPayload = mutation(
        resolvers.reports.report,
        ReportInput,
        gives="report",
        permissions=MEMBER,
        description="To the platform's moderators, never to group admins. Evidence comes from the "
        "viewer's own conversations; a reported message is part of it. 10 in 24 hours.",
    )
    block_user: BlockPayload = mutation(
        resolvers.blocks.block,
        gives="user",
        permissions=MEMBER,
        description="Ends the matches between the two, for good; silent to the other.",
    )
    unblock_user: BlockPayload = mutation(
        resolvers.blocks.unblock, gives="user", permissions=MEMBER
    )
    resolve_report: ReportPayload = mutation(
        resolvers.reports.resolve, ResolveReportInput, gives="report", permissions=[IsModerator]
    )
