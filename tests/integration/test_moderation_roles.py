"""Whatever somebody is to others, and to the platform: nobody sees a case they are part of."""

import os
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.configuration import configure
from models.database import execute
from tests.integration.cases import report, resolve, send
from tests.integration.examples import in_one_world
from tests.integration.world import Person, World

QUEUE = "{ moderation { reports(first: 100) { nodes { id } edges { node { id } } } } }"
ONE = "query($id: ID!) { moderation { report(id: $id) { id } } }"
NODE = "query($id: ID!) { node(id: $id) { id } }"
BLOCK = "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }"
UNBLOCK = "mutation($id: ID!) { unblockUser(userId: $id) { errors { code } } }"
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"

PAIRS = [(0, 3), (0, 4), (1, 4), (1, 5), (2, 5)]
"""Who was ever paired with whom, of six."""
LEFT = 2
"""Who is a member of the group no longer."""
EXAMPLES = 300 if os.environ.get("TESTS_AT_LENGTH") else 20

people = st.integers(0, 5)
pairs = st.integers(0, len(PAIRS) - 1)
reports = st.tuples(
    st.just("report"),
    pairs,
    st.booleans(),
    st.sampled_from(["match", "message", "user", "program"]),
    people,
    st.lists(pairs, max_size=2),
)
steps = st.one_of(
    reports,
    reports,
    st.tuples(st.just("moderate"), people, st.booleans()),
    st.tuples(st.just("administer"), people, st.booleans()),
    st.tuples(st.just("block"), people, people),
    st.tuples(st.just("unblock"), people, people),
)


@dataclass
class Case:
    reporter: int
    parties: set[int]
    of_group: bool
    """The program was reported, one of its pairs, something from one, or a member of the group."""
    kept_out: set[int]
    """By a block that is over, or as an admin when the report was made."""


@dataclass
class Model:
    """Who may see what, in a few lines."""

    moderators: set[int] = field(default_factory=set)
    admins: set[int] = field(default_factory=set)
    blocks: set[tuple[int, int]] = field(default_factory=set)
    cases: dict[str, Case] = field(default_factory=dict)

    def is_part(self, viewer: int, case: Case) -> bool:
        return (
            viewer in case.parties | case.kept_out
            or any({(viewer, p), (p, viewer)} & self.blocks for p in case.parties)
            or (case.of_group and viewer in self.admins)
        )

    def lift(self, i: int, j: int) -> None:
        """Whom the block kept out of a case it keeps out for good."""
        for case in self.cases.values() if {(i, j), (j, i)} & self.blocks else ():
            case.kept_out |= {a for a, b in ((i, j), (j, i)) if b in case.parties}
        self.blocks.discard((i, j))

    def queue(self, viewer: int) -> list[str]:
        return [id for id, case in self.cases.items() if not self.is_part(viewer, case)]


