"""On which terms clients are served: how often, how many at once, which documents."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, GraphQLSchema

from domain.denials import RateLimited
from domain.viewer import Viewer
from execution.trusted import DocumentRefused, Documents, NotFound
from resolvers.context import Context
from server.addresses import is_nearby
from server.errors import NOT_FOUND, VALIDATION_FAILED, formatted, refusal
from server.limiting import Limiter, limiter_of
from server.manifests import warn_of_invalid
from server.rates import NEARBY
from server.requests import named_in
from server.settings import Settings

BY_PERSON, BY_ADDRESS = 100, 1000


@dataclass
class Crowd:
    """How many sockets and event streams are open in this process, by person and by address."""

    by_person: float = float("inf")
    by_address: float = float("inf")
    _open: Counter[str] = field(default_factory=Counter)

    def place(self, address: str | None, viewer: Viewer | None = None) -> "Place":
        """A place of a person, or else of an address; RATE_LIMITED when all are taken."""
        who = viewer.id.hex if viewer is not None else (address or "")
        most = self.by_person if viewer is not None else self.by_address
        if viewer is None and is_nearby(who):
            most *= NEARBY
        return Place(self._open, who, most)


class Place:
    """Taken while it is entered."""

    __slots__ = ("_most", "_open", "_who")

    def __init__(self, open: Counter[str], who: str, most: float) -> None:
        self._open, self._who, self._most = open, who, most

    def __enter__(self) -> None:
        if self._open[self._who] >= self._most:
            raise RateLimited
        self._open[self._who] += 1

    def __exit__(self, *_: object) -> None:
        self._open[self._who] -= 1
        if not self._open[self._who]:
            del self._open[self._who]


@dataclass
class Terms:
    limiter: Limiter
    documents: Documents = field(default_factory=Documents)
    crowd: Crowd = field(default_factory=Crowd)

    async def refusal(self, asked: Any, context: Context) -> list[dict[str, Any]]:
        """Why a subscription does not begin; else its document, if it was named, is put in place of
        its name."""
        try:
            await self.limiter.knock(context.address, context.viewer)
            asked["query"] = self.documents.text_of(named_in(asked))
        except RateLimited as refused:
            return formatted([GraphQLError("", original_error=refused)], context.locale)
        except DocumentRefused as refused:
            code = NOT_FOUND if isinstance(refused, NotFound) else VALIDATION_FAILED
            errors: list[dict[str, Any]] = refusal(str(refused), code)["errors"]
            return errors
        return []


def open_terms(schema: GraphQLSchema) -> Terms:
    """No limits at all."""
    return Terms(Limiter(schema, rates=()))


def terms_of(settings: Settings, schema: GraphQLSchema) -> Terms:
    """The terms of a deployment."""
    warn_of_invalid(settings.manifest, schema)
    return Terms(
        limiter_of(settings, schema),
        Documents(settings.manifest, settings.trusted_documents_only),
        Crowd() if settings.rate_limits == "off" else Crowd(BY_PERSON, BY_ADDRESS),
    )
