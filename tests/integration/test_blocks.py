"""blockUser, unblockUser: at once, for good, both ways, and without a word to the other one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.clock import clock
from models.blocks import blocked_pairs
from models.database import fetch
from tests.integration.world import Answer, Pair, Person, World

BLOCK = """mutation($id: ID!) {
  blockUser(userId: $id) { user { id displayName } errors { code field message } } }"""
UNBLOCK = """mutation($id: ID!) {
  unblockUser(userId: $id) { user { id } errors { code field } } }"""
BLOCKED = "{ viewer { blockedUsers { id displayName } } }"
MATCH = """query($id: ID!) { match(id: $id) { status endReason endedAt respondBy endsForSilenceAt
  viewerAcceptedAt currentStep { state step { title } } openCheckIn { id } } }"""
LOG = """query($id: ID!) { program(id: $id) {
  auditLog(first: 100) { nodes { action actor { id } subject details } }
  enrollments { nodes { user { id } openPlaces waitingSince } } } }"""
CREATE = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) {
    matches { id } errors { code field message } } }"""
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"

START = datetime(2031, 3, 1, tzinfo=UTC)


@pytest.fixture
async def pair(world: World) -> Pair:
    clock.set(START)
    return await world.pair()


async def block(blocker: Person, blocked: Person) -> Any:
    return (await blocker.ask(BLOCK, id=blocked.id)).ok()


async def pair_again(world: World, pair: Pair, admin: Person) -> Answer:
    enrollments = {
        "mentorEnrollmentId": world.enrollment(pair.mentor, pair.program, "MENTOR"),
        "menteeEnrollmentId": world.enrollment(pair.mentee, pair.program, "MENTEE"),
    }
    return await admin.ask(CREATE, program=pair.program, pairs=[enrollments])


async def test_blocking_ends_every_match_of_the_two_and_frees_the_places(
    world: World, pair: Pair
) -> None:
    # given the two paired in three programs, one of them the other way round, one only proposed
    second = await world.open_program(pair.admin, pair.group)
    await world.enroll(pair.mentee, second, "MENTOR")
    await world.enroll(pair.mentor, second, "MENTEE")
    third = await world.open_program(pair.admin, pair.group, requiresConsent=True)
    await world.enroll(pair.mentor, third, "MENTOR")
    await world.enroll(pair.mentee, third, "MENTEE")
    matches = [
        pair.match,
        await world.match(pair.admin, second, pair.mentee, pair.mentor),
        await world.match(pair.admin, third, pair.mentor, pair.mentee),
    ]
    clock.advance(timedelta(days=1))

    # when one blocks the other
    done = await block(pair.mentor, pair.mentee)

    # then all three have ended, by them to themselves, by their partner to the other one
    assert done["user"] == {"id": pair.mentee.id, "displayName": "Theo"}
    for match in matches:
        for person, reason in ((pair.mentor, "BY_YOU"), (pair.mentee, "ENDED_BY_PARTNER")):
            shown = (await person.ask(MATCH, id=match)).ok()
            assert (shown["status"], shown["endReason"]) == ("ENDED", reason)
    # and the places are free
    for program in (pair.program, second, third):
        shown = (await pair.admin.ask(LOG, id=program)).ok()["enrollments"]["nodes"]
        assert all(one["openPlaces"] > 0 for one in shown)


@pytest.mark.parametrize("blocks", ["mentor", "mentee"])
async def test_a_block_leaves_the_same_traces_as_an_end_by_the_same_person(
    world: World, blocks: str
) -> None:
    # given two pairs alike
    clock.set(START)
    pairs = [await world.pair(), await world.pair()]
    clock.advance(timedelta(days=3))
    seen = []
    for pair, act in zip(pairs, (BLOCK, END), strict=True):
        one = pair.mentor if blocks == "mentor" else pair.mentee
        other = pair.mentee if blocks == "mentor" else pair.mentor
        # when one of the first blocks, and of the second ends
        (await one.ask(act, id=other.id if act == BLOCK else pair.match)).ok()
        # then the other one and the admin are told the same of both, up to the names
        names = {
            pair.mentor.id: "mentor",
            pair.mentee.id: "mentee",
            pair.admin.id: "admin",
            pair.match: "match",
            pair.program: "program",
            pair.group: "group",
            world.enrollment(pair.mentor, pair.program, "MENTOR"): "place of mentor",
            world.enrollment(pair.mentee, pair.program, "MENTEE"): "place of mentee",
        }
        told = [
            (await other.ask(MATCH, id=pair.match)).data,
            (await pair.admin.ask(MATCH, id=pair.match)).data,
            (await pair.admin.ask(LOG, id=pair.program)).data,
        ]
        text = str(told)
        for id, name in names.items():
            text = text.replace(id, name)
        seen.append(text)
    assert seen[0] == seen[1]
    assert "BLOCK" not in seen[0].upper()


async def test_blocked_people_are_listed_to_the_blocker_alone(world: World, pair: Pair) -> None:
    await block(pair.mentor, pair.mentee)

    assert (await pair.mentor.ask(BLOCKED)).ok()["blockedUsers"] == [
        {"id": pair.mentee.id, "displayName": "Theo"}
    ]
    moderator = await world.person("Mo", is_moderator=True)
    for person in (pair.mentee, pair.admin, moderator):
        assert (await person.ask(BLOCKED)).ok()["blockedUsers"] == []


