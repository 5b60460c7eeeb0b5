"""Who is asking: the access token of a request or a socket, made into a viewer."""

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

from starlette.requests import HTTPConnection

from domain import tokens, viewer
from domain.denials import Absence
from domain.viewer import Viewer
from models.foresight import Foresight
from models.users import Locale
from resolvers.context import Context
from server.accepting import qualities
from server.addresses import network_of
from server.identity import trusted

_BEARER = "bearer "

Foresee: TypeAlias = Callable[[UUID], Foresight | None]
"""Given whose token it is, what they will read first."""


async def context_of(
    authorization: str | None,
    accept_language: str | None,
    address: str | None = None,
    foresee: Foresee | None = None,
) -> Context:
    """The context of one request. A token that is not good any more is like none."""
    found = await viewer_of(authorization, foresee)
    context = Context(None, locale_of(accept_language), address)
    if isinstance(found, Viewer):
        context.viewer = found
    else:
        context.absence = found
    return context


def address_of(request: HTTPConnection) -> str | None:
    """The network it comes from."""
    return network_of(request.client.host) if request.client else None


async def viewer_of(authorization: str | None, foresee: Foresee | None = None) -> Viewer | Absence:
    """The person behind `Bearer TOKEN`, if the token and its session are good; else why there is
    none."""
    said = authorization or ""
    text, provider = said[len(_BEARER) :].strip(), trusted()
    if said[: len(_BEARER)].lower() != _BEARER or not text:
        return Absence.NO_TOKEN
    token = tokens.read(text) if provider is None else await provider.read(text)
    if isinstance(token, Absence):
        return token
    ahead = foresee(token.user) if foresee is not None and token.user is not None else None
    found = await viewer.of_session(token.session, ahead)
    if found is None:
        return Absence.SESSION_ENDED
    if ahead is not None and found.id == token.user:
        ahead.open()
    found.token_expires_at = token.expires_at
    return found


def locale_of(accept_language: str | None) -> Locale:
    """The language of ours that the client likes best, else English."""
    best, liked = Locale.EN, 0.0
    for tag, quality in qualities(accept_language).items():
        name = tag.split("-")[0].upper()
        if name in Locale.__members__ and quality > liked:
            best, liked = Locale[name], quality
    return best
