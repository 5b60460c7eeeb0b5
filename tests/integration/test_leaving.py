"""Leaving a group, or a group leaving mentorship: what ends, what goes on, who waits again."""

from typing import Any

from tests.integration.world import Answer, Pair, Person, World

LEAVE = """
mutation($id: ID!) {
  leaveGroup(groupId: $id) { group { viewerRole memberCount } errors { code } } }"""
REMOVE = """
mutation($input: RemoveGroupMemberInput!) {
  removeGroupMember(input: $input) { errors { code } } }"""
JOIN = "mutation($id: ID!) { joinGroup(groupId: $id) { errors { code } } }"
UPDATE_GROUP = """
mutation($id: ID!, $category: GroupCategory!) {
  updateGroup(input: {groupId: $id, category: $category}) { errors { code } } }"""
MATCH = "query($id: ID!) { match(id: $id) { status endReason } }"
ENROLLMENT = """
query($id: ID!) { node(id: $id) { ... on Enrollment { status waitingSince openPlaces } } }"""
SEND = """
mutation($match: ID!, $body: String!) {
  sendMessage(input: {matchId: $match, body: $body, clientKey: "1"}) { errors { code } } }"""
CREATE_MATCHES = """
mutation($input: CreateMatchesInput!) { createMatches(input: $input) { errors { code field } } }"""
AUDIT = """
query($id: ID!) {
  program(id: $id) { auditLog(first: 100) { nodes { action subject actor { displayName } } } } }"""


async def match(person: Person, pair: Pair) -> Any:
    return (await person.ask(MATCH, id=pair.match)).payload


async def enrollment(world: World, person: Person, pair: Pair, role: str) -> Any:
    id = world.enrollment(person, pair.program, role)
    return (await pair.admin.ask(ENROLLMENT, id=id)).payload


async def remove(pair: Pair, person: Person) -> Answer:
    return await pair.admin.ask(REMOVE, input={"groupId": pair.group, "userId": person.id})


LEFT = {"status": "ENDED", "endReason": "LEFT_GROUP"}
GONE = {"status": "WITHDRAWN", "waitingSince": None}


async def test_a_mentor_who_leaves_gives_the_mentee_back_to_the_pool_with_their_old_date(
    world: World,
) -> None:
    # given a pair, and somebody who was approved after the mentee
    pair = await world.pair()
    tess = await world.person("Tess")
    await world.enroll(tess, pair.program, "MENTEE")

    # when the mentor leaves the group
    left = (await pair.mentor.ask(LEAVE, id=pair.group)).ok()["group"]

    # then the match is over for both, and the mentee waits, since before the other one
    assert left == {"viewerRole": None, "memberCount": 3}
    assert await match(pair.mentor, pair) == await match(pair.mentee, pair) == LEFT
    assert await enrollment(world, pair.mentor, pair, "MENTOR") == GONE | {"openPlaces": 2}
    waiting = await enrollment(world, pair.mentee, pair, "MENTEE")
    other = await enrollment(world, tess, pair, "MENTEE")
    assert waiting["status"] == "APPROVED"
    assert waiting["waitingSince"] < other["waitingSince"]


async def test_a_mentee_who_leaves_gives_the_place_back(world: World) -> None:
    pair = await world.pair()
    (await pair.mentee.ask(LEAVE, id=pair.group)).ok()
    assert await match(pair.mentor, pair) == await match(pair.mentee, pair) == LEFT
    assert await enrollment(world, pair.mentee, pair, "MENTEE") == GONE | {"openPlaces": 1}
    assert (await enrollment(world, pair.mentor, pair, "MENTOR"))["openPlaces"] == 2


async def test_a_member_who_is_removed_leaves_in_the_same_way(world: World) -> None:
    pair = await world.pair()
    (await remove(pair, pair.mentor)).ok()
    assert await match(pair.mentee, pair) == LEFT
    assert await enrollment(world, pair.mentor, pair, "MENTOR") == GONE | {"openPlaces": 2}
    assert (await enrollment(world, pair.mentee, pair, "MENTEE"))["waitingSince"]


