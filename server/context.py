"""Who is asking: the access token of a request or a socket, made into a viewer."""

from domain import tokens, viewer
from domain.viewer import Viewer
from models.users import Locale
from resolvers.context import Context

_BEARER = "bearer "


async def context_of(authorization: str | None, accept_language: str | None) -> Context:
    """The context of one request. A token that is not good any more is like none."""
    return Context(await viewer_of(authorization), locale_of(accept_language))


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


def locale_of(accept_language: str | None) -> Locale:
    """The language of ours that the client likes best, else English."""
    liked: list[tuple[float, int, Locale]] = []
    for i, part in enumerate((accept_language or "")[:200].split(",")):
        tag, _, rest = part.strip().partition(";")
        name = tag.split("-")[0].upper()
        if name in Locale.__members__:
            liked.append((-_quality(rest), i, Locale[name]))
    best = min(liked, default=None)
    return best[2] if best is not None and best[0] < 0 else Locale.EN


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
