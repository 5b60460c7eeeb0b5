"""`compagnon serve`: the graph, until stopped."""

import asyncio
from argparse import Namespace
from importlib import import_module

from models.database import fetch_one
from server import serving
from server.commands.setting import in_process, settings_with
from server.settings import Settings


def run(given: Namespace) -> None:
    settings = settings_with(
        host=given.host, port=given.port, workers=given.workers, demo=given.demo
    )

    def prepare() -> None:
        """Here, where what is wrong can be told in a sentence, and once, whatever the workers."""
        asyncio.run(in_process(settings, _seed_if_empty(settings)))

    def when_ready() -> None:
        for line in _who_can_sign_in() if settings.demo else ():
            print(line)
        print(f"Compagnon is ready at {serving.url_of(settings)}", flush=True)

    serving.serve(settings, prepare, when_ready)


async def _seed_if_empty(settings: Settings) -> None:
    if settings.demo and await fetch_one("SELECT 1 FROM users LIMIT 1") is None:
        await import_module("server.demo").seed()


def _who_can_sign_in() -> list[str]:
    offered = import_module("server.examples").people(demo=True)
    rows = [tuple(one[key] for key in ("name", "email", "password", "what")) for one in offered]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
