"""Signing up, in and out, and what is one's own."""

import strawberry

import resolvers.check_in_reminders
import resolvers.data_rights
import resolvers.sessions
import resolvers.viewer
from permissions import IsAuthenticated, IsPublic, IsSignedIn
from schema.check_in_reminders import CheckInPreferencesInput
from schema.data_rights import DeleteMyAccountInput, DeletePayload, ExportPayload
from schema.fields import mutation
from schema.sessions import SessionPayload, SignInInput, SignOutPayload, SignUpInput
from schema.viewer import UpdateProfileInput, ViewerPayload

SESSION = ("session", "viewer")


@strawberry.type
class AccountMutations:
    sign_up: SessionPayload = mutation(
        resolvers.sessions.sign_up, SignUpInput, gives=SESSION, permissions=[IsPublic]
    )
    sign_in: SessionPayload = mutation(
        resolvers.sessions.sign_in, SignInInput, gives=SESSION, permissions=[IsPublic]
    )
    refresh_session: SessionPayload = mutation(
        resolvers.sessions.refresh_session,
        gives=SESSION,
        permissions=[IsPublic],
        description="Rotates; a reused old token ends the whole session.",
    )
    sign_out: SignOutPayload = mutation(
        resolvers.sessions.sign_out,
        gives=(),
        permissions=[IsSignedIn],
        description="Ends this session: its sockets close with 4403.",
    )
    end_session: SignOutPayload = mutation(
        resolvers.sessions.end,
        gives=(),
        permissions=[IsAuthenticated],
        description="Ends one of the viewer's sessions: its sockets close with 4403.",
    )
    change_password: ViewerPayload = mutation(
        resolvers.sessions.change_password,
        gives="viewer",
        permissions=[IsAuthenticated],
        description="Ends all other sessions of the viewer: their sockets close with 4403.",
    )
    update_profile: ViewerPayload = mutation(
        resolvers.viewer.change_profile,
        UpdateProfileInput,
        gives="viewer",
        permissions=[IsAuthenticated],
    )
    set_check_in_preferences: ViewerPayload = mutation(
        resolvers.check_in_reminders.change_preferences,
        CheckInPreferencesInput,
        gives="viewer",
        permissions=[IsAuthenticated],
    )
    export_my_data: ExportPayload = mutation(
        resolvers.data_rights.export_data,
        gives="data",
        permissions=[IsSignedIn],
        description="Everything held on the viewer, as JSON. It is read while the answer is sent: "
        "what ends the session in the same document, before it or after, is refused with "
        "ILLEGAL_STATE.",
    )
    delete_my_account: DeletePayload = mutation(
        resolvers.data_rights.delete_account,
        DeleteMyAccountInput,
        gives=(),
        permissions=[IsSignedIn],
        description="Leaves an empty shell with an id: messages become tombstones, matches end, "
        "sessions are over. For good, and at once.",
    )
