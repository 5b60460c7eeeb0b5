"""Signing up, in and out."""

import datetime

import strawberry
from strawberry import UNSET

from resolvers.rows import Locale, Tokens
from schema.errors import UserError
from schema.nodes import shown
from schema.viewer import Viewer


@shown(row=Tokens, visible_to="whoever signed in", description="What a signed-in client holds.")
class Session:
    access_token: str
    refresh_token: str
    expires_at: datetime.datetime


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
