"""Somebody who listens to one conversation, or to all of theirs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.age import last_today
from domain.clock import clock
from domain.denials import BadCursor, NothingThere
from domain.viewer import Viewer
from models.conversations import changes_after, changes_part, typing_part, typing_partners
from models.matches import LIVE, MATCH_WIDTH, MatchRow, of_pair
from models.messages import ChangeRow
from models.pair_news import Listening, PairNews, news_of
from models.pair_news import quiet_among as quiet_in
from realtime.follow import POLL, News
from resolvers.cursors import place_cursor, places_cursor, read_places
from resolvers.listening import demand_listening
from resolvers.message_events import Event, Found, TypingNow, told

PAGE = 100


class Listener:
    """The viewer's places in the conversations they follow, moved by what they are told."""

    __slots__ = (
        *("_begins_at_zero", "_only", "_places", "_started", "_typing", "_viewer"),
        "can_be_read_together",
    )

    can_be_read_together: bool
    """Whether it is known where in one pair they stand, and no page is full before them: what many
    are read together begins at the first place of all, and would end before the others'."""

    def __init__(self, viewer: Viewer, only: UUID | None, after: str | None) -> None:
        self._viewer, self._only = viewer, only
        self._places: dict[UUID, int] = {}
        self._typing: frozenset[UUID] = frozenset()
        self._started = self.can_be_read_together = False
        self._begins_at_zero = after is not None
        if after:
            self._places, all_of_them = read_places(after)
            if only is not None and only not in self._places and not all_of_them:
                raise BadCursor
            self._begins_at_zero = all_of_them

    async def read(self) -> News[Found]:
        """Rights first; then what is new, and who types. What is over is told to its end."""
        await demand_listening(self._viewer)
        if self._only is not None and self._started:
            return await self._read_on(self._only)
        matches = await self._matches()
        self._begin(matches)
        behind = [match for match in matches if match.last_seq > self._places[match.id]]
        changes = await changes_after(behind, self._places, PAGE) if behind else []
        is_behind = len(changes) >= PAGE
        self.can_be_read_together = self._only is not None and not is_behind
        live = [match for match in matches if match.status in LIVE]
        typing, look_again = await self._who_types(matches, live)
        return News(
            [*changes, *typing],
            more=is_behind,
            over=self._only is not None and not live,
            look_again=look_again,
        )

    async def _read_on(self, match: UUID) -> News[Found]:
        """The same for one pair whose place is known, in one statement."""
        viewer, now = self._viewer.id, clock.now()
        parts = (changes_part(viewer, self._places[match], PAGE), typing_part(viewer, now))
        read = of_pair(viewer).where("m.id = {0}", match).with_parts(MATCH_WIDTH, parts)
        found = await read.first()
        if found is None:
            raise NothingThere
        row, (changes, until) = found
        return self._news(row, changes, len(changes) >= PAGE, until, now)

    def _news(
        self,
        match: MatchRow,
        changes: Sequence[ChangeRow],
        more: bool,
        until: datetime | None,
        now: datetime,
    ) -> News[Found]:
        is_live = match.status in LIVE
        types = is_live and until is not None
        self.can_be_read_together = not more
        found: Sequence[Found] = changes
        if types != (bool(self._typing) and match.id in self._typing):
            found = [*changes, TypingNow(match, types)]
        look_again = _seconds_to(until if types else None, now)
        return News(found, more, not is_live, look_again)

    @property
    def has_told_typing(self) -> bool:
        """Whether they know that somebody types, and are to be told when that is over."""
        return bool(self._typing)

    @property
    def is_over(self) -> bool:
        """Whether the token they came with has expired."""
        return self._viewer.is_over()

    @property
    def place(self) -> Listening:
        """Where those stand who can be read for together."""
        only = self._only
        if only is None:
            raise AssertionError("somebody who follows all of their pairs is read for alone")
        return self._viewer.session_id, only, self._places[only]

    def news_in(self, news: PairNews, now: datetime, present: datetime) -> News[Found] | None:
        """What is new in what was read together at `now`, and is told at present.

        None: alone they will be told why they may not.
        """
        match, viewer = news.match, self._viewer
        partner = match.partner_of(viewer.user.id)
        if partner is None or viewer.session_id not in news.good or viewer.is_over(present):
            return None
        place, changes = self._places[match.id], news.changes
        if changes and changes[0].seq <= place:
            changes = [change for change in changes if change.seq > place]
        more = len(news.changes) >= PAGE
        if not (news.typing or self._typing or news.is_over or more):
            return News(changes)
        return self._news(match, changes, more, news.typing.get(partner.id), now)

    def passed(self, event: Found) -> Found:
        if isinstance(event, ChangeRow):
            self._places[event.match.id] = event.seq
        elif event.is_typing:
            self._typing |= {event.match.id}
        else:
            self._typing -= {event.match.id}
        return event

    def told(self, event: Found) -> Event:
        """The event as clients see it, with the cursor of the place behind it."""
        cursor = (
            places_cursor(self._places)
            if self._only is None
            else place_cursor(event.match.id, self._places[event.match.id])
        )
        return told(event, cursor, self._viewer.id)

    async def _matches(self) -> list[MatchRow]:
        read = of_pair(self._viewer.id)
        if self._only is None:
            return await read.all("m.id")
        matches = await read.where("m.id = {0}", self._only).all()
        if not matches:
            raise NothingThere
        return matches

    def _begin(self, matches: list[MatchRow]) -> None:
        """Where to start in conversations met for the first time: at the first reading where the
        client asked to, later at their beginning, since they were not there before. Of a cursor,
        which may name thousands of others, only these are kept."""
        if not self._started:
            own = {match.id for match in matches}
            self._places = {id: place for id, place in self._places.items() if id in own}
        for match in matches:
            if match.id not in self._places:
                from_zero = self._started or self._begins_at_zero
                self._places[match.id] = 0 if from_zero else match.last_seq
        self._started = True

    async def _who_types(
        self, matches: list[MatchRow], live: list[MatchRow]
    ) -> tuple[list[TypingNow], float]:
        now = clock.now()
        until = await typing_partners(live, self._viewer.id, now) if live else {}
        changed = [
            TypingNow(match, match.id in until)
            for match in matches
            if (match.id in until) != (match.id in self._typing)
        ]
        return changed, _seconds_to(min(until.values(), default=None), now)


async def read_together(listeners: Sequence[Listener]) -> list[News[Found] | None]:
    """What is new for each of them, in one statement; None for whoever has to be read for alone."""
    places = [one.place if one.can_be_read_together else None for one in listeners]
    now = clock.now()
    found = await news_of([place for place in places if place], now, last_today(now), PAGE)
    told_at = clock.now()
    return [
        one.news_in(news, now, told_at) if place and (news := found.get(place[1])) else None
        for one, place in zip(listeners, places, strict=True)
    ]


async def quiet_among(listeners: Sequence[Listener]) -> frozenset[Listener]:
    """Those for whom a look without a wake-up has found nothing to tell, and no right that is gone;
    all others are to be read for."""
    present = [
        listener
        for listener in listeners
        if listener.can_be_read_together and not (listener.has_told_typing or listener.is_over)
    ]
    if not present:
        return frozenset()
    now = clock.now()
    found = await quiet_in([listener.place for listener in present], now, last_today(now))
    return frozenset(present[at] for at in found)


def _seconds_to(moment: datetime | None, now: datetime) -> float:
    return POLL if moment is None else (moment - now).total_seconds()
