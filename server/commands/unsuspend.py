"""`compagnon unsuspend`: somebody suspended takes part again."""

import asyncio
from argparse import Namespace

from domain.users import lift_suspension
from server.commands.setting import in_process, settings_with
from server.failing import CannotStart


def run(given: Namespace) -> None:
    if not asyncio.run(in_process(settings_with(), lift_suspension(given.email))):
        raise CannotStart(f"Nobody suspended has an account with the address {given.email}.")
