"""`compagnon moderator`: who is a moderator of the platform."""

import asyncio
from argparse import Namespace

from domain.users import set_moderator
from server.commands.setting import in_process, settings_with
from server.failing import CannotStart


def run(given: Namespace) -> None:
    change = set_moderator(given.email, given.change == "add")
    if not asyncio.run(in_process(settings_with(), change)):
        raise CannotStart(f"Nobody has an account with the address {given.email}.")
