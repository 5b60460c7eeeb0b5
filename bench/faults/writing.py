"""People who write through faults: what was acknowledged has to be there, once."""

import asyncio
import time
from statistics import quantiles

import httpx2

from tests.acceptance.clients import Pair, paired

SEND = """mutation($match: ID!, $body: String!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: $body, clientKey: $key}) {
    message { number } errors { code } } }"""
PAGE = """query($match: ID!, $after: String) { match(id: $match) {
  messages(first: 100, after: $after) { pageInfo { hasNextPage endCursor }
    nodes { number body } } } }"""
PAIRS = 4
NAME = 100
"""Characters at the beginning of a message by which it is known here."""


class Writer:
    """Somebody who writes on and on, each message until it is acknowledged."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.person = pair, pair.mentor
        self.acknowledged: dict[str, float] = {}
        self.slowest = 0.0
        self.unclean = 0
        self.tried = 0

    async def write(self, body: str) -> bool:
        self.tried += 1
        began = time.monotonic()
        try:
            answer = await self.person.ask(SEND, match=self.pair.match, body=body, key=body[:NAME])
            payload = (answer.data or {}).get("sendMessage")
            if payload and not payload["errors"]:
                self.acknowledged[body[:NAME]] = time.monotonic()
                return True
            self.unclean += answer.codes != ["INTERNAL_ERROR"]
        except (httpx2.HTTPError, ValueError):
            pass  # the process that was asked is gone
        finally:
            self.slowest = max(self.slowest, time.monotonic() - began)
        return False

    async def keep_writing(self, number: int, stop: asyncio.Event, pause: float = 0.0) -> None:
        for i in range(number):
            while not await self.write(f"{self.pair.match[-6:]} {i}"):
                await asyncio.sleep(0.02)
            if stop.is_set():
                return
            await asyncio.sleep(pause)

    async def lost_and_twice(self) -> tuple[int, int]:
        """Of what was acknowledged."""
        stored: list[str] = []
        after = None
        while True:
            answer = await self.person.ask(PAGE, match=self.pair.match, after=after)
            page = answer.data["match"]["messages"]
            stored += [node["body"][:NAME] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return len(self.acknowledged.keys() - set(stored)), len(stored) - len(set(stored))


async def writers(url: str, number: int = PAIRS) -> list[Writer]:
    """Somebody of each of so many pairs."""
    return [Writer(await paired(url)) for _ in range(number)]


async def until_all_write(writers: list[Writer]) -> float:
    """Seconds until everybody has had something acknowledged again."""
    began = time.monotonic()
    before = [len(one.acknowledged) for one in writers]
    while any(len(one.acknowledged) <= count for one, count in zip(writers, before, strict=True)):
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def report_writing(writers: list[Writer]) -> None:
    """Prints what was acknowledged, and what became of it."""
    ends = [await one.lost_and_twice() for one in writers]
    acknowledged = sum(len(one.acknowledged) for one in writers)
    tried, unclean = sum(one.tried for one in writers), sum(one.unclean for one in writers)
    print(f"acknowledged {acknowledged} of {tried} tried, answers that were not clean {unclean}")
    print(f"lost {sum(lost for lost, _ in ends)}, twice {sum(twice for _, twice in ends)}")


def percentile(values: list[float], percent: int) -> float:
    """That percentile; of a single value, itself."""
    return quantiles(values, n=100)[percent - 1] if len(values) > 1 else values[0]
