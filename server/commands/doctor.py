"""`compagnon doctor`: what is wrong with the settings, the database and the broker."""

import asyncio
from argparse import Namespace

from server.commands.setting import settings_with
from server.doctor import Grade, examine
from server.failing import BadSettings, CannotStart
from server.settings import Settings


def run(_: Namespace) -> None:
    try:
        settings = settings_with()
    except BadSettings as reason:
        raise CannotStart(f"{Grade.WRONG:8} {reason}") from None
    if (wrong := asyncio.run(_told(settings))) > 0:
        raise CannotStart(f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong.")
    print("Nothing is wrong.")


async def _told(settings: Settings) -> int:
    """Prints each finding as it is found, and returns how many things are wrong."""
    wrong = 0
    async for finding in examine(settings):
        print(finding, flush=True)
        wrong += finding.grade is Grade.WRONG
    return wrong
