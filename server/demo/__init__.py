"""The demo: invented people, their groups, programs, pairs and conversations, told by the rules."""

import structlog

from domain.check_in_rounds import open_check_ins
from domain.clock import clock
from models.database import execute, fetch
from models.transactions import transactional
from server.demo import groups, people, programs
from server.demo.people import PASSWORD, Person, who_can_sign_in
from server.demo.world import World

__all__ = ["PASSWORD", "Person", "seed", "who_can_sign_in"]

log = structlog.get_logger("compagnon.demo")


async def seed() -> None:
    """Fills a database that has no people yet; any other it leaves as it is, and says so.

    Everybody gets the one password that is printed: never for a server that others can reach.
    While it runs the clock of this process tells the past, so it comes before anything is served.
    """
    if await _seed():
        await open_check_ins()
        log.info("the demo is ready", people=len(people.everybody()))
    else:
        log.info("this database has people already; no demo was added")


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