async def test_blocking_twice_and_unblocking_twice_change_nothing_more(pair: Pair) -> None:
    for document, left in ((BLOCK, 1), (BLOCK, 1), (UNBLOCK, 0), (UNBLOCK, 0)):
        (await pair.mentor.ask(document, id=pair.mentee.id)).ok()
        assert len((await pair.mentor.ask(BLOCKED)).ok()["blockedUsers"]) == left
    rows = await fetch("SELECT action, actor_id FROM audit_entries WHERE action LIKE 'user.%'")
    assert [tuple(row) for row in rows] == [
        ("user.blocked", pair.mentor.key),
        ("user.unblocked", pair.mentor.key),
    ]


async def test_a_blocked_pair_is_refused_whoever_blocked_and_is_told_to_whom_it_may_be(
    world: World, pair: Pair
) -> None:
    for blocker, blocked in ((pair.mentor, pair.mentee), (pair.mentee, pair.mentor)):
        await block(blocker, blocked)
        refused = await pair_again(world, pair, pair.admin)
        assert refused.refusals == [("BLOCKED", ("pairs", "0"))]
        # nothing of it is revived by unblocking, but they may be paired again
        (await blocker.ask(UNBLOCK, id=blocked.id)).ok()
        assert (await blocked.ask(MATCH, id=pair.match)).ok()["status"] == "ENDED"
        match = (await pair_again(world, pair, pair.admin)).ok()["matches"][0]["id"]
        (await blocker.ask(END, id=match)).ok()


async def test_an_admin_who_is_of_the_pair_learns_of_no_block(world: World) -> None:
    # given an admin alone in her group, who may pair herself, and a mentee who has blocked her
    ada, theo, una = await world.people("Ada", "Theo", "Una")
    group = await world.group(ada)
    program = await world.open_program(ada, group)
    await world.enroll(ada, program, "MENTOR", capacity=3)
    for mentee in (theo, una):
        await world.enroll(mentee, program, "MENTEE")
    await block(theo, ada)

    # when she pairs herself with both, then one is a conflict of interest, as with another admin
    pairs = [
        {
            "mentorEnrollmentId": world.enrollment(ada, program, "MENTOR"),
            "menteeEnrollmentId": world.enrollment(mentee, program, "MENTEE"),
        }
        for mentee in (theo, una)
    ]
    refused = await ada.ask(CREATE, program=program, pairs=pairs)
    assert refused.refusals == [("CONFLICT_OF_INTEREST", ("pairs", "0"))]
    (await ada.ask(CREATE, program=program, pairs=pairs[1:])).ok()


async def test_oneself_the_unknown_and_garbage_are_refused(world: World, pair: Pair) -> None:
    stranger = await world.person("Sam")
    for document in (BLOCK, UNBLOCK):
        assert (await pair.mentor.ask(document, id=pair.mentor.id)).refusals == [
            ("INVALID", ("userId",))
        ]
        for id in (stranger.id, "user_" + "0" * 32, pair.match, "", "\0"):
            assert (await pair.mentor.ask(document, id=id)).refusals == [("NOT_FOUND", ("userId",))]
    assert await fetch("SELECT 1 FROM blocks") == []


async def test_whom_one_has_blocked_can_be_unblocked_even_when_nothing_else_is_shared(
    world: World,
) -> None:
    # given two of one group, one of whom blocks the other and leaves
    ada, bob, eve = await world.people("Ada", "Bob", "Eve")
    group = await world.group(ada, bob, eve)
    await block(bob, eve)
    (
        await bob.ask(
            "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code } } }", id=group
        )
    ).ok()

    # then the blocked one is still known to them, and they to the blocked one no more
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert (await bob.ask(node, id=eve.id)).ok() == {"id": eve.id}
    assert (await eve.ask(node, id=bob.id)).ok() is None
    (await bob.ask(UNBLOCK, id=eve.id)).ok()
    assert (await bob.ask(node, id=eve.id)).ok() is None


async def test_group_lists_and_old_conversations_stay_as_they_were(pair: Pair) -> None:
    await block(pair.mentor, pair.mentee)
    members = "query($id: ID!) { group(id: $id) { members { nodes { user { id } } } } }"
    for person in (pair.mentor, pair.mentee):
        shown = (await person.ask(members, id=pair.group)).ok()["members"]["nodes"]
        assert {one["user"]["id"] for one in shown} == {
            *(pair.admin.id, pair.mentor.id, pair.mentee.id)
        }
        read = "query($id: ID!) { match(id: $id) { messages { nodes { body } } } }"
        (await person.ask(read, id=pair.match)).ok()


async def test_minors_and_people_of_unknown_age_may_block_the_suspended_and_nobody_may_not(
    world: World, pair: Pair
) -> None:
    for young in (await world.minor("Max"), await world.of_unknown_age("Alex")):
        await world.join(young, pair.group)
        await block(young, pair.mentor)
    suspended = await world.person("Sue", suspended=True)
    assert (await suspended.ask(BLOCK, id=pair.mentor.id)).codes == ["SUSPENDED"]
    assert (await world.nobody.ask(BLOCK, id=pair.mentor.id)).codes == ["UNAUTHENTICATED"]


async def test_rules_that_pair_are_told_which_two_of_many_are_kept_apart(world: World) -> None:
    ada, bob, eve, fay = await world.people("Ada", "Bob", "Eve", "Fay")
    await world.group(ada, bob, eve, fay)
    await block(bob, eve)
    await block(eve, bob)
    await block(fay, ada)

    pairs = await blocked_pairs([ada.key, bob.key, eve.key])
    assert pairs == {frozenset((bob.key, eve.key))}
    assert await blocked_pairs([]) == set()
