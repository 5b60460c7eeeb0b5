"""An admin of many pairs finds those who need them: by how they do, and by how they ended."""

from typing import Any

import asyncpg
import pytest

from domain.clock import clock
from domain.health import MatchHealth
from models.database import execute
from models.endings import MatchEndReason
from tests.integration.cases import report, resolve
from tests.integration.plans import nodes_of, plan_of, tables_in
from tests.integration.world import Person, World

LISTED = """query($id: ID!, $status: [MatchStatus!], $health: [MatchHealth!],
                   $ends: [MatchEndReason!], $first: Int, $after: String) {
  program(id: $id) { matches(status: $status, health: $health, endReason: $ends, first: $first,
                             after: $after) {
    totalCount nodes { health endReason status mentee { displayName } }
    pageInfo { hasNextPage endCursor } } } }"""
ON_MATCH = "mutation($id: ID!) {{ {0}Match(matchId: $id) {{ errors {{ code }} }} }}"
ERASE = "mutation { deleteMyAccount(input: {}) { errors { code } } }"
BLOCK = "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }"
LEAVE = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code } } }"


class Program:
    """A mentor with as many mentees as there are names; an admin who is not of the pairs, and one
    who mentors as well."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.mentees: dict[str, Person] = {}
        self.matches: dict[str, str] = {}

    async def of(self, *names: str) -> "Program":
        self.ada, self.mona = await self.world.people("Ada", "Mona")
        self.group = await self.world.group(self.ada)
        self.id = await self.world.open_program(self.ada, self.group)
        await self.world.enroll(self.mona, self.id, "MENTOR", capacity=len(names))
        for name in names:
            mentee = self.mentees[name] = await self.world.person(name)
            await self.world.enroll(mentee, self.id, "MENTEE")
            self.matches[name] = await self.world.match(self.ada, self.id, self.mona, mentee)
        return self

    async def found(self, by: Person, **asked: Any) -> list[str]:
        listed = (await by.ask(LISTED, id=self.id, **asked)).ok()["matches"]
        names = [node["mentee"]["displayName"] for node in listed["nodes"]]
        assert listed["totalCount"] == len(names)
        return names

    async def told(self, by: Person, what: str) -> list[tuple[str, str | None]]:
        """What every match says of itself to this admin, and whose it is."""
        nodes = (await by.ask(LISTED, id=self.id)).ok()["matches"]["nodes"]
        return [(node["mentee"]["displayName"], node[what]) for node in nodes]

    async def lead(self, by: Person, event: str, name: str) -> None:
        (await by.ask(ON_MATCH.format(event), id=self.matches[name])).ok()


async def told_apart(world: World) -> Program:
    """Pairs in each health, by what stands on their match, and one that is over."""
    program = await Program(world).of("Fine", "Late", "Lost", "Long", "Over")
    missed = {"Late": 1, "Lost": 2, "Over": 2}
    for name, number in missed.items():
        await execute(
            """UPDATE matches SET missed_in_a_row = $2
               WHERE mentee_id = (SELECT id FROM users WHERE display_name = $1)""",
            *(name, number),
        )
    await execute(
        """UPDATE matches SET started_at = started_at - interval '22 days'
           WHERE mentee_id = (SELECT id FROM users WHERE display_name = 'Long')"""
    )
    await program.lead(program.ada, "pause", "Lost")
    await program.lead(program.ada, "end", "Over")
    return program


async def test_an_admin_finds_pairs_by_how_they_do(world: World) -> None:
    # given pairs of which some do well, some were silent, and one is over
    program = await told_apart(world)
    # when the admin asks for some of them, they come oldest first, and are counted
    for asked, names in (
        ({"health": ["ON_TRACK"]}, ["Fine"]),
        ({"health": ["QUIET"]}, ["Late", "Long"]),
        ({"health": ["AT_RISK"]}, ["Lost"]),
        ({"health": ["AT_RISK", "QUIET"]}, ["Late", "Lost", "Long"]),
        ({"health": [*MatchHealth]}, ["Fine", "Late", "Lost", "Long"]),
        ({"health": []}, []),
        ({"health": None}, ["Fine", "Late", "Lost", "Long", "Over"]),
        ({"health": ["AT_RISK", "QUIET"], "status": ["PAUSED"]}, ["Lost"]),
        ({"health": ["ON_TRACK"], "status": ["ENDED"]}, []),
        ({"health": ["AT_RISK"], "ends": ["BY_ADMIN"]}, []),
    ):
        assert await program.found(program.ada, **asked) == names, asked


async def test_pages_of_those_found_go_on_where_the_last_one_ended(world: World) -> None:
    program = await told_apart(world)
    for asked, names in (
        ({"health": ["AT_RISK", "QUIET"]}, ["Late", "Lost", "Long"]),
        ({"ends": ["BY_ADMIN"]}, ["Over"]),
    ):
        found: list[str] = []
        after, more = None, True
        while more:
            answer = await program.ada.ask(LISTED, id=program.id, first=1, after=after, **asked)
            page = answer.ok()["matches"]
            assert page["totalCount"] == len(names)
            found += [node["mentee"]["displayName"] for node in page["nodes"]]
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert found == names


async def test_several_lists_of_one_document_do_not_get_into_each_others_way(world: World) -> None:
    program = await told_apart(world)
    answer = await program.ada.ask(
        """query($id: ID!) { program(id: $id) {
             lost: matches(health: [AT_RISK]) { totalCount nodes { id } }
             late: matches(health: [QUIET]) { totalCount nodes { id } }
             over: matches(endReason: [BY_ADMIN]) { totalCount nodes { id } }
             none: matches(endReason: []) { totalCount nodes { id } }
             all: matches { totalCount nodes { id } } } }""",
        id=program.id,
    )
    counts = {name: (page["totalCount"], len(page["nodes"])) for name, page in answer.ok().items()}
    assert counts == {"lost": (1, 1), "late": (2, 2), "over": (1, 1), "none": (0, 0), "all": (5, 5)}


async def ended(world: World) -> Program:
    """Pairs that have ended in every way there is; Tom, who mentors as well, is an admin."""
    names = ("Left", "Kept", "Ended", "Blocked", "Reported", "Erased", "Silent", "Done", "Going")
    program = await Program(world).of(*names)
    mentees, mo = program.mentees, await world.person("Mo", is_moderator=True)
    await program.lead(program.ada, "end", "Kept")
    await program.lead(mentees["Ended"], "end", "Ended")
    await program.lead(mentees["Done"], "complete", "Done")
    (await mentees["Left"].ask(LEAVE, id=program.group)).ok()
    (await mentees["Blocked"].ask(BLOCK, id=program.mona.id)).ok()
    case = await report(mentees["Reported"], {"matchId": program.matches["Reported"]})
    (await resolve(mo, case, "END_MATCH")).ok()
    (await mentees["Erased"].ask(ERASE)).ok()
    await execute(
        """UPDATE matches SET status = 'ENDED', ended_at = $1, end_cause = 'INACTIVE'
           WHERE mentee_id = $2""",
        *(clock.now(), mentees["Silent"].key),
    )
    return program


BY_PARTNER = ["Ended", "Blocked", "Reported", ""]
"""To admins all of these are alike; who is erased has no name."""


async def test_an_admin_finds_endings_by_what_they_are_told_and_nothing_by_what_they_are_not(
    world: World,
) -> None:
    # given endings of which an admin is not told that one was a block, a case, an erasure
    program = await ended(world)
    # when they ask for each, then what is kept from them comes under what they are told
    for asked, names in (
        (["ENDED_BY_PARTNER"], BY_PARTNER),
        (["BY_YOU"], []),
        (["BY_ADMIN"], ["Kept"]),
        (["LEFT_GROUP"], ["Left"]),
        (["INACTIVE"], ["Silent"]),
        (["PROGRAM_ARCHIVED"], []),
        (["INACTIVE", "BY_ADMIN"], ["Kept", "Silent"]),
        ([], []),
    ):
        assert await program.found(program.ada, ends=asked) == names, asked
    assert len(await program.found(program.ada, ends=None)) == 9
    # nor is there a word for more: a cause as it is stored is none that one could ask for
    for hidden in ("BY_MEMBER", "BLOCKED"):
        answer = await program.ada.ask(LISTED, id=program.id, ends=[hidden])
        assert answer.data is None


async def test_who_is_admin_and_of_a_pair_finds_it_under_what_they_are_told(world: World) -> None:
    # given the mentor of all these pairs, who becomes an admin, and has ended one of them
    program = await ended(world)
    await program.lead(program.mona, "end", "Going")
    promote = """mutation($input: SetGroupRoleInput!) {
        setGroupRole(input: $input) { errors { code } } }"""
    role = {"groupId": program.group, "userId": program.mona.id, "role": "ADMIN"}
    (await program.ada.ask(promote, input=role)).ok()
    # then it is hers to her, and the partner's to the other admin
    assert await program.found(program.mona, ends=["BY_YOU"]) == ["Going"]
    assert await program.found(program.mona, ends=["ENDED_BY_PARTNER"]) == BY_PARTNER
    assert await program.found(program.ada, ends=["ENDED_BY_PARTNER"]) == [*BY_PARTNER, "Going"]
    # and to either of them what is found is what each match says
    for admin in (program.mona, program.ada):
        told = await program.told(admin, "endReason")
        for reason in MatchEndReason:
            names = [name for name, of_it in told if of_it == reason]
            assert await program.found(admin, ends=[reason]) == names


OF_PROGRAM = {"matches_of_program", "matches_under_way", "matches_at_risk", "matches_ended"}


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({"health": ["AT_RISK"]}, "matches_at_risk"),
        ({"health": ["QUIET", "AT_RISK"]}, "matches_under_way"),
        ({"ends": ["INACTIVE"]}, "matches_ended"),
        ({"ends": ["ENDED_BY_PARTNER"]}, "matches_ended"),
    ],
)
async def test_a_page_begins_in_an_index_and_reads_nothing_of_pairs_that_are_not_on_it(
    world: World, database: str, statements: list[str], asked: dict[str, Any], index: str
) -> None:
    # given what it takes to list matches, whichever
    pair = await world.pair()
    reader = await asyncpg.connect(database)
    await reader.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")

    async def listing(**filters: Any) -> str:
        statements.clear()
        (await pair.admin.ask(LISTED, id=pair.program, **filters)).ok()
        (sql,) = [sql for sql in statements if "CROSS JOIN LATERAL" in sql]
        return sql

    plain = await plan_of(reader, await listing())
    # when some of them are listed, and there is no other index of a program's matches
    some, without = await listing(**asked), reader.transaction()
    await without.start()
    for other in sorted(OF_PROGRAM - {index}):
        await reader.execute(f"DROP INDEX {other}")
    listed = await plan_of(reader, some)
    await without.rollback()
    await reader.close()
    # then that is found in this one, and no other table is asked
    used = {node["Index Name"] for node in nodes_of(listed) if "Index Name" in node}
    assert index in used
    assert tables_in(listed) == tables_in(plain)
