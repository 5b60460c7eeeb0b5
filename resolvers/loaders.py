"""Batches: what many fields of one request ask for at once is read in one statement."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Loaders:
    """One loader for each kind of question; never kept longer than one request or event."""

    def __init__(self) -> None:
        self._made: dict[Hashable, DataLoader[Any, Any]] = {}

    async def load(
        self,
        question: Hashable,
        read: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]],
        key: K,
    ) -> V | None:
        """What `read` finds for `key`, read together with the other keys of this question."""
        loader = self._made.get(question)
        if loader is None:

            async def load(keys: list[K]) -> list[V | None]:
                found = await read(keys)
                return [found.get(key) for key in keys]

            loader = self._made[question] = DataLoader(load_fn=load)
        found: V | None = await loader.load(key)
        return found