async def test_leaving_ends_nothing_in_other_groups(world: World) -> None:
    pair = await world.pair()
    other = await world.group(pair.admin)
    for person in (pair.mentor, pair.mentee):
        await world.join(person, other)
        (await person.ask(LEAVE, id=other)).ok()
    assert (await match(pair.mentee, pair))["status"] == "ACTIVE"


async def test_what_was_declined_or_ended_before_stays_as_it_was(world: World) -> None:
    # given a pair that ended its match, and a mentor who leaves afterwards
    pair = await world.pair()
    end = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
    (await pair.mentee.ask(end, id=pair.match)).ok()
    (await pair.mentor.ask(LEAVE, id=pair.group)).ok()
    assert await match(pair.mentee, pair) == {"status": "ENDED", "endReason": "BY_YOU"}


async def test_who_comes_back_enrolls_again_under_the_same_enrollment(world: World) -> None:
    pair = await world.pair()
    before = world.enrollment(pair.mentor, pair.program, "MENTOR")
    (await pair.mentor.ask(LEAVE, id=pair.group)).ok()
    (await pair.mentor.ask(JOIN, id=pair.group)).ok()
    assert await world.enroll(pair.mentor, pair.program, "MENTOR", capacity=1) == before
    assert (await enrollment(world, pair.mentor, pair, "MENTOR"))["openPlaces"] == 1
    assert (await match(pair.mentor, pair))["status"] == "ENDED"


async def test_an_admin_who_leaves_sees_nothing_of_the_programs_any_more(world: World) -> None:
    # given a second admin
    pair = await world.pair()
    bob = await world.person("Bob")
    await world.join(bob, pair.group)
    promote = """mutation($group: ID!, $user: ID!) {
      setGroupRole(input: {groupId: $group, userId: $user, role: ADMIN}) { errors { code } } }"""
    (await pair.admin.ask(promote, group=pair.group, user=bob.id)).ok()
    assert (await bob.ask(MATCH, id=pair.match)).payload is not None

    # when they leave
    (await bob.ask(LEAVE, id=pair.group)).ok()

    # then the match is not theirs to know of, nor the log
    assert (await bob.ask(MATCH, id=pair.match)).payload is None
    assert (await bob.ask(AUDIT, id=pair.program)).codes == ["FORBIDDEN"]


async def test_what_leaving_ended_stands_in_the_log_under_who_left(world: World) -> None:
    pair = await world.pair()
    (await pair.mentor.ask(LEAVE, id=pair.group)).ok()
    log = (await pair.admin.ask(AUDIT, id=pair.program)).payload["auditLog"]["nodes"]
    assert {"action": "match.ended", "subject": pair.match, "actor": {"displayName": "Mona"}} in log


async def test_a_group_that_leaves_mentorship_pairs_nobody_new_and_its_pairs_go_on(
    world: World,
) -> None:
    # given a pair, and a mentee who waits, in a group that leaves the eligible categories
    pair = await world.pair()
    tess = await world.person("Tess")
    waiting = await world.enroll(tess, pair.program, "MENTEE")
    (await pair.admin.ask(UPDATE_GROUP, id=pair.group, category="HOBBY")).ok()

    # when the admin pairs them
    mentor = world.enrollment(pair.mentor, pair.program, "MENTOR")
    said = {"mentorEnrollmentId": mentor, "menteeEnrollmentId": waiting}
    refused = await pair.admin.ask(
        CREATE_MATCHES, input={"programId": pair.program, "pairs": [said]}
    )

    # then it is refused, and the pair that was there writes and may end
    assert [code for code, _ in refused.refusals] == ["NOT_ELIGIBLE"]
    assert (await match(pair.mentor, pair))["status"] == "ACTIVE"
    (await pair.mentor.ask(SEND, match=pair.match, body="Still here")).ok()
    (await pair.mentee.ask(LEAVE, id=pair.group)).ok()
    assert await match(pair.mentor, pair) == LEFT
