"""openProgram, closeProgram, archiveProgram: the life of a program, and what its end ends."""

import asyncio
from itertools import product
from typing import Any

from tests.integration.world import Answer, Person, World

CHANGES = {
    name: f"""mutation($id: ID!) {{
                {name}(programId: $id) {{ program {{ status }} errors {{ code field }} }} }}"""
    for name in ("openProgram", "closeProgram", "archiveProgram")
}
ALLOWED = {
    ("DRAFT", "openProgram"): "OPEN",
    ("OPEN", "closeProgram"): "CLOSED",
    ("CLOSED", "openProgram"): "OPEN",
    ("CLOSED", "archiveProgram"): "ARCHIVED",
}
WAY = {
    "DRAFT": (),
    "OPEN": ("openProgram",),
    "CLOSED": ("openProgram", "closeProgram"),
    "ARCHIVED": ("openProgram", "closeProgram", "archiveProgram"),
}
UPDATE_GROUP = """
mutation($id: ID!, $category: GroupCategory!) {
  updateGroup(input: {groupId: $id, category: $category}) { errors { code } } }"""
ASK_CONSENT = """
mutation($id: ID!) {
  updateProgram(input: {programId: $id, requiresConsent: true}) { errors { code } } }"""
MATCH = "query($id: ID!) { match(id: $id) { status endReason endedAt } }"


async def change(person: Person, mutation: str, program: str) -> Answer:
    return await person.ask(CHANGES[mutation], id=program)


async def test_each_change_is_made_or_refused_as_the_table_says(world: World) -> None:
    ada = await world.person("Ada")
    group = await world.group(ada)
    for status, mutation in product(WAY, CHANGES):
        # given a program in this state
        program = await world.program(ada, group)
        for step in WAY[status]:
            await world.change(ada, step, program)

        # when it is asked to change
        answer = await change(ada, mutation, program)

        # then it does, or says that it cannot and stays
        following = ALLOWED.get((status, mutation))
        if following:
            assert answer.ok()["program"]["status"] == following
        else:
            assert answer.refusals == [("ILLEGAL_STATE", ("programId",))]
            assert answer.payload["program"] is None
        now = await ada.ask("query($id: ID!) { program(id: $id) { status } }", id=program)
        assert now.payload["status"] == following or status


async def test_only_admins_change_the_status(world: World) -> None:
    ada, bob, eve = await world.people("Ada", "Bob", "Eve")
    group = await world.group(ada, bob)
    draft, program = await world.program(ada, group), await world.open_program(ada, group)
    for person in (bob, eve):
        assert (await change(person, "closeProgram", program)).codes == ["FORBIDDEN"]
        assert (await change(person, "openProgram", draft)).refusals == [
            ("NOT_FOUND", ("programId",))
        ]
    for nothing in ("garbage", group, "program_" + "0" * 32):
        assert (await change(ada, "openProgram", nothing)).refusals == [
            ("NOT_FOUND", ("programId",))
        ]


async def test_a_group_that_leaves_the_eligible_categories_opens_nothing_more(world: World) -> None:
    # given a draft and a closed program in a group that no longer offers mentorship
    ada = await world.person("Ada")
    group = await world.group(ada)
    draft, closed = await world.program(ada, group), await world.open_program(ada, group)
    await world.change(ada, "closeProgram", closed)
    (await ada.ask(UPDATE_GROUP, id=group, category="HOBBY")).ok()

    # when they are to open, they may not; what is there may end
    for program in (draft, closed):
        assert (await change(ada, "openProgram", program)).refusals == [
            ("NOT_ELIGIBLE", ("programId",))
        ]
    assert (await change(ada, "archiveProgram", closed)).ok()["program"]["status"] == "ARCHIVED"

    # when the group comes back, they may again
    (await ada.ask(UPDATE_GROUP, id=group, category="PARENTING")).ok()
    (await change(ada, "openProgram", draft)).ok()


async def test_closing_leaves_the_pairs_alone_and_archiving_ends_them(world: World) -> None:
    # given a pair at work, one that has ended before, and one that has not agreed yet
    pair = await world.pair()
    tess, tom = await world.people("Tess", "Tom")
    await world.enroll(tess, pair.program, "MENTEE")
    await world.enroll(tom, pair.program, "MENTOR")
    (await pair.admin.ask(ASK_CONSENT, id=pair.program)).ok()
    proposed = await world.match(pair.admin, pair.program, tom, tess)

    # when the program is closed
    await world.change(pair.admin, "closeProgram", pair.program)

    # then the pairs go on
    assert (await pair.mentee.ask(MATCH, id=pair.match)).payload["status"] == "ACTIVE"
    assert (await tess.ask(MATCH, id=proposed)).payload["status"] == "PROPOSED"

    # when it is archived
    await world.change(pair.admin, "archiveProgram", pair.program)

    # then what is left ends, and everybody may know why
    for person, match in ((pair.mentor, pair.match), (pair.admin, pair.match), (tess, proposed)):
        ended = (await person.ask(MATCH, id=match)).payload
        assert (ended["status"], ended["endReason"]) == ("ENDED", "PROGRAM_ARCHIVED")
        assert ended["endedAt"]


async def test_a_match_that_was_over_before_keeps_its_reason(world: World) -> None:
    pair = await world.pair()
    end = "mutation($id: ID!) { endMatch(matchId: $id) { match { endedAt } errors { code } } }"
    ended: Any = (await pair.mentor.ask(end, id=pair.match)).ok()["match"]
    await world.change(pair.admin, "closeProgram", pair.program)
    await world.change(pair.admin, "archiveProgram", pair.program)
    assert (await pair.mentor.ask(MATCH, id=pair.match)).payload == {
        "status": "ENDED",
        "endReason": "BY_YOU",
        "endedAt": ended["endedAt"],
    }


async def test_of_two_admins_who_open_at_once_one_does(world: World) -> None:
    ada = await world.person("Ada")
    program = await world.program(ada, await world.group(ada))
    answers = await asyncio.gather(*(change(ada, "openProgram", program) for _ in range(3)))
    refused = [answer.refusals for answer in answers if answer.refusals]
    assert refused == [[("ILLEGAL_STATE", ("programId",))]] * 2
