"""The database: whether it is there, current, safe to write to, in step, and large enough."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

from domain.traces import REWRITTEN
from models.connecting import config
from models.database import connect, disconnect, fetch, fetch_one
from models.encryption import Keyring
from models.migrating import pending
from server.doctor.finding import Finding, Grade
from server.failing import CannotStart
from server.settings import Settings
from server.startup import refuse_other_keys, told_in_a_sentence

_OLDEST = 18
_FAR_APART, _APART = 5.0, 1.0
"""Seconds between the two clocks."""
_FACTS = """
SELECT current_setting('server_version_num')::int / 10000 AS version,
       current_setting('server_version') AS full_version,
       current_setting('server_encoding') AS encoding,
       current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on' AS is_kept,
       current_setting('synchronous_commit') AS commits,
       pg_is_in_recovery()
           OR current_setting('default_transaction_read_only') = 'on' AS is_read_only,
       current_setting('max_connections')::int
           - current_setting('superuser_reserved_connections')::int AS places,
       (SELECT count(*) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND application_name <> 'compagnon') AS others,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS is_superuser,
       clock_timestamp() AS now"""


async def examine_database(settings: Settings, url: str) -> AsyncIterator[Finding]:
    """What can be known by asking it; nothing is written."""
    try:
        with told_in_a_sentence():
            await connect(url, pool_size=2)
        async for finding in _answering(settings, url):
            yield finding
    except CannotStart as reason:
        yield Finding(Grade.WRONG, str(reason))
    finally:
        await disconnect()


async def _answering(settings: Settings, url: str) -> AsyncIterator[Finding]:
    asked_at = datetime.now(UTC)
    facts = await fetch_one(_FACTS)
    between = asked_at + (datetime.now(UTC) - asked_at) / 2
    if facts is None:
        raise AssertionError("one row is always there")
    for finding in (*_server(facts), *_clock(facts, between), *_places(settings, facts)):
        yield finding
    if settings.production and facts["is_superuser"] and not settings.is_embedded:
        yield Finding(
            Grade.WARNING, "The database's user is a superuser: one that owns its tables will do."
        )
    missing = await pending(config(url))
    yield _migrations(missing)
    if not missing:
        yield await _keys(settings)
        if settings.wipe_after_hours:
            yield await _wiping()


def _server(facts: Any) -> Iterator[Finding]:
    if facts["version"] < _OLDEST:
        yield Finding(
            Grade.WRONG,
            f"PostgreSQL {facts['full_version']} is too old: {_OLDEST} or newer is needed.",
        )
    else:
        yield Finding(Grade.FINE, f"The database answers: PostgreSQL {facts['full_version']}.")
    if facts["encoding"] != "UTF8":
        yield Finding(Grade.WRONG, f"The database's encoding is {facts['encoding']}, not UTF8.")
    if facts["is_read_only"]:
        yield Finding(
            Grade.WRONG, "The database is a standby, or read-only: nothing can be written."
        )
    if not facts["is_kept"]:
        yield Finding(
            Grade.WRONG,
            "fsync or full_page_writes is off: if the database's machine crashes, all may be lost.",
        )
    if facts["commits"] == "off":
        yield Finding(
            Grade.WRONG,
            "synchronous_commit is off: messages that people were told are sent may be lost.",
        )


def _clock(facts: Any, between: datetime) -> Iterator[Finding]:
    apart = abs((facts["now"] - between).total_seconds())
    if apart > _FAR_APART:
        yield Finding(
            Grade.WRONG,
            f"This machine's clock and the database's are {apart:.0f} s apart: run NTP.",
        )
    elif apart > _APART:
        yield Finding(
            Grade.WARNING, f"This machine's clock and the database's are {apart:.1f} s apart."
        )
    else:
        yield Finding(Grade.FINE, "The clocks here and there agree.")


def _places(settings: Settings, facts: Any) -> Iterator[Finding]:
    """Each worker has its pool, and two connections for hub and watch; commands need some, too."""
    needed = settings.workers * (settings.pool_size + 2) + 3
    left = facts["places"] - facts["others"]
    workers = "1 worker" if settings.workers == 1 else f"{settings.workers} workers"
    sum = f"{workers} with {settings.pool_size} connections each"
    if needed > left:
        yield Finding(
            Grade.WRONG,
            f"{sum} take {needed} with all that belongs to them, and the database has {left} left: "
            "lower COMPAGNON_POOL_SIZE, or raise max_connections.",
        )
    else:
        yield Finding(Grade.FINE, f"{sum}: that fits into the database's {left}.")


def _migrations(missing: list[str]) -> Finding:
    if missing:
        return Finding(
            Grade.WRONG,
            f"The database lacks migrations ({', '.join(missing)}): run `compagnon migrate`.",
        )
    return Finding(Grade.FINE, "The database has all migrations.")


async def _keys(settings: Settings) -> Finding:
    try:
        await refuse_other_keys(Keyring(settings.master_key_bytes))
    except CannotStart as reason:
        return Finding(Grade.WRONG, str(reason))
    return Finding(Grade.FINE, "The master keys open all that was sealed in this database.")


async def _wiping() -> Finding:
    """Whether the tables may be written anew that people have to vanish from."""
    rows = await fetch(
        """SELECT name FROM unnest($1::text[]) AS name
           WHERE NOT has_table_privilege(name, 'MAINTAIN')""",
        list(REWRITTEN),
    )
    if rows:
        names = ", ".join(row["name"] for row in rows)
        return Finding(
            Grade.WRONG,
            f"The database's user may not write {names} anew, so that who is erased stays in its "
            f"files: GRANT MAINTAIN ON {names} TO it, or set COMPAGNON_WIPE_AFTER_HOURS=0.",
        )
    return Finding(Grade.FINE, "The tables that people are erased from may be written anew.")
