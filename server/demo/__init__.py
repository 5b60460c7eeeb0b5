"""The demo: invented people, their groups, programs, pairs and conversations, told by the rules."""

from contextlib import suppress

import structlog

from domain.check_in_rounds import open_check_ins
from domain.clock import clock
from models.database import execute, fetch
from models.transactions import Overtaken, transactional
from server.demo import groups, people, programs
from server.demo.people import PASSWORD, Person, who_can_sign_in
from server.demo.world import World

__all__ = ["PASSWORD", "Person", "seed", "who_can_sign_in"]

_LOCKS_WAITED_FOR = 10
"""Times 8 seconds (`models/connecting.py`): some ten times as long as seeding takes."""

log = structlog.get_logger("compagnon.demo")


async def seed() -> None:
    """Fills a database that has no people yet; any other it leaves as it is, and says so.

    Everybody gets the one password that is printed: never for a server that others can reach.
    While it runs the clock of this process tells the past, so it comes before anything is served.
    """
    if await _seeded():
        await open_check_ins()
        log.info("the demo is ready", people=len(people.everybody()))
    else:
        log.info("this database has people already; no demo was added")


async def _seeded() -> bool:
    """Whoever comes second waits for the first, who may take longer than one waits for a lock."""
    for _ in range(_LOCKS_WAITED_FOR):
        with suppress(Overtaken):
            return await _seed()
    return await _seed()


@transactional
async def _seed() -> bool:
    await execute(
        "LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"
    )  # one seeding at a time, no sign-up
    if await fetch("SELECT 1 FROM users LIMIT 1"):
        return False
    world = World(clock.now())
    try:
        await people.move_in(world)
        groups.plan(world)
        programs.plan(world)
        await world.live()
    finally:
        clock.run()
    return True
