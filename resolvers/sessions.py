"""Signing up, in and out. Whoever signs in is the viewer for the rest of the document."""

from datetime import date

from domain import sessions
from domain.refusals import BadCredentials
from domain.sessions import SignedIn
from models.users import Locale
from resolvers.context import Info, viewer_of


async def sign_up(
    info: Info,
    email: str,
    password: str,
    display_name: str,
    birth_date: date,
    time_zone: str,
    locale: Locale | None,
    languages: list[str] | None,
) -> SignedIn:
    signed_in = await sessions.sign_up(
        email=email,
        password=password,
        display_name=display_name,
        birth_date=birth_date,
        time_zone=time_zone,
        locale=locale or Locale.EN,
        languages=languages,
    )
    info.context.viewer = signed_in.viewer
    return signed_in


async def sign_in(info: Info, email: str, password: str) -> SignedIn:
    signed_in = await sessions.sign_in(email, password)
    info.context.viewer = signed_in.viewer
    return signed_in


async def refresh_session(info: Info, refresh_token: str) -> SignedIn:
    signed_in = await sessions.refresh_session(refresh_token)
    if signed_in is None:
        raise BadCredentials("refreshToken")
    info.context.viewer = signed_in.viewer
    return signed_in


async def sign_out(info: Info) -> None:
    await sessions.end_session(viewer_of(info).session_id)
    info.context.viewer = None
