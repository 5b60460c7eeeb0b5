"""Signing up, in and out."""

import datetime

import strawberry
from strawberry import ID, UNSET

import resolvers.sessions
from resolvers.rows import Locale, SessionRow, Tokens
from schema.errors import UserError
from schema.fields import field
from schema.nodes import node_id, shown
from schema.viewer import Viewer


@shown(row=Tokens, visible_to="whoever signed in", description="What a signed-in client holds.")
class Session:
    access_token: str
    refresh_token: str
    expires_at: datetime.datetime


@shown(row=SessionRow, visible_to="whose session it is", description="One sign-in on one device.")
class ViewerSession:
    id: ID = node_id("session")
    created_at: datetime.datetime
    last_used_at: datetime.datetime = strawberry.field(
        description="When it last got new tokens, an access token's life ago at the most; with an "
        "identity provider, when it was last seen, give or take five minutes."
    )
    is_current: bool = field(
        resolvers.sessions.is_current, description="Whether it is the one that asks."
    )


@strawberry.input
class SignUpInput:
    email: str
    password: str
    display_name: str
    birth_date: datetime.date
    time_zone: str
    locale: Locale | None = Locale.EN
    languages: list[str] | None = UNSET


@strawberry.input
class SignInInput:
    email: str
    password: str


@strawberry.type
class SessionPayload:
    session: Session | None
    viewer: Viewer | None
    errors: list[UserError]


@strawberry.type
class SignOutPayload:
    errors: list[UserError]
