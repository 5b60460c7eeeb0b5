"""On which terms clients are served: how often, how many at once, which documents."""

from collections import Counter, defaultdict
from collections.abc import Sized
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql import GraphQLError, GraphQLSchema
from strawberry import Schema

from domain.denials import RateLimited
from domain.viewer import Viewer
from execution.trusted import DocumentRefused, Documents
from resolvers.context import Context
from server.addresses import is_nearby
from server.errors import formatted, not_served
from server.limiting import Limiter, limiter_of
from server.rates import NEARBY
from server.refused import warn_of_refused
from server.requests import named_in
from server.settings import Settings

BY_PERSON, BY_ADDRESS = 100, 1000
SUBSCRIPTIONS_BY_PERSON = 500
"""Ten sockets that carry all they can: some devices, each with some tabs."""
ONE_SUBSCRIPTION = (None,)
"""What an event stream carries."""


@dataclass
class Crowd:
    """How many sockets and event streams are open in this process, by person and by address, and
    how many subscriptions of one person they carry."""

    by_person: float = float("inf")
    by_address: float = float("inf")
    subscriptions_by_person: float = float("inf")
    _open: Counter[str] = field(default_factory=Counter)
    _carried: defaultdict[UUID, list[Sized]] = field(default_factory=lambda: defaultdict(list))

    def place(
        self, address: str | None, viewer: Viewer | None = None, carries: Sized = ()
    ) -> "Place":
        """A place of a person, or else of an address; RATE_LIMITED when all are taken.

        `carries` is as long as there are subscriptions in it, at any time: where they stand they
        are counted, so that there is nothing to give back when one ends.
        """
        person = None if viewer is None else viewer.id
        return Place(self, address or "", person, carries)

    def demand_room(self, viewer: Viewer | None, more: int = 1) -> None:
        """RATE_LIMITED when a person's places carry all the subscriptions that they may."""
        if viewer is not None:
            self._demand_room(viewer.id, more)

    def _demand_room(self, person: UUID, more: int) -> None:
        if self.subscriptions_by_person == float("inf"):
            return
        carried = sum(map(len, self._carried.get(person, ())))
        if carried + more > self.subscriptions_by_person:
            raise RateLimited

    def _enter(self, who: str, person: UUID | None, carries: Sized) -> None:
        most = self.by_person if person is not None else self.by_address
        if person is None and is_nearby(who):
            most *= NEARBY
        if self._open[who] >= most:
            raise RateLimited
        if person is not None:
            self._demand_room(person, len(carries))
            self._carried[person].append(carries)
        self._open[who] += 1

    def _leave(self, who: str, person: UUID | None, carries: Sized) -> None:
        self._open[who] -= 1
        if not self._open[who]:
            del self._open[who]
        if person is not None:
            places = self._carried[person]
            del places[next(i for i, one in enumerate(places) if one is carries)]
            if not places:
                del self._carried[person]


class Place:
    """Taken while it is entered."""

    __slots__ = ("_carries", "_crowd", "_person", "_who")

    def __init__(self, crowd: Crowd, address: str, person: UUID | None, carries: Sized) -> None:
        self._crowd, self._person, self._carries = crowd, person, carries
        self._who = address if person is None else person.hex

    def __enter__(self) -> None:
        self._crowd._enter(self._who, self._person, self._carries)

    def __exit__(self, *_: object) -> None:
        self._crowd._leave(self._who, self._person, self._carries)


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
            self.crowd.demand_room(context.viewer)
        except RateLimited as refused:
            return formatted([GraphQLError("", original_error=refused)], context.locale)
        except DocumentRefused as refused:
            errors: list[dict[str, Any]] = not_served(refused)["errors"]
            return errors
        return []


def open_terms(schema: GraphQLSchema) -> Terms:
    """No limits at all."""
    return Terms(Limiter(schema, rates=()))


def terms_of(settings: Settings, schema: Schema) -> Terms:
    """The terms of a deployment."""
    warn_of_refused(settings.manifest, schema)
    return Terms(
        limiter_of(settings, schema._schema),
        Documents(settings.manifest, settings.trusted_documents_only),
        Crowd()
        if settings.rate_limits == "off"
        else Crowd(BY_PERSON, BY_ADDRESS, SUBSCRIPTIONS_BY_PERSON),
    )
