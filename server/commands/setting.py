"""The settings of a command, and the product running for as long as its work takes."""

from collections.abc import Coroutine
from typing import Any

from server import logs
from server.settings import Settings, settings_of
from server.startup import running


def settings_with(**given: Any) -> Settings:
    """The settings, with what was given on the command line; from now on this process logs."""
    settings = settings_of(**given)
    logs.set_up(settings)
    return settings


async def in_process(settings: Settings, work: Coroutine[Any, Any, Any]) -> Any:
    """What the work returns, done with database, keys and wake-ups in place."""
    try:
        async with running(settings):
            return await work
    finally:
        work.close()  # so that work which was never begun does not warn
