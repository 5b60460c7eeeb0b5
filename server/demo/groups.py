"""The groups of the demo: founded, joined, looked after."""

from functools import partial
from typing import Any

from domain import groups
from models.groups import GroupCategory, GroupRole
from server.demo.world import World, read


def plan(world: World) -> None:
    """Lets each group be founded, and its members join one after the other."""
    for group in read("groups")["groups"]:
        founded, settled = world.moment(group["founded"]), world.moment(group["settled"])
        world.plan(founded, partial(_found, world, group))
        pause = (settled - founded) / (len(group["members"]) + 1)
        for i, person in enumerate(group["members"], start=1):
            world.plan(founded + i * pause, partial(_join, world, group["key"], person))
        for person in group.get("admins", ()):
            world.plan(settled, partial(_make_admin, world, group, person))


async def _found(world: World, group: dict[str, Any]) -> None:
    founder, category = world.viewers[group["founder"]], GroupCategory(group["category"])
    made = await groups.create_group(founder, group["name"], group["description"], category)
    world.groups[group["key"]] = made.id


async def _join(world: World, group: str, person: str) -> None:
    await groups.join_group(world.viewers[person], world.groups[group])


async def _make_admin(world: World, group: dict[str, Any], person: str) -> None:
    founder, member = world.viewers[group["founder"]], world.viewers[person]
    await groups.set_role(founder, world.groups[group["key"]], member.id, GroupRole.ADMIN)