class Both:
    """The graph and the model side by side. Six people who were paired, and Ada who runs it."""

    async def built(self, world: World) -> "Both":
        self.people = await world.people("P0", "P1", "P2", "P3", "P4", "P5")
        self.ada = await world.person("Ada")
        self.group = await world.group(self.ada)
        await world.group(self.ada, *self.people)  # where all know of each other
        self.program = await world.open_program(self.ada, self.group)
        self.matches, self.messages = [], []
        for i, person in enumerate(self.people):
            role = "MENTOR" if i < 3 else "MENTEE"
            await world.enroll(person, self.program, role)
        for mentor, mentee in PAIRS:
            match = await world.match(
                self.ada, self.program, self.people[mentor], self.people[mentee]
            )
            self.messages.append(
                [await send(self.people[i], match, "Hello") for i in (mentor, mentee)]
            )
            (await self.ada.ask(END, id=match)).ok()
            self.matches.append(match)
        leave = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code } } }"
        (await self.people[LEFT].ask(leave, id=self.group)).ok()
        return self

    async def begin(self) -> None:
        self.model = Model()
        await execute("DELETE FROM reports")
        await execute("DELETE FROM blocks")
        await execute("UPDATE users SET is_moderator = false")
        await execute("UPDATE group_members SET role = 'MEMBER' WHERE user_id <> $1", self.ada.key)

    async def moderate(self, i: int, does: bool) -> None:
        await execute("UPDATE users SET is_moderator = $2 WHERE id = $1", self.people[i].key, does)
        (self.model.moderators.add if does else self.model.moderators.discard)(i)

    async def administer(self, i: int, does: bool) -> None:
        if i == LEFT:
            return
        await execute(
            "UPDATE group_members SET role = $2 WHERE user_id = $1 AND group_id = $3",
            *(self.people[i].key, "ADMIN" if does else "MEMBER", UUID(self.group[-32:])),
        )
        (self.model.admins.add if does else self.model.admins.discard)(i)

    async def block(self, i: int, j: int) -> None:
        if i != j:
            (await self.people[i].ask(BLOCK, id=self.people[j].id)).ok()
            self.model.blocks.add((i, j))

    async def unblock(self, i: int, j: int) -> None:
        if i != j:
            (await self.people[i].ask(UNBLOCK, id=self.people[j].id)).ok()
            self.model.lift(i, j)

    async def report(
        self, pair: int, by_mentor: bool, kind: str, other: int, shown: list[int]
    ) -> None:
        reporter, partner = PAIRS[pair] if by_mentor else PAIRS[pair][::-1]
        parties = {reporter}
        match kind:
            case "match" | "message":
                parties.add(partner)
                id = self.matches[pair] if kind == "match" else self.messages[pair][by_mentor]
            case "user":
                if other == reporter:
                    return
                parties.add(other)
                id = self.people[other].id
            case _:
                parties |= self.model.admins
                id = self.program
        own = [p for p in shown if reporter in PAIRS[p]]
        for p in own:
            parties |= set(PAIRS[p])
        evidence = [self.messages[p][0] for p in own]
        made = await report(self.people[reporter], {f"{kind}Id": id}, *evidence)
        of_group = kind != "user" or bool(own) or other != LEFT
        of_group |= any({reporter, other} == set(pair) for pair in PAIRS)
        kept_out = set(self.model.admins) if of_group else set()
        self.model.cases[made] = Case(reporter, parties, of_group, kept_out)

    async def demand_same(self) -> None:
        for i, person in enumerate(self.people):
            answer = await person.ask(QUEUE)
            if i not in self.model.moderators:
                assert answer.codes == ["FORBIDDEN"]
                continue
            shown = answer.ok()["reports"]
            expected = self.model.queue(i)
            assert [node["id"] for node in shown["nodes"]] == expected
            assert [edge["node"]["id"] for edge in shown["edges"]] == expected
            await self._demand_hidden(i, person, set(expected))

    async def _demand_hidden(self, i: int, person: Person, visible: set[str]) -> None:
        """One that is not in the queue is not there for any other way of asking, either."""
        for id, case in self.model.cases.items():
            if id not in visible:
                assert (await person.ask(ONE, id=id)).payload == {"report": None}
                found = (await person.ask(NODE, id=id)).payload
                assert (found is not None) == (case.reporter == i)
                refused = await resolve(person, id, "DISMISS")
                assert refused.refusals == [("NOT_FOUND", ("reportId",))]


@pytest.fixture
async def both(world: World) -> Both:
    configure(reports_a_day=None)
    return await Both().built(world)


@given(taken=st.lists(steps, min_size=6, max_size=20))
@in_one_world(EXAMPLES)
async def test_nobody_sees_counts_or_decides_a_case_they_are_part_of(
    both: Both, taken: list[tuple[Any, ...]]
) -> None:
    await both.begin()
    for i in (0, 3, 5):  # so that there is somebody to look
        await both.moderate(i, True)
    for kind, *values in taken:
        await getattr(both, kind)(*values)
    await both.demand_same()
