"""Signing up, in and out. Whoever signs in is the viewer for the rest of the document."""

from datetime import date

from strawberry import ID

from domain import accounts, sessions
from domain.clock import clock
from domain.refusals import SessionOver
from domain.sessions import SignedIn
from domain.viewer import Viewer
from models.reading import Window
from models.sessions import SessionRow, living_of
from models.users import Locale
from resolvers.context import Info, viewer_of
from resolvers.data_rights import demand_no_export
from resolvers.ids import demand_id


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
    signed_in = await accounts.sign_up(
        email=email,
        password=password,
        display_name=display_name,
        birth_date=birth_date,
        time_zone=time_zone,
        locale=locale or Locale.EN,
        languages=languages,
        network=info.context.address,
    )
    info.context.viewer = signed_in.viewer
    return signed_in


async def sign_in(info: Info, email: str, password: str) -> SignedIn:
    signed_in = await accounts.sign_in(email, password, info.context.address)
    info.context.viewer = signed_in.viewer
    info.context.has_signed_in = True
    return signed_in


async def refresh_session(info: Info, refresh_token: str) -> SignedIn:
    signed_in = await sessions.refresh_session(refresh_token, info.context.address)
    if signed_in is None:
        raise SessionOver("refreshToken")
    info.context.viewer = signed_in.viewer
    return signed_in


SHOWN = 100
"""How many of one's sessions are listed, the newest first."""


async def own(root: Viewer, info: Info) -> list[SessionRow]:
    read = living_of(root.id, clock.now())
    return (await read.page("s.id", Window(SHOWN, backwards=True))).rows[::-1]


def is_current(root: SessionRow, info: Info) -> bool:
    return root.id == viewer_of(info).session_id


async def end(info: Info, session_id: ID) -> None:
    viewer = viewer_of(info)
    session = demand_id("session", session_id, "sessionId")
    if session == viewer.session_id:
        demand_no_export(info)
    await sessions.end_own_session(viewer, session)
    if session == viewer.session_id:
        info.context.sign_out()


async def change_password(info: Info, current_password: str, new_password: str) -> Viewer:
    viewer = viewer_of(info)
    await accounts.change_password(viewer, current_password, new_password)
    return viewer


async def sign_out(info: Info) -> None:
    sessions.demand_own_accounts()
    demand_no_export(info)
    await sessions.end_session(viewer_of(info).session_id)
    info.context.sign_out()
