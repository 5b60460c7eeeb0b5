"""`compagnon rotate-keys`: all that is sealed under the first master key."""

import asyncio
from argparse import Namespace

from domain.key_rotation import BrokenKeys, rotate_keys
from server.commands.setting import in_process, settings_with
from server.failing import CannotStart


def run(_: Namespace) -> None:
    try:
        done = asyncio.run(in_process(settings_with(), rotate_keys()))
    except BrokenKeys as error:
        raise CannotStart(f"{error} All others are under the first master key.") from None
    for table, number in done.items():
        print(f"{table}: {number} data keys wrapped anew")
    print("Everything is under the first master key.")
