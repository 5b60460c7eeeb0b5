"""Where it is counted how often something was done: in this process, or for all of them."""

import time
from collections import OrderedDict

from limits.aio.storage import Storage

from models import rate_counts

KEYS = 100_000


class Local(Storage):
    """In this process: so many keys at most, the oldest forgotten first."""

    STORAGE_SCHEME = None

    def __init__(self, keys: int = KEYS) -> None:
        super().__init__()
        self._most = keys
        self._windows: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        count, ends = self._windows.get(key, (0, 0.0))
        if ends <= now:
            self._windows.pop(key, None)  # so that it is young again
            count, ends = 0, now + expiry
        self._windows[key] = count + amount, ends
        if len(self._windows) > self._most:
            self._windows.popitem(last=False)
        return count + amount

    async def get(self, key: str) -> int:
        count, ends = self._windows.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    async def get_expiry(self, key: str) -> float:
        return max(self._windows.get(key, (0, 0.0))[1], time.time())

    async def check(self) -> bool:
        return True

    async def reset(self) -> int | None:
        self._windows.clear()
        return None

    async def clear(self, key: str) -> None:
        self._windows.pop(key, None)


class InDatabase(Storage):
    """For all processes on one database."""

    STORAGE_SCHEME = None

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return await rate_counts.count(key.encode(), amount, expiry)

    async def get(self, key: str) -> int:
        return (await rate_counts.counted(key.encode()))[0]

    async def get_expiry(self, key: str) -> float:
        return time.time() + (await rate_counts.counted(key.encode()))[1]

    async def check(self) -> bool:
        return True

    async def reset(self) -> int | None:
        raise NotImplementedError

    async def clear(self, key: str) -> None:
        await rate_counts.clear(key.encode())
