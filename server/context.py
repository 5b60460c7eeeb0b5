"""Who is asking: the access token of a request or a socket, made into a viewer."""

from starlette.requests import HTTPConnection

from domain import tokens, viewer
from domain.viewer import Viewer
from models.users import Locale
from resolvers.context import Context
from server.accepting import qualities
from server.addresses import network_of
from server.identity import trusted

_BEARER = "bearer "


async def context_of(
    authorization: str | None, accept_language: str | None, address: str | None = None
) -> Context:
    """The context of one request. A token that is not good any more is like none."""
    return Context(await viewer_of(authorization), locale_of(accept_language), address)


async def context_for(request: HTTPConnection) -> Context:
    """The context of what comes over this connection."""
    said, language = request.headers.get("authorization"), request.headers.get("accept-language")
    return await context_of(said, language, address_of(request))


def address_of(request: HTTPConnection) -> str | None:
    """The network it comes from."""
    return network_of(request.client.host) if request.client else None


async def viewer_of(authorization: str | None) -> Viewer | None:
    """The person behind `Bearer TOKEN`, if the token and its session are good."""
    if not authorization or authorization[: len(_BEARER)].lower() != _BEARER:
        return None
    text, provider = authorization[len(_BEARER) :].strip(), trusted()
    token = tokens.read(text) if provider is None else await provider.read(text)
    if token is None:
        return None
    found = await viewer.of_session(token.session)
    if found is not None:
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
