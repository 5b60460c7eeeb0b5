"""Refuses what is done too often, before it is done."""

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

import structlog
from graphql import GraphQLSchema
from limits import RateLimitItem, parse_many
from limits.aio.storage import Storage

from domain.configuration import configuration
from domain.denials import RateLimited
from domain.form import Form
from domain.known_networks import is_owner_at
from domain.viewer import Viewer
from execution.documents import Document
from execution.occurrences import occurrences, said
from resolvers.context import Context
from server import metrics
from server.addresses import is_nearby
from server.counts import Counts, storage_of
from server.errors import traced
from server.rates import NEARBY, RATES, By, Rate
from server.settings import Settings

log = structlog.get_logger("compagnon.limits")

TOLD_EVERY = 10.0
"""Seconds between two lines of the log about the same line of the table; all are counted."""
_KNOWN = 10_000
"""Of how many people it is known that they are refused."""
_OF_ACCOUNTS = (By.ACCOUNT, By.ACCOUNT_FROM)


def limiter_of(settings: Settings, schema: GraphQLSchema) -> "Limiter":
    """What these settings ask for."""
    if settings.rate_limits == "off":
        return Limiter(schema, rates=())
    return Limiter(schema, shared=storage_of(settings))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the table, ready to be asked."""

    rate: Rate
    items: tuple[RateLimitItem, ...]
    nearby: tuple[RateLimitItem, ...]


class Limiter:
    """Counts by the table; a refusal is RATE_LIMITED, with the seconds to wait."""

    def __init__(
        self,
        schema: GraphQLSchema,
        rates: Sequence[Rate] = RATES,
        shared: Storage | None = None,
        nearby: int = NEARBY,
    ) -> None:
        self._schema = schema
        self._counts = Counts(shared)
        lines = [_line(rate, nearby) for rate in rates]
        self._general = [line for line in lines if not line.rate.fields]
        self._of_fields = [line for line in lines if line.rate.fields]
        self._accounts = [line for line in lines if line.rate.by in _OF_ACCOUNTS]
        self._told: dict[Rate, float] = {}
        self._refused_until: dict[UUID, float] = {}
        self._places = frozenset(place for rate in rates for place in rate.fields)

    async def knock(self, address: str | None, viewer: Viewer | None = None) -> None:
        """Counts one request: of an address as it comes, of a person once they are known."""
        by = By.PERSON if viewer is not None else By.ADDRESS
        who = viewer.id.hex if viewer is not None else address
        for line in self._general:
            if line.rate.by is by and who is not None:
                try:
                    await self._count(line, who, 1)
                except RateLimited as refused:
                    if viewer is not None:
                        self._refuse_for_now(viewer.id, refused.retry_after)
                    raise

    def refuses(self, person: UUID) -> bool:
        """Whether their requests were too many just now: nothing is done for them beforehand."""
        return self._refused_until.get(person, 0) > time.monotonic()

    def _refuse_for_now(self, person: UUID, seconds: float) -> None:
        if len(self._refused_until) >= _KNOWN:
            self._refused_until.clear()
        self._refused_until[person] = time.monotonic() + seconds

    async def admit(
        self, document: Document, name: str | None, variables: Mapping[str, Any], context: Context
    ) -> None:
        """Counts the fields that an operation asks for; refused, none of them is run."""
        if not self._places:
            return
        found = occurrences(self._schema, document, name, self._places)
        for line in self._of_fields if found else ():
            word = line.rate.only_with
            here = [
                one
                for one in found
                if one.place in line.rate.fields
                and (not word or said(document, name, one.node, (word,), variables) is not None)
            ]
            if line.rate.by in _OF_ACCOUNTS:
                for one in here:
                    account = said(document, name, one.node, line.rate.named_in, variables)
                    if isinstance(account, str):
                        whose = _account(line.rate.by, account, context.address)
                        spared = None
                        if line.rate.known_by:
                            secret = said(document, name, one.node, line.rate.known_by, variables)
                            spared = partial(_is_owner, account, secret, context.address)
                        await self._count(line, whose, one.times, spared)
            elif here and (who := _who(line.rate.by, context)):
                await self._count(line, who, sum(one.times for one in here))

    async def forgive(self, account: str, address: str | None) -> None:
        """Forgets what was tried at an account from here, whose owner has signed in. Of what was
        tried anywhere, this alone is taken back: who guesses elsewhere is told what they would have
        been, or they would find out when somebody is there."""
        for line in self._accounts:
            key = _key(line.rate, _account(line.rate.by, account, address))
            for item in line.items:
                if line.rate.by is By.ACCOUNT_FROM:
                    await self._counts.clear(item, key)
                else:
                    await self._counts.give_back(item, key)

    async def close(self) -> None:
        """Counts no more."""
        await self._counts.close()

    async def _count(
        self, line: _Line, who: str, times: int, spared: Callable[[], Awaitable[bool]] | None = None
    ) -> None:
        """`spared` is asked whether they may go on where others may not; they are counted all the
        same, in every window, as what they have tried may be taken back."""
        key = _key(line.rate, who)
        wide = line.rate.by is By.ADDRESS and is_nearby(who)
        for item in line.nearby if wide else line.items:
            seconds = await self._counts.too_often(item, key, times, shared=line.rate.shared)
            if seconds and (spared is None or not await spared()):
                self._tell(line.rate)
                raise RateLimited(seconds)

    def _tell(self, rate: Rate) -> None:
        metrics.rate_limited(rate.name)
        if time.monotonic() - self._told.get(rate, float("-inf")) > TOLD_EVERY:
            self._told[rate] = time.monotonic()
            log.info("rate limited", what=rate.name, by=rate.by.name)


def _line(rate: Rate, nearby: int) -> _Line:
    items = tuple(parse_many(rate.at_most))
    wider = tuple(type(item)(item.amount * nearby, item.multiples) for item in items)
    return _Line(rate, items, wider)


def _who(by: By, context: Context) -> str | None:
    if by is By.PERSON:
        return context.viewer.id.hex if context.viewer is not None else None
    return context.address


async def _is_owner(account: str, password: object, address: str | None) -> bool:
    """Whether it is the owner, from where they have signed in lately: what was guessed elsewhere
    does not count there. Who only guesses, there too, is told the same as everywhere."""
    try:
        secret = password if isinstance(password, str) else ""
        return await is_owner_at(Form().email(account), secret, address)
    except Exception as error:
        log.warning("networks not known", **traced(error))
        return False


def _account(by: By, name: str, address: str | None) -> str:
    name = Form().email(name)  # as signing in reads it, or it could be written in many ways
    return f"{name} {address}" if by is By.ACCOUNT_FROM else name


@lru_cache(maxsize=10_000)
def _hashed(secret: bytes, text: str) -> str:
    return hashlib.blake2b(
        text.encode(errors="replace"), key=secret[:64], digest_size=16
    ).hexdigest()


def _key(rate: Rate, who: str) -> str:
    """Says nothing of who it is to whoever reads it."""
    return _hashed(configuration().token_secret, f"{rate.name} {rate.by.name} {who}")
