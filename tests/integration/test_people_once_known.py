"""Of people whom one shares nothing with any more, no path tells more than their name."""

from typing import Any

from tests.integration.case_files import moderator, report
from tests.integration.world import Person, World

PROFILE = "id displayName bio languages timeZone"
NODE = f"query($id: ID!) {{ node(id: $id) {{ ... on User {{ {PROFILE} }} }} }}"
REPORTS = f"{{ viewer {{ reports {{ nodes {{ reportedUser {{ {PROFILE} }} }} }} }} }}"
QUEUE = f"{{ moderation {{ reports {{ nodes {{ reportedUser {{ {PROFILE} }} }} }} }} }}"
LOG = (
    f"query($id: ID!) {{ program(id: $id) {{ auditLog {{ nodes {{ actor {{ {PROFILE} }} }} }} }} }}"
)
LEAVE = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code } } }"
UPDATE = """mutation($input: UpdateProfileInput!) {
  updateProfile(input: $input) { errors { code field } } }"""
NEW_LIFE = {"bio": "By the sea now", "languages": ["pt"], "timeZone": "Europe/Lisbon"}


async def moved_away(person: Person, group: str) -> None:
    (await person.ask(LEAVE, id=group)).ok()
    (await person.ask(UPDATE, input=NEW_LIFE)).ok()


def name_of(person: Person) -> dict[str, Any]:
    nothing: dict[str, Any] = {"bio": None, "languages": [], "timeZone": "UTC"}
    return {"id": person.id, "displayName": person.name} | nothing


async def test_who_was_reported_and_has_left_is_not_followed_by_the_report(world: World) -> None:
    # given somebody who was reported, has left the group, and writes of a new life
    admin, reporter, gone = await world.people("Ada", "Theo", "Mona")
    group = await world.group(admin, reporter, gone)
    (await report(reporter, {"userId": gone.id})).ok()
    known = (await reporter.ask(REPORTS)).ok()["reports"]["nodes"]
    assert known[0]["reportedUser"]["timeZone"] == "Europe/Paris"
    await moved_away(gone, group)

    # then whoever has reported them reads their name, and moderators all of it
    assert (await reporter.ask(NODE, id=gone.id)).payload is None
    shown = (await reporter.ask(REPORTS)).ok()["reports"]["nodes"]
    assert shown == [{"reportedUser": name_of(gone)}]
    (case,) = (await (await moderator(world)).ask(QUEUE)).ok()["reports"]["nodes"]
    assert case["reportedUser"] == name_of(gone) | NEW_LIFE


async def test_an_admin_who_has_left_is_not_followed_by_the_log(world: World) -> None:
    admin, gone = await world.people("Ada", "Mona")
    group = await world.group(admin, gone)
    promote = """mutation($group: ID!, $user: ID!) {
      setGroupRole(input: {groupId: $group, userId: $user, role: ADMIN}) { errors { code } } }"""
    (await admin.ask(promote, group=group, user=gone.id)).ok()
    program = await world.open_program(gone, group)
    await moved_away(gone, group)

    assert (await admin.ask(NODE, id=gone.id)).payload is None
    actors = (await admin.ask(LOG, id=program)).ok()["auditLog"]["nodes"]
    assert actors and all(entry == {"actor": name_of(gone)} for entry in actors)
