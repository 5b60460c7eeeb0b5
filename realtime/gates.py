"""How many turns of one person go on alone at once: who follows by hundreds of subscriptions takes
neither all connections to the database nor each turn of the loop from all others."""

import asyncio
from collections.abc import Hashable
from weakref import WeakValueDictionary

WIDTH = 2
"""So many: while one waits for the database, the other one is told what was read."""


class Gates:
    """One for each of those whose turns go on."""

    def __init__(self) -> None:
        self._open: WeakValueDictionary[Hashable, asyncio.Semaphore] = WeakValueDictionary()

    def of(self, whose: Hashable) -> asyncio.Semaphore:
        """To be held for a turn, by whoever has a reference to it."""
        gate = self._open.get(whose)
        if gate is None:
            gate = self._open[whose] = asyncio.Semaphore(WIDTH)
        return gate
