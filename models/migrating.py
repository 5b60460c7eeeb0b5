"""Bringing a database to the newest migration, by one process at a time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor

from models.connecting import config

_BEFORE_A_LOOK = 20_000
"""Objects made between two looks for garbage; 40 MB of it may gather."""
_DAY = 24 * 3600.0
_LOCK = 4_127_331_905
"""Any number will do, as long as it never changes: whoever holds it migrates."""


async def migrate(url: str) -> list[str]:
    """Applies what is missing and says what it was; several processes may call it at once."""
    async with TortoiseContext():
        settings = _patient(config(url, pool_size=2))
        await Tortoise.init(config=settings)
        connection = get_connection("default")
        applied: list[str] = []
        async with connection.acquire_connection() as lock:
            await lock.execute(f"SELECT pg_advisory_lock({_LOCK})")
            try:
                executor = MigrationExecutor(connection, settings["apps"])
                with _seldom_collecting():
                    await executor.migrate(
                        progress=lambda event, _, name: _note(applied, event, name)
                    )
            finally:
                await lock.execute(f"SELECT pg_advisory_unlock({_LOCK})")
        await Tortoise.close_connections()
        return applied


async def pending(settings: dict[str, Any]) -> list[str]:
    """The migrations that the connected database lacks; the readiness probe asks for them."""
    try:
        executor = MigrationExecutor(get_connection("default"), settings["apps"])
        return [step.migration.name for step in await executor.plan()]
    except asyncpg.UndefinedTableError:
        return ["all"]


async def unwritten(settings: dict[str, Any]) -> list[str]:
    """What the models say and no migration does; empty when all is written down."""
    writers = await MigrationAutodetector(Tortoise.apps, settings["apps"]).changes()
    return [
        f"{type(operation).__name__} {vars(operation)}"
        for writer in writers
        for operation in writer.operations
    ]


def _patient(settings: dict[str, Any]) -> dict[str, Any]:
    """Without the limits that requests have: an index may take its time, and whoever finds another
    process migrating waits for it, however long that is."""
    credentials = settings["connections"]["default"]["credentials"]
    credentials["command_timeout"] = _DAY
    for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        credentials["server_settings"][limit] = "0"
    return settings


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Each step makes every model anew: to look for garbage in all that is there as often as usual
    would take nearly as long as all else. For whoever holds the lock."""
    usual = gc.get_threshold()
    gc.set_threshold(_BEFORE_A_LOOK, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _note(applied: list[str], event: str, name: str) -> None:
    if event == "apply_done":
        applied.append(name)
