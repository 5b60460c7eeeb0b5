"""Who was kept out of a case stays out of it, when the reason for it is over, too."""

import asyncio

import pytest

from models.database import fetch
from tests.integration.cases import report, resolve, send
from tests.integration.data_rights import DELETE
from tests.integration.races import overtaken
from tests.integration.world import Pair, Person, World

ONE = "query($id: ID!) { moderation { report(id: $id) { id } } }"
BLOCK = "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }"
UNBLOCK = "mutation($id: ID!) { unblockUser(userId: $id) { errors { code } } }"
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
ROLE = """mutation($group: ID!, $user: ID!, $role: GroupRole!) {
  setGroupRole(input: {groupId: $group, userId: $user, role: $role}) { errors { code } } }"""
LEAVE = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code } } }"


@pytest.fixture
async def pair(world: World) -> Pair:
    return await world.pair()


@pytest.fixture
async def mo(world: World, pair: Pair) -> Person:
    """A moderator who shares a group with the two, so that they can block each other."""
    mo = await world.person("Mo", is_moderator=True)
    await world.join(mo, pair.group)
    return mo


async def sees(moderator: Person, case: str) -> bool:
    """Whether the case is there for them: to be read and to be decided alike."""
    shown = (await moderator.ask(ONE, id=case)).payload["report"]
    if shown is None:
        refused = await resolve(moderator, case, "DISMISS")
        assert refused.refusals == [("NOT_FOUND", ("reportId",))]
    return shown is not None


@pytest.mark.parametrize("by_moderator", [True, False])
async def test_unblocking_opens_no_case_to_the_moderator_and_keeps_nobody_else_out(
    world: World, pair: Pair, mo: Person, by_moderator: bool
) -> None:
    # given a case, and a block between the moderator and one of its two
    max = await world.person("Max", is_moderator=True)
    await world.join(max, pair.group)
    case = await report(pair.mentee, {"matchId": pair.match})
    blocker, blocked = (mo, pair.mentor) if by_moderator else (pair.mentor, mo)
    (await blocker.ask(BLOCK, id=blocked.id)).ok()
    assert not await sees(mo, case)

    # when the block is lifted, then the case is as little there as before
    (await blocker.ask(UNBLOCK, id=blocked.id)).ok()
    assert not await sees(mo, case)

    # and who has blocked that moderator, who is no part of it, handles it; so does the first one
    # what was reported later
    (await max.ask(BLOCK, id=mo.id)).ok()
    assert await sees(max, case)
    (await resolve(max, case, "DISMISS")).ok()
    assert await sees(mo, await report(pair.mentee, {"matchId": pair.match}))


async def test_a_case_that_is_made_while_the_moderator_unblocks_stays_shut(
    pair: Pair, mo: Person
) -> None:
    (await mo.ask(BLOCK, id=pair.mentor.id)).ok()

    case = await overtaken(
        mo.ask(UNBLOCK, id=pair.mentor.id), report(pair.mentee, {"matchId": pair.match})
    )

    assert not await sees(mo, case)


async def test_the_erasure_of_who_has_blocked_a_moderator_opens_no_case_to_them(
    pair: Pair, mo: Person
) -> None:
    message = await send(pair.mentor, pair.match, "a bad word")
    case = await report(pair.mentee, {"messageId": message})
    (await pair.mentor.ask(BLOCK, id=mo.id)).ok()

    (await pair.mentor.ask(DELETE)).ok()

    assert not await sees(mo, case)


async def test_of_unblocking_and_erasing_at_once_each_is_done_and_none_opens_a_case(
    world: World, pair: Pair, mo: Person
) -> None:
    case = await report(pair.mentee, {"matchId": pair.match})
    people = (mo, pair.mentor, pair.mentee)
    for one in people:
        for other in people:
            if one is not other:
                (await one.ask(BLOCK, id=other.id)).ok()

    # when all unblock all, and two of them erase their accounts, at once
    done = await asyncio.gather(
        *(a.ask(UNBLOCK, id=b.id) for a in people for b in people if a is not b),
        *(one.ask(DELETE) for one in people[1:]),
    )

    # then nothing failed but what came too late, and the moderator is kept out
    codes = {code for answer in done for code in answer.codes}
    assert codes <= {"UNAUTHENTICATED"}
    assert await fetch("SELECT 1 FROM blocks") == []
    assert not await sees(mo, case)


async def test_nobody_judges_a_member_of_a_group_they_run(
    world: World, pair: Pair, mo: Person
) -> None:
    # given two who know each other from a group that no moderator runs
    other = await world.group(pair.admin, pair.mentor, pair.mentee, mo)
    ended = await report(pair.mentee, {"userId": pair.mentor.id})
    assert await sees(mo, ended)

    # when the moderator runs another group that the one reported is a member of
    (await pair.admin.ask(ROLE, group=other, user=mo.id, role="ADMIN")).ok()

    # then neither a case about the person nor one about their match is there
    cases = [
        await report(pair.mentee, {"userId": pair.mentor.id}),
        await report(pair.mentee, {"matchId": pair.match}),
    ]
    for case in (ended, *cases):
        assert not await sees(mo, case)

    # and neither leaving the office nor the other one's leaving changes that for what was reported
    # meanwhile
    (await pair.admin.ask(ROLE, group=other, user=mo.id, role="MEMBER")).ok()
    (await pair.mentor.ask(LEAVE, id=other)).ok()
    assert [await sees(mo, case) for case in (ended, *cases)] == [True, False, False]


async def test_nobody_judges_two_who_were_paired_in_a_group_they_run(
    world: World, pair: Pair, mo: Person
) -> None:
    # given a pair that is over, one of whom has left the group, and reports the other one
    (await pair.mentee.ask(END, id=pair.match)).ok()
    (await pair.mentor.ask(LEAVE, id=pair.group)).ok()
    case = await report(pair.mentee, {"userId": pair.mentor.id})
    assert await sees(mo, case)

    # then it is not there for a moderator who runs that group
    (await pair.admin.ask(ROLE, group=pair.group, user=mo.id, role="ADMIN")).ok()
    assert not await sees(mo, case)
