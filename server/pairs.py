"""Those who listen to one pair each: many of them take one turn together."""

import asyncio
import time
from collections.abc import Sequence

import structlog

from models.messages import ChangeRow
from realtime.feed import Batch
from realtime.follow import FRESH, News
from resolvers.cursors import place_cursor
from resolvers.listener import Listener, quiet_among, read_together
from resolvers.message_events import Found, told
from server.errors import traced
from server.observing import handed_over
from server.selections import Selection
from server.subscribers import Answers, Subscriber

log = structlog.get_logger("compagnon.subscriptions")


class Pairs(Batch):
    """Those who listen to one pair each, read for together and answered once for those alike."""

    async def turn(self, followers: Sequence[Subscriber]) -> None:
        followers = [one for one in followers if not one.is_held_up()]
        polled = [one for one in followers if not one.was_woken()]
        try:
            if polled:
                quiet = await quiet_among(_listeners(polled))
                followers = [one for one in followers if one.listener not in quiet]
            if not followers:
                return
            found = await read_together(_listeners(followers))
        except Exception as error:
            log.warning("nothing read together", **traced(error))
            found = [None] * len(followers)
        read_at = time.monotonic()
        answers, told, alone = await _shared(followers, found), 0, []
        for one, news in zip(followers, found, strict=True):
            if news is None or time.monotonic() - read_at > FRESH:
                alone.append(one)
            elif (count := one.tell_at_once(news, answers)) is not None:
                told += count
            else:
                told += await one.deliver(news, read_at, answers)
        handed_over(told)
        if alone:
            await asyncio.gather(*(one.turn() for one in alone if not one.is_gone))


def _listeners(followers: Sequence[Subscriber]) -> list[Listener]:
    """All of them: others are in no batch."""
    return [listener for one in followers if (listener := one.listener)]


async def _shared(followers: Sequence[Subscriber], found: Sequence[News[Found] | None]) -> Answers:
    """What is made once for all who ask for the same of an event that is the same for them."""
    groups: dict[tuple[Selection, int], tuple[ChangeRow, list[Subscriber]]] = {}
    for one, news in zip(followers, found, strict=True):
        for event in news.events if news else ():
            if isinstance(event, ChangeRow):
                key = one.selection, id(event)
                group = groups.get(key)
                if group is None:
                    groups[key] = event, [one]
                else:
                    group[1].append(one)
    answers: dict[tuple[Selection, int], bytes] = {}
    for key, (event, people) in groups.items():
        everybody = [viewer for one in people if (viewer := one.viewer)]
        try:
            shown = told(event, place_cursor(event.match.id, event.seq), everybody[0].id)
            answer = await key[0].shared_answer(shown, everybody, people[0].variables)
        except Exception as error:  # each is answered alone
            log.warning("nothing answered for all", **traced(error))
        else:
            if answer is not None:
                answers[key] = answer
    return answers
