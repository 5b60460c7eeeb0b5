"""The stream of what happens in one's conversations."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from strawberry import ID

from domain.clock import clock
from domain.denials import BadCursor, NothingThere
from models.conversations import changes_after, changes_part, typing_part, typing_partners
from models.ids import id_of
from models.matches import LIVE, MATCH_WIDTH, MatchRow, of_pair
from models.messages import ChangeKind, ChangeRow, MessageRow
from models.users import UserRow
from realtime import topics
from realtime.follow import POLL, News, follow
from resolvers.context import Info, viewer_of
from resolvers.cursors import place_cursor, places_cursor, read_places
from resolvers.listening import demand_listening
from resolvers.loaders import Loaders

PAGE = 100


@dataclass(frozen=True, slots=True)
class Added:
    cursor: str
    match: MatchRow
    message: MessageRow


@dataclass(frozen=True, slots=True)
class Edited:
    cursor: str
    match: MatchRow
    message: MessageRow


@dataclass(frozen=True, slots=True)
class Deleted:
    cursor: str
    match: MatchRow
    message: MessageRow


@dataclass(frozen=True, slots=True)
class MarkedRead:
    cursor: str
    match: MatchRow
    reader: UserRow
    up_to_number: int


@dataclass(frozen=True, slots=True)
class Typing:
    cursor: str
    match: MatchRow
    user: UserRow
    is_typing: bool


@dataclass(frozen=True, slots=True)
class TypingNow:
    """Before it has a cursor: who types in a conversation, or has stopped."""

    match: MatchRow
    is_typing: bool


_KINDS: Mapping[ChangeKind, type[Added | Edited | Deleted]] = {
    ChangeKind.ADDED: Added,
    ChangeKind.EDITED: Edited,
    ChangeKind.DELETED: Deleted,
}
Event: TypeAlias = Added | Edited | Deleted | MarkedRead | Typing
Found: TypeAlias = ChangeRow | TypingNow


async def follow_messages(
    info: Info, match_id: ID | None = None, after: str | None = None
) -> AsyncGenerator[Event, None]:
    """What happens in one pair, or in all of the viewer's, from a place on."""
    viewer = viewer_of(info)
    only = None if match_id is None else id_of("match", match_id)
    if match_id is not None and only is None:
        raise NothingThere
    listener = Listener(info, viewer.id, only, after)
    topic = topics.person(viewer.id) if only is None else topics.match(only)
    found = follow(listener, topic, topics.session(viewer.session_id))
    try:
        async for event in found:
            info.context.loaders = Loaders()  # each event is answered from what is true now
            yield listener.told(event)
    finally:
        await found.aclose()


class Listener:
    """The viewer's places in the conversations they follow, moved by what they are told."""

    def __init__(self, info: Info, viewer: UUID, only: UUID | None, after: str | None) -> None:
        self._info, self._viewer, self._only = info, viewer, only
        self._places: dict[UUID, int] = {}
        self._typing: set[UUID] = set()
        self._started = False
        self._begins_at_zero = after is not None
        if after:
            self._places, all_of_them = read_places(after)
            if only is not None and only not in self._places and not all_of_them:
                raise BadCursor
            self._begins_at_zero = all_of_them

    async def read(self) -> News[Found]:
        """Rights first; then what is new, and who types. What is over is told to its end."""
        await demand_listening(self._info)
        if self._only is not None and self._started:
            return await self._read_on(self._only)
        matches = await self._matches()
        self._begin(matches)
        behind = [match for match in matches if match.last_seq > self._places[match.id]]
        changes = await changes_after(behind, self._places, PAGE) if behind else []
        live = [match for match in matches if match.status in LIVE]
        typing, look_again = await self._who_types(matches, live)
        return News(
            [*changes, *typing],
            more=len(changes) >= PAGE,
            over=self._only is not None and not live,
            look_again=look_again,
        )

    async def _read_on(self, match: UUID) -> News[Found]:
        """The same for one pair whose place is known, in one statement."""
        now = clock.now()
        parts = (
            changes_part(self._viewer, self._places[match], PAGE),
            typing_part(self._viewer, now),
        )
        read = of_pair(self._viewer).where("m.id = {0}", match).with_parts(MATCH_WIDTH, parts)
        found = await read.first()
        if found is None:
            raise NothingThere
        row, (changes, until) = found
        is_live = row.status in LIVE
        types = is_live and until is not None
        typing = [TypingNow(row, types)] if types != (match in self._typing) else []
        return News(
            [*changes, *typing],
            more=len(changes) >= PAGE,
            over=not is_live,
            look_again=_seconds_to(until if types else None, now),
        )

    def passed(self, event: Found) -> Found:
        if isinstance(event, ChangeRow):
            self._places[event.match.id] = event.seq
        elif event.is_typing:
            self._typing.add(event.match.id)
        else:
            self._typing.discard(event.match.id)
        return event

    def told(self, event: Found) -> Event:
        """The event as clients see it, with the cursor of the place behind it."""
        match = event.match
        cursor = (
            places_cursor(self._places)
            if self._only is None
            else place_cursor(match.id, self._places[match.id])
        )
        if isinstance(event, TypingNow):
            partner = match.partner_of(self._viewer) or match.mentor
            return Typing(cursor, match, partner, event.is_typing)
        if event.reader is not None and event.up_to_number is not None:
            return MarkedRead(cursor, match, event.reader, event.up_to_number)
        if event.message is None:
            raise AssertionError(f"a change of kind {event.kind} without its message")
        return _KINDS[event.kind](cursor, match, event.message)

    async def _matches(self) -> list[MatchRow]:
        read = of_pair(self._viewer)
        if self._only is None:
            return await read.all("m.id")
        matches = await read.where("m.id = {0}", self._only).all()
        if not matches:
            raise NothingThere
        return matches

    def _begin(self, matches: list[MatchRow]) -> None:
        """Where to start in conversations met for the first time: at the first reading where the
        client asked to, later at their beginning, since they were not there before."""
        for match in matches:
            if match.id not in self._places:
                from_zero = self._started or self._begins_at_zero
                self._places[match.id] = 0 if from_zero else match.last_seq
        self._started = True

    async def _who_types(
        self, matches: list[MatchRow], live: list[MatchRow]
    ) -> tuple[list[TypingNow], float]:
        now = clock.now()
        until = await typing_partners(live, self._viewer, now) if live else {}
        changed = [
            TypingNow(match, match.id in until)
            for match in matches
            if (match.id in until) != (match.id in self._typing)
        ]
        return changed, _seconds_to(min(until.values(), default=None), now)


def _seconds_to(moment: datetime | None, now: datetime) -> float:
    return POLL if moment is None else (moment - now).total_seconds()
