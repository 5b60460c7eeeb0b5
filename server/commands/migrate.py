"""`compagnon migrate`: the database at the newest migration."""

import asyncio
from argparse import Namespace

from models.migrating import migrate
from server.commands.setting import settings_with
from server.startup import provided, told_in_a_sentence


def run(_: Namespace) -> None:
    with provided(settings_with()) as (_settings, url), told_in_a_sentence():
        applied = asyncio.run(migrate(url))
    for name in applied:
        print(f"applied {name}")
    print("The database is up to date.")
