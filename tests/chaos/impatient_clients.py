"""Clients that hang up at random moments, and whether the connections they had are there again."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tortoise.connection import get_connection

from models.database import fetch, lender
from tests.integration.clients import Answer, Person
from tests.waiting import PATIENCE

SEND = """mutation($match: ID!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: "hello", clientKey: $key}) {
    message { number } errors { code } } }"""
INBOX = """{ viewer { matches(first: 50) { nodes {
  unreadCount steps { state } messages(last: 20) { nodes { body } } } } } }"""

AT_ONCE = 20


@dataclass
class Outcome:
    """What was tried and what clients saw of it; they hang up after `patience` at the latest."""

    patience: float = 0.0
    keys: list[tuple[Person, str]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)


async def seconds_for(call: Callable[[], Awaitable[Answer]]) -> float:
    """How long as many calls at once take on this machine, with nobody hanging up."""
    for _ in range(2):  # the first time there is more to do
        began = time.monotonic()
        await asyncio.gather(*(call() for _ in range(AT_ONCE)))
    return time.monotonic() - began


async def hung_up_on_all(
    calls: Sequence[Callable[[], Awaitable[Answer]]], chance: random.Random, outcome: Outcome
) -> None:
    """Runs them at once; clients grow less patient when most were answered, more when few were:
    how fast the machine is changes with what else it does."""
    before = outcome.seen["answered"]
    await asyncio.gather(*(hung_up_on(call, chance, outcome) for call in calls))
    answered = (outcome.seen["answered"] - before) / len(calls)
    if answered > 0.6:
        outcome.patience *= 0.7
    elif answered < 0.25:
        outcome.patience *= 1.4


async def hung_up_on(
    call: Callable[[], Awaitable[Answer]], chance: random.Random, outcome: Outcome
) -> None:
    """Runs a call and cancels who waits for it after a while, one in ten at once."""
    task = asyncio.ensure_future(call())
    patience = 0.0 if chance.random() < 0.1 else chance.uniform(0, outcome.patience)
    done, _ = await asyncio.wait([task], timeout=patience)
    if done:
        outcome.seen["answered"] += 1
        outcome.seen["messages answered"] += "message" in task.result().ok()
        return
    task.cancel()
    await asyncio.wait([task])
    outcome.seen["cancelled"] += task.cancelled()


async def demand_connections() -> None:
    """All connections have come back, none in a transaction, and as many queries run."""
    pool: Any = get_connection("default")._pool
    async with asyncio.timeout(PATIENCE):
        while lender().lent:  # a cancelled query is still being cleaned up
            await asyncio.sleep(0.01)
    assert pool.get_size() <= pool.get_max_size()
    left = await fetch(
        """SELECT pid FROM pg_stat_activity WHERE datname = current_database()
           AND state LIKE 'idle in transaction%'"""
    )
    assert left == []
    async with asyncio.timeout(PATIENCE):
        rows = await asyncio.gather(*(fetch("SELECT 1, pg_sleep(0.02)") for _ in range(20)))
    assert [row[0][0] for row in rows] == [1] * 20
    assert lender().lent == 0
