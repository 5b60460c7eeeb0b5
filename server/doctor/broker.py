"""The broker: whether a wake-up really gets from one process to another."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from importlib.util import find_spec

from realtime.hub import Hub
from server.doctor.finding import Finding, Grade

_WITHIN = 3.0
_SLOW = 0.1
_TOPIC = "doctor"


async def examine_broker(url: str) -> AsyncIterator[Finding]:
    """Two connections as two processes have them: one says a word, the other has to hear it."""
    if url.startswith("redis") and find_spec("redis") is None:
        yield Finding(
            Grade.WRONG,
            "For the broker in COMPAGNON_BROADCAST_URL, run `pip install 'compagnon[redis]'`.",
        )
        return
    if url.startswith("memory"):
        yield Finding(Grade.WARNING, "memory:// reaches one process: commands wake nobody in it.")
        return
    async with AsyncExitStack() as opened:
        here = await opened.enter_async_context(Hub(url))
        if here.is_listening:  # or nobody would, and each takes its time to give up
            there = await opened.enter_async_context(Hub(url))
            if there.is_listening:
                yield await _crossing(here, there)
                return
        yield Finding(
            Grade.WRONG,
            "The broker does not answer, or gives nothing back (a pooler in between does not "
            "pass LISTEN on): what is new is found late.",
        )


async def _crossing(here: Hub, there: Hub) -> Finding:
    with there.watch(_TOPIC) as woken:
        woken.clear()
        began = time.monotonic()
        here.wake(_TOPIC)
        try:
            async with asyncio.timeout(_WITHIN):
                await woken.wait()
        except TimeoutError:
            return Finding(
                Grade.WRONG, "The broker answers, but no word gets from one process to another."
            )
    took = time.monotonic() - began
    grade = Grade.WARNING if took > _SLOW else Grade.FINE
    return Finding(grade, f"A wake-up gets from one process to another in {took * 1000:.1f} ms.")
