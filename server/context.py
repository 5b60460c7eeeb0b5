"""Who is asking: the access token of a request or a socket, made into a viewer."""

from functools import lru_cache

from domain import tokens, viewer
from domain.viewer import Viewer
from models.users import Locale
from resolvers.context import Context
from server.accepting import LONGEST, qualities

_BEARER = "bearer "


async def context_of(authorization: str | None, accept_language: str | None) -> Context:
    """The context of one request. A token that is not good any more is like none."""
    return Context(await viewer_of(authorization), locale_of((accept_language or "")[:LONGEST]))


async def viewer_of(authorization: str | None) -> Viewer | None:
    """The person behind `Bearer TOKEN`, if the token and its session are good."""
    if not authorization or authorization[: len(_BEARER)].lower() != _BEARER:
        return None
    token = tokens.read(authorization[len(_BEARER) :].strip())
    if token is None:
        return None
    found = await viewer.of_session(token.session)
    if found is not None:
        found.token_expires_at = token.expires_at
    return found


@lru_cache(maxsize=256)
def locale_of(accept_language: str) -> Locale:
    """The language of ours that the client likes best, else English."""
    best, liked = Locale.EN, 0.0
    for tag, quality in qualities(accept_language).items():
        name = tag.split("-")[0].upper()
        if name in Locale.__members__ and quality > liked:
            best, liked = Locale[name], quality
    return best
