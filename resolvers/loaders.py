"""Batches: what many fields of one request ask for at once is read in one statement."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader

from models.foresight import is_at_hand

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
T = TypeVar("T")


class Loaders:
    """One loader for each kind of question; never kept longer than one request or event."""

    def __init__(self) -> None:
        self._made: dict[Hashable, DataLoader[Any, Any]] = {}
        self._told: dict[Hashable, dict[Any, Any]] = {}

    def tell(self, question: Hashable, key: Hashable, value: Any) -> None:
        """Takes note of an answer that was read with something else, before anybody asks."""
        self._told.setdefault(question, {})[key] = value

    def ask(
        self,
        question: Hashable,
        read: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]],
        key: K,
        then: Callable[[V | None], T],
    ) -> T | Awaitable[T]:
        """What `then` makes of the answer: at once if that was told, else once it was loaded."""
        told = self._told.get(question)
        if told is not None and key in told:
            return then(told[key])
        return self._later(question, read, key, then)

    async def _later(
        self,
        question: Hashable,
        read: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]],
        key: K,
        then: Callable[[V | None], T],
    ) -> T:
        return then(await self.load(question, read, key))

    async def load(
        self,
        question: Hashable,
        read: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]],
        key: K,
    ) -> V | None:
        """What `read` finds for `key`, read together with the other keys of this question."""
        known: V | None
        told = self._told.get(question)
        if told is not None and key in told:
            known = told[key]
            return known
        loader = self._made.get(question)
        if loader is None:
            if is_at_hand():  # what is the only one asked for first: nobody is to be waited for
                known = (await read([key])).get(key)
                self.tell(question, key, known)
                return known

            async def load(keys: list[K]) -> list[V | None]:
                found = await read(keys)
                return [found.get(key) for key in keys]

            loader = self._made[question] = DataLoader(load_fn=load)
        found: V | None = await loader.load(key)
        return found
