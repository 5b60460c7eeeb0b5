"""What has to be looked at to be known, looked at once a second by every worker."""

import asyncio
import os
import time
from pathlib import Path

import structlog

from models.pool import pool_state
from realtime.hub import Hub
from server import metrics
from server.ticking import pulse

log = structlog.get_logger("compagnon.metrics")

EVERY = 1.0
_PAGE = os.sysconf("SC_PAGE_SIZE")


async def keep_measuring(hub: Hub, every: float = EVERY) -> None:
    """Measures until cancelled; what cannot be measured keeps nobody from anything."""
    grown = Grown(hub)
    loop = asyncio.get_running_loop()
    due = loop.time() + every
    while True:
        await asyncio.sleep(due - loop.time())
        metrics.loop_lag.set(max(0.0, loop.time() - due))
        due = loop.time() + every
        try:
            metrics.count()
            _look(hub)
            grown.look()
        except Exception as error:
            log.warning("not measured", exc_info=error)


class Grown:
    """Numbers of others that only grow, passed on by how much they have grown since the last look.

    Several workers' numbers add up then, and those of a worker that dies stay counted.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._before = [0.0, 0.0, 0.0, 0.0]

    def look(self) -> None:
        hub = self._hub
        now = [hub.woken, hub.restarts, hub.lost, time.process_time()]
        counters = metrics.wake_ups, metrics.hub_restarts, metrics.hub_lost, metrics.processor
        for counter, value, before in zip(counters, now, self._before, strict=True):
            counter.inc(value - before)
        self._before = now


def _look(hub: Hub) -> None:
    metrics.hub_listening.set(hub.is_listening)
    metrics.hub_silence.set(hub.age)
    metrics.tick_age.set(pulse.since_done)
    pool = pool_state()
    metrics.connections.labels("idle").set(pool.idle)
    metrics.connections.labels("used").set(pool.used)
    metrics.connections_most.set(pool.most)
    metrics.resident.set(_resident())


def _resident() -> int:
    """Bytes of memory in use; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0
