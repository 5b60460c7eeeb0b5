"""The pairs of the demo: matched, on their way, over."""

from functools import partial
from typing import Any

from domain import matches, pairing, steps
from domain.pairing import Pair
from domain.transitions import MatchEvent
from models.steps import steps_of_programs
from server.demo import conversations
from server.demo.world import Couple, World, read


def plan(world: World, program: str, admin: str, pair: dict[str, Any]) -> None:
    """Lets an admin pair the two, and then happen what happens between them."""
    viewers, mentor, mentee = world.viewers, pair["mentor"], pair["mentee"]
    couple = Couple(viewers[mentor], viewers[mentee], viewers[admin])
    enrolled = ((program, mentor, "MENTOR"), (program, mentee, "MENTEE"))
    world.plan(world.moment(pair["paired"]), partial(_create, world, program, couple, enrolled))
    for what, who, ago in pair.get("life", ()):
        world.plan(world.moment(ago), partial(_live, couple, what, who))
    if "conversation" in pair:
        conversations.plan(world, couple, read(f"conversations/{pair['conversation']}"))


async def _create(
    world: World,
    program: str,
    couple: Couple,
    enrolled: tuple[tuple[str, str, str], tuple[str, str, str]],
) -> None:
    mentor, mentee = (world.enrollments[enrollment] for enrollment in enrolled)
    row = world.programs[program]
    (made,) = await pairing.create_matches(couple.admin, row.id, [Pair(mentor, mentee)])
    couple.match = made.id
    couple.steps_left = [step.id for step in (await steps_of_programs([row.id]))[row.id]]


async def _live(couple: Couple, what: str, who: str) -> None:
    """`step` completes the next one; `expire` is time's doing, all else that of one person."""
    if what == "expire":
        await matches.expire_proposals()
    elif what == "step":
        await steps.complete_step(couple.one(who), couple.match, couple.steps_left.pop(0))
    elif what in ("accept", "decline"):
        await matches.respond(couple.one(who), couple.match, what == "accept")
    else:
        await matches.change(couple.one(who), couple.match, MatchEvent(what))
