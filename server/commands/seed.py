"""`compagnon seed`: the demo's story in the database."""

import asyncio
from argparse import Namespace

from server.commands.setting import in_process, settings_with
from server.demo import seed
from server.failing import CannotStart


def run(_: Namespace) -> None:
    settings = settings_with()
    if settings.production:
        raise CannotStart("The demo's passwords are public, so `seed` is refused in production.")
    asyncio.run(in_process(settings, seed()))
