"""Blocking, pairing, writing and reporting in any order: what must hold holds after every step."""

import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.configuration import configure
from models.database import execute, fetch
from tests.integration.cases import report, resolve, send
from tests.integration.examples import in_one_world
from tests.integration.soundness import demand_apart
from tests.integration.world import Person, World

CREATE = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) {
    matches { id } errors { code field } } }"""
ON_MATCH = "mutation($id: ID!) {{ {0}(matchId: $id) {{ errors {{ code field }} }} }}"
ON_USER = "mutation($id: ID!) {{ {0}(userId: $id) {{ errors {{ code field }} }} }}"
EDIT = """mutation($id: ID!) {
  editMessage(input: {messageId: $id, body: "edited"}) { errors { code field } } }"""
DELETE = "mutation($id: ID!) { deleteMessage(messageId: $id) { errors { code field } } }"
CASES = """{ moderation { reports(first: 100) { nodes {
  id details reason evidence { messageId body sentAt sender { id } } } } } }"""
ACTIONS = ["WARN", "REMOVE_MESSAGES", "FREEZE_MATCH", "UNFREEZE_MATCH", "END_MATCH"]
EXAMPLES = 150 if os.environ.get("TESTS_AT_LENGTH") else 12

number = st.integers(0, 99)
mentor, mentee = st.integers(0, 1), st.integers(2, 4)
anybody = st.integers(0, 4)
steps = st.one_of(
    st.tuples(st.just("pair"), mentor, mentee),
    st.tuples(st.just("pair"), mentor, mentee),
    st.tuples(st.just("block"), anybody, anybody),
    st.tuples(st.just("unblock"), anybody, anybody),
    st.tuples(st.just("lead"), number, st.sampled_from(["pause", "resume", "complete", "end"])),
    st.tuples(st.just("write"), number, st.booleans()),
    st.tuples(st.just("change"), number, st.sampled_from([EDIT, DELETE])),
    st.tuples(st.just("report"), number, st.lists(number, max_size=3)),
    st.tuples(st.just("moderate"), number, st.sampled_from(ACTIONS)),
)


class Story:
    """Two mentors and three mentees of one program, an admin and a moderator."""

    async def built(self, world: World) -> "Story":
        self.ada, self.mo = await world.person("Ada"), await world.person("Mo", is_moderator=True)
        self.program = await world.open_program(self.ada, await world.group(self.ada))
        self.people = await world.people("M0", "M1", "E0", "E1", "E2")
        self.places = [
            await world.enroll(person, self.program, "MENTOR", capacity=2)
            for person in self.people[:2]
        ] + [await world.enroll(person, self.program, "MENTEE") for person in self.people[2:]]
        return self

    async def begin(self) -> None:
        self.matches: list[tuple[str, int, int]] = []
        self.messages: list[tuple[str, int, str]] = []
        self.made: dict[str, Any] = {}
        self.blocks: set[tuple[int, int]] = set()
        await execute("DELETE FROM reports")
        await execute("DELETE FROM blocks")
        await execute(
            """UPDATE matches SET status = 'ENDED', ended_at = now(), end_cause = 'BY_ADMIN'
               WHERE ended_at IS NULL"""
        )

    async def pair(self, i: int, j: int) -> None:
        pair = {"mentorEnrollmentId": self.places[i], "menteeEnrollmentId": self.places[j]}
        answer = await self.ada.ask(CREATE, program=self.program, pairs=[pair])
        is_blocked = bool({(i, j), (j, i)} & self.blocks)
        assert is_blocked == (answer.refusals == [("BLOCKED", ("pairs", "0"))])
        self.matches += [(match["id"], i, j) for match in answer.payload["matches"]]

    async def block(self, i: int, j: int) -> None:
        if i != j:
            (await self.people[i].ask(ON_USER.format("blockUser"), id=self.people[j].id)).ok()
            self.blocks.add((i, j))

    async def unblock(self, i: int, j: int) -> None:
        if i != j:
            (await self.people[i].ask(ON_USER.format("unblockUser"), id=self.people[j].id)).ok()
            self.blocks.discard((i, j))

    async def lead(self, n: int, event: str) -> None:
        if self.matches:
            match, _, mentee = self.matches[n % len(self.matches)]
            await self.people[mentee].ask(ON_MATCH.format(f"{event}Match"), id=match)

    async def write(self, n: int, by_mentor: bool) -> None:
        if not self.matches:
            return
        match, mentor, mentee = self.matches[n % len(self.matches)]
        shown = (await self.ada.ask("query($id: ID!) { match(id: $id) { status } }", id=match)).ok()
        if shown["status"] in ("ACTIVE", "PAUSED"):
            person = mentor if by_mentor else mentee
            body = f"text {len(self.messages)}"
            self.messages.append((await send(self.people[person], match, body), person, match))

    async def change(self, n: int, document: str) -> None:
        if self.messages:
            id, person, _ = self.messages[n % len(self.messages)]
            await self.people[person].ask(document, id=id)

    async def report(self, n: int, shown: list[int]) -> None:
        if not self.matches:
            return
        match, _, mentee = self.matches[n % len(self.matches)]
        there = await self._readable(self.people[mentee], match)
        evidence = [there[i % len(there)] for i in shown] if there else []
        id = await report(self.people[mentee], {"matchId": match}, *evidence)
        self.made[id] = (await self._cases())[id]

    async def moderate(self, n: int, action: str) -> None:
        if self.made:
            answer = await resolve(self.mo, list(self.made)[n % len(self.made)], action)
            assert {code for code, _ in answer.refusals} <= {"ILLEGAL_STATE"}

    async def demand_sound(self) -> None:
        await demand_apart()
        assert await self._cases() == self.made
        stored = await fetch("SELECT count(*) FROM blocks")
        assert stored[0][0] == len(self.blocks)

    async def _cases(self) -> dict[str, Any]:
        nodes = (await self.mo.ask(CASES)).ok()["reports"]["nodes"]
        return {node["id"]: node for node in nodes}

    async def _readable(self, person: Person, match: str) -> list[str]:
        read = "query($id: ID!) { match(id: $id) { messages { nodes { id body } } } }"
        nodes = (await person.ask(read, id=match)).ok()["messages"]["nodes"]
        return [node["id"] for node in nodes if node["body"] is not None]


@pytest.fixture
async def story(world: World) -> Story:
    configure(reports_a_day=None)
    return await Story().built(world)


@given(taken=st.lists(steps, min_size=10, max_size=40))
@in_one_world(EXAMPLES)
async def test_blocked_pairs_stay_apart_places_add_up_and_reports_stay_what_they_were(
    story: Story, taken: list[tuple[Any, ...]]
) -> None:
    await story.begin()
    for kind, *values in taken:
        await getattr(story, kind)(*values)
        await story.demand_sound()
