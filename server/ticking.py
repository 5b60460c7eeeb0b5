"""What time brings, done by every worker now and then; each rule makes sure it happens once."""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from domain.check_in_reminders import send_reminders
from domain.check_in_rounds import close_check_ins, end_silent_matches, open_check_ins
from domain.matches import expire_proposals
from domain.retention import forget_old_data
from domain.sessions import forget_old_sessions
from domain.traces import wipe_traces
from domain.users import open_gates
from models.presence import DatabaseAway
from models.rate_counts import forget_old_counts
from server import metrics

log = structlog.get_logger("compagnon.ticking")

EVERY = 20.0


class Pulse:
    """When this process last did what time brings."""

    def __init__(self) -> None:
        self.done()

    @property
    def since_beat(self) -> float:
        """Seconds since it last began or ended one kind of work, whatever came of it."""
        return time.monotonic() - self._beat_at

    @property
    def since_done(self) -> float:
        """Seconds since it has last done all of it."""
        return time.monotonic() - self._done_at

    def beat(self) -> None:
        self._beat_at = time.monotonic()

    def done(self) -> None:
        """Also for whoever begins: there was nothing to do before."""
        self._done_at = self._beat_at = time.monotonic()


pulse = Pulse()

WORK: Mapping[str, Callable[[], Awaitable[Any]]] = {
    "check-ins over": close_check_ins,
    "check-ins opened": open_check_ins,
    "reminders sent": send_reminders,
    "silent matches ended": end_silent_matches,
    "proposals expired": expire_proposals,
    "gates opened": open_gates,
    "sessions forgotten": forget_old_sessions,
    "old data forgotten": forget_old_data,
    "traces wiped": wipe_traces,
    "rate counts forgotten": forget_old_counts,
}
"""Each does all that is due by the clock, and returns it or how much it was. A check-in is closed
before the next one opens: a match that fell silent opens no more."""


async def tick() -> dict[str, int]:
    """Does once all that is due; one kind of work that fails does not keep the others from it."""
    done: dict[str, int] = {}
    failures: list[Exception] = []
    began = time.perf_counter()
    for name, work in WORK.items():
        pulse.beat()
        try:
            result = await work()
        except Exception as error:
            metrics.tick_failures.labels(name).inc()
            failures.append(error)
        else:
            done[name] = result if isinstance(result, int) else len(result)
    if failures:
        raise ExceptionGroup("some of the work could not be done", failures)
    metrics.tick_seconds.observe(time.perf_counter() - began)
    pulse.done()
    return done


async def keep_ticking(every: float = EVERY) -> None:
    """Ticks until cancelled, whatever goes wrong; workers drift apart and so share the work."""
    pulse.done()  # a worker that was forked has not been idle for as long as its parent has lived
    while True:
        await asyncio.sleep(every * random.uniform(0.5, 1.5))  # noqa: S311
        try:
            done = await tick()
        except* DatabaseAway:
            log.warning("work undone while the database is away")
        except* Exception as failures:
            for failure in failures.exceptions:
                log.error("work undone", exc_info=failure)
        else:
            if any(done.values()):
                log.info("ticked", **{re.sub(r"\W", "_", name): n for name, n in done.items() if n})
