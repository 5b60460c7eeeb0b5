"""Followers who note their turns."""

import asyncio
from collections.abc import Sequence

from realtime.feed import Batch, Follower


class Choir(Batch):
    """Notes who took each turn, and waits in it for a word."""

    def __init__(self) -> None:
        super().__init__()
        self.turns_taken: list[list[Follower]] = []
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def turn(self, followers: Sequence[Follower]) -> None:
        self.turns_taken.append(list(followers))
        await self.may_end.wait()


class Singer(Follower):
    def __init__(self, choir: Choir | None = None) -> None:
        super().__init__()
        self.choir, self.turns = choir, 0

    @property
    def batch(self) -> Batch | None:
        return self.choir

    async def turn(self) -> None:
        self.turns += 1
