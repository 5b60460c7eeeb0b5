"""How this application's connections are made, whoever makes them."""

from functools import partial
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from tortoise.backends.base.config_generator import expand_db_url


def config(url: str, *, pool_size: int = 10) -> dict[str, Any]:
    """Tortoise's configuration for a URL, with time limits, so that nobody waits for ever."""
    connection = expand_db_url(urlsplit(url)._replace(query="").geturl())
    connection["credentials"] |= {
        "connect": partial(_connect, url),
        "minsize": 1,
        "maxsize": pool_size,
        "timeout": 4,
        "command_timeout": 15,
        "reset": _keep_session,
        "server_settings": {
            "application_name": "compagnon",
            "timezone": "UTC",
            "statement_timeout": "12000",
            "lock_timeout": "8000",
            "idle_in_transaction_session_timeout": "15000",
            # Planning takes longer than reading what one person may see; `models.database` says
            # where a plan is worth looking at the values.
            "plan_cache_mode": "force_generic_plan",
        },
    }
    app = {
        "models": ["models"],
        "default_connection": "default",
        "migrations": "models.migrations",
    }
    return {
        "connections": {"default": connection},
        "apps": {"models": app},
        "use_tz": True,
        "timezone": "UTC",
    }


async def _connect(url: str, *_: Any, **given: Any) -> asyncpg.Connection:
    """A connection as the URL says, TLS included: Tortoise reads less of it than asyncpg does."""
    for said_in_url in ("host", "port", "user", "password", "database"):
        given.pop(said_in_url, None)
    return await asyncpg.connect(url, **given)


async def _keep_session(_: asyncpg.Connection) -> None:
    """Skips the reset on release, one round trip each: what changes a session of ours, like
    `models.rewriting`, changes it back."""
