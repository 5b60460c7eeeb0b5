"""The connections of this process, looked at and hung up from outside."""

from dataclasses import dataclass

import asyncpg
from tortoise.connection import get_connection

from models.database import is_connected, lender


def hang_up() -> None:
    """Ends every connection at once, and whatever waits for an answer on one."""
    pool: asyncpg.Pool | None = getattr(get_connection("default"), "_pool", None)
    for holder in pool._holders if pool is not None else ():
        holder.terminate()


@dataclass(frozen=True, slots=True)
class PoolState:
    """How many connections of this process stand idle, work, and may be opened at most."""

    idle: int
    used: int
    most: int


def pool_state() -> PoolState:
    """The pool as it is now; all 0 without a database."""
    if not is_connected():
        return PoolState(0, 0, 0)
    lending = lender()
    return PoolState(lending.idle, lending.lent, lending.size)
