"""`compagnon tick`: once what every worker does as time passes."""

import asyncio
from argparse import Namespace

from domain.clock import clock
from server.commands.setting import in_process, settings_with
from server.ticking import tick


def run(given: Namespace) -> None:
    if given.now is not None:
        clock.set(given.now)
    done = asyncio.run(in_process(settings_with(), tick()))
    for name, count in done.items():
        print(f"{name}: {count}")
