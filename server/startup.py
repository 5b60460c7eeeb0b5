"""From settings to a running process, and back: everything opened in order, closed in reverse."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import asyncpg
from pydantic import SecretStr
from tortoise.exceptions import BaseORMException

import realtime
from domain.configuration import Configuration, configure
from domain.identity_hashes import key_all_hashes
from domain.matching.workshop import workshop
from models.connecting import config
from models.data_keys import KEYED, master_keys_in_use
from models.database import connect, disconnect, fetch
from models.encryption import Keyring, use_keyring
from models.finishing import finish_work
from models.migrating import migrate, pending
from models.pool import hang_up
from models.presence import keep_watching
from realtime.hub import Hub
from server import identity
from server.embedded import attached, directory_of, has_cluster
from server.failing import CannotStart
from server.identity import Trusted
from server.keys import keys_in
from server.reviving import keep_alive
from server.settings import Settings


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Hub]:
    """Database, keys, rules and wake-ups, ready for use; what has begun is finished on leaving.

    A database of our own is brought to the newest migration; another one must have it already.
    """
    _refuse_without_client(settings)
    async with AsyncExitStack() as leaving:
        is_embedded = settings.is_embedded
        settings, url = await _entered(leaving, provided(settings))
        keyring = Keyring(settings.master_key_bytes)
        use_keyring(keyring)
        _configure(settings)
        with told_in_a_sentence():
            if is_embedded:
                await migrate(url)
            await connect(url, pool_size=settings.pool_size)
            leaving.push_async_callback(disconnect)
            await _refuse_pending(url)
        await refuse_other_keys(keyring)
        await key_all_hashes()
        watching = asyncio.create_task(keep_watching(url, hang_up), name="watching")
        leaving.push_async_callback(_end, watching)
        if is_embedded:
            leaving.push_async_callback(_end, asyncio.create_task(keep_alive(_home(settings))))
        hub = await leaving.enter_async_context(Hub(settings.broadcast_url or url))
        realtime.install(hub)
        leaving.callback(realtime.install, None)
        if settings.oidc_issuer is not None:
            provider = Trusted(
                *(settings.oidc_issuer, settings.oidc_audience, settings.oidc_algorithms),
                import_module("server.identity.fetching").fetch_keys,
            )
            identity.install(await leaving.enter_async_context(provider))
            leaving.callback(identity.install, None)
        leaving.callback(workshop.close)
        leaving.push_async_callback(finish_work)  # first: their wake-ups are still to go
        yield hub


@contextmanager
def provided(settings: Settings) -> Iterator[tuple[Settings, str]]:
    """The settings with keys in any case, and the URL of a database that runs meanwhile."""
    if settings.database_url is not None:
        yield settings, settings.database_url
        return
    directory = directory_of(settings.data_dir)
    keys = keys_in(directory, is_empty=not has_cluster(directory))
    generated = {
        "secret_key": settings.secret_key or SecretStr(keys.secret_key),
    }
    if not settings.has_master_keys:
        generated["master_keys"] = SecretStr(keys.master_keys)
    with attached(directory) as url:
        yield settings.model_copy(update=generated), url


def _configure(settings: Settings) -> None:
    if settings.secret_key is None:
        raise CannotStart("COMPAGNON_SECRET_KEY is not set.")
    configure(
        mentoring_categories=settings.mentoring_categories,
        has_own_accounts=settings.oidc_issuer is None,
        token_secret=settings.secret_key.get_secret_value().encode(),
        access_token_life=timedelta(minutes=settings.access_token_minutes),
        session_life=timedelta(days=settings.session_days),
        keep_conversations_months=settings.keep_conversations_months,
        keep_applications_months=settings.keep_applications_months,
        keep_audit_months=settings.keep_audit_months,
        keep_evidence_months=settings.keep_evidence_months,
        wipe_after_hours=settings.wipe_after_hours,
        matching_limit=timedelta(seconds=settings.matching_seconds),
        reports_a_day=None if settings.rate_limits == "off" else Configuration().reports_a_day,
    )


def _refuse_without_client(settings: Settings) -> None:
    if settings.oidc_issuer is not None and find_spec("httpx2") is None:
        raise CannotStart("For COMPAGNON_OIDC_ISSUER, run `pip install 'compagnon[oidc]'`.")
    if (settings.broadcast_url or "").startswith("redis") and find_spec("redis") is None:
        raise CannotStart(
            "For the broker in COMPAGNON_BROADCAST_URL, run `pip install 'compagnon[redis]'`."
        )


async def _refuse_pending(url: str) -> None:
    await fetch("SELECT 1")  # for the error of a database that cannot be reached
    missing = await pending(config(url))
    if missing:
        raise CannotStart(
            f"The database lacks {len(missing)} migrations: run `compagnon migrate` first."
        )


async def refuse_other_keys(keyring: Keyring) -> None:
    """Without one of the keys some could not be read, and nobody would know until they ask."""
    used = {id for table in KEYED for id in await master_keys_in_use(table)}
    missing = sorted(id.hex() for id in used - keyring.ids)
    if missing:
        raise CannotStart(
            "What people wrote in this database was sealed under another master key "
            f"({', '.join(missing)}): restore it, and put it among COMPAGNON_MASTER_KEYS."
        )


def _home(settings: Settings) -> Path:
    return directory_of(settings.data_dir)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """Makes of whatever a database may raise while one begins to use it a CannotStart."""
    try:
        yield
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, BaseORMException) as error:
        reason = str(error) or type(error).__name__
        raise CannotStart(f"The database cannot be used: {reason}") from None


async def _entered(
    leaving: AsyncExitStack, context: AbstractContextManager[tuple[Settings, str]]
) -> tuple[Settings, str]:
    """Enters and leaves it in a thread: a database takes its time to start and to stop."""
    entered = await asyncio.to_thread(context.__enter__)
    leaving.push_async_callback(asyncio.to_thread, context.__exit__, None, None, None)
    return entered
