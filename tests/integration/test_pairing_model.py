"""Whatever people do in whatever order, it comes to what the model says.

All check in as soon as they may: what silence leads to is not in the model (`test_ladder.py`).
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.clock import clock
from server.ticking import tick
from tests.integration.examples import in_one_world
from tests.integration.pairing_model import Couple, Model, Seat
from tests.integration.passing_time import answer_check_in, check_ins
from tests.integration.world import Answer, Person, World

CREATE = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) {
    matches { id } errors { code field } } }"""
ANSWER = """mutation($id: ID!, $accept: Boolean!) {
  respondToMatch(matchId: $id, accept: $accept) { errors { code field } } }"""
LEAD = {
    "pause": "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code field } } }",
    "resume": "mutation($id: ID!) { resumeMatch(matchId: $id) { errors { code field } } }",
    "complete": "mutation($id: ID!) { completeMatch(matchId: $id) { errors { code field } } }",
    "end": "mutation($id: ID!) { endMatch(matchId: $id) { errors { code field } } }",
}
WITHDRAW = "mutation($id: ID!) { withdrawEnrollment(enrollmentId: $id) { errors { code field } } }"
ENROLL = """mutation($program: ID!, $role: ProgramRole!, $capacity: Int!) {
  enroll(input: {programId: $program, role: $role, topics: [], capacity: $capacity}) {
    errors { code field } } }"""
OFFER = """mutation($id: ID!, $capacity: Int!) {
  updateEnrollment(input: {enrollmentId: $id, capacity: $capacity}) { errors { code field } } }"""
ALL = """query($id: ID!) { program(id: $id) {
  enrollments(first: 100) { nodes { id status capacity openPlaces waitingSince } }
  matches(first: 100) { nodes { id status } } } }"""

START = datetime(2031, 3, 1, tzinfo=UTC)
MENTORS, MENTEES = 2, 3

any_number = st.integers(0, 99)
steps = st.one_of(
    st.tuples(st.just("pair"), any_number, any_number),
    st.tuples(st.just("answer"), any_number, st.sampled_from(["MENTOR", "MENTEE"]), st.booleans()),
    st.tuples(
        st.just("lead"),
        any_number,
        st.sampled_from(["MENTOR", "MENTEE", "ADMIN"]),
        st.sampled_from(sorted(LEAD)),
    ),
    st.tuples(st.just("withdraw"), any_number),
    st.tuples(st.just("enroll"), any_number),
    st.tuples(st.just("offer"), any_number, st.integers(1, 3)),
    st.tuples(st.just("later"), st.integers(1, 10)),
)


class Both:
    """The graph and the model side by side."""

    def __init__(self, world: World, *, consent: bool) -> None:
        self.world, self.model = world, Model(consent=consent)
        self.people: list[Person] = []
        self.enrollments: list[str] = []
        self.matches: list[str] = []

    async def built(self) -> "Both":
        self.ada = await self.world.person("Ada")
        group = await self.world.group(self.ada)
        self.program = await self.world.open_program(
            self.ada, group, requiresConsent=self.model.consent
        )
        for i in range(MENTORS + MENTEES):
            role, capacity = ("MENTOR", i + 1) if i < MENTORS else ("MENTEE", 1)
            person = await self.world.person(f"{role.title()}{i}")
            enrollment = await self.world.enroll(person, self.program, role, capacity=capacity)
            self.people.append(person)
            self.enrollments.append(enrollment)
            since = clock.now() if role == "MENTEE" else None
            self.model.seats.append(Seat(role, capacity, since=since))
        return self

    async def take(self, step: tuple[Any, ...]) -> None:
        """Does it in both, and demands that it comes to the same."""
        clock.advance(timedelta(hours=1))
        kind, *values = step
        if kind in ("answer", "lead") and not self.matches:
            return
        done = await getattr(self, kind)(*values)
        if done is not None:
            answer, expected = done
            assert [code for code, _ in answer.refusals] == [c for c in [expected] if c], step

    async def pair(self, i: int, j: int) -> tuple[Answer, str | None]:
        mentor, mentee = i % MENTORS, MENTORS + j % MENTEES
        seats = self.model.seats
        expected = self.model.pair(seats[mentor], seats[mentee], clock.now())
        pair = {
            "mentorEnrollmentId": self.enrollments[mentor],
            "menteeEnrollmentId": self.enrollments[mentee],
        }
        answer = await self.ada.ask(CREATE, program=self.program, pairs=[pair])
        self.matches += [match["id"] for match in answer.payload["matches"]]
        return answer, expected

    async def answer(self, i: int, role: str, accept: bool) -> tuple[Answer, str | None]:
        couple, match = self._couple(i)
        expected = self.model.answer(couple, role, accept, clock.now())
        return await self._one(couple, role).ask(ANSWER, id=match, accept=accept), expected

    async def lead(self, i: int, role: str, event: str) -> tuple[Answer, str | None]:
        couple, match = self._couple(i)
        expected = self.model.lead(couple, event, role, clock.now())
        return await self._one(couple, role).ask(LEAD[event], id=match), expected

    async def withdraw(self, i: int) -> tuple[Answer, str | None]:
        i %= len(self.people)
        expected = self.model.withdraw(self.model.seats[i], clock.now())
        return await self.people[i].ask(WITHDRAW, id=self.enrollments[i]), expected

    async def enroll(self, i: int) -> tuple[Answer, str | None]:
        i %= len(self.people)
        seat = self.model.seats[i]
        expected = self.model.enroll(seat, clock.now())
        answer = await self.people[i].ask(
            ENROLL, program=self.program, role=seat.role, capacity=seat.capacity
        )
        if not expected:
            await self.world.approve(self.ada, self.enrollments[i])
        return answer, expected

    async def offer(self, i: int, capacity: int) -> tuple[Answer, str | None]:
        i %= MENTORS
        expected = self.model.offer(self.model.seats[i], capacity)
        return await self.people[i].ask(OFFER, id=self.enrollments[i], capacity=capacity), expected

    async def later(self, days: int) -> None:
        clock.advance(timedelta(days=days))
        self.model.tick(clock.now())
        await tick()
        for couple, match in zip(self.model.couples, self.matches, strict=True):
            if couple.status == "ACTIVE":
                await self._check_in(couple, match)

    async def demand_same(self) -> None:
        program = (await self.ada.ask(ALL, id=self.program)).payload
        found = {e.pop("id"): e for e in program["enrollments"]["nodes"]}
        for seat, id in zip(self.model.seats, self.enrollments, strict=True):
            since = self.model.waiting_since(seat)
            assert found[id] == {
                "status": seat.status,
                "capacity": seat.capacity,
                "openPlaces": self.model.open_places(seat),
                "waitingSince": since.isoformat() if since else None,
            }
        statuses = {match["id"]: match["status"] for match in program["matches"]["nodes"]}
        assert statuses == {
            id: couple.status for id, couple in zip(self.matches, self.model.couples, strict=True)
        }

    async def _check_in(self, couple: Couple, match: str) -> None:
        pair = [self._one(couple, role) for role in ("MENTOR", "MENTEE")]
        if [one["status"] for one in await check_ins(pair[0], match)][-1:] == ["OPEN"]:
            for person in pair:
                assert await answer_check_in(person, match) == []

    def _couple(self, i: int) -> tuple[Couple, str]:
        i %= len(self.matches)
        return self.model.couples[-1 - i], self.matches[-1 - i]  # the newest have most to come

    def _one(self, couple: Couple, role: str) -> Person:
        seat = {"MENTOR": couple.mentor, "MENTEE": couple.mentee}.get(role)
        if seat is None:
            return self.ada
        return next(p for p, s in zip(self.people, self.model.seats, strict=True) if s is seat)


@given(consent=st.booleans(), taken=st.lists(steps, min_size=1, max_size=40))
@in_one_world(40)
async def test_people_do_what_they_like_and_the_places_add_up(
    world: World, consent: bool, taken: list[tuple[Any, ...]]
) -> None:
    clock.set(START)
    both = await Both(world, consent=consent).built()
    for step in taken:
        await both.take(step)
        await both.demand_same()


async def test_a_pair_that_checks_in_goes_on_however_long(world: World) -> None:
    # given a pair
    clock.set(START)
    both = await Both(world, consent=False).built()
    await both.take(("pair", 0, 0))

    # when two months go by, in steps longer than a check-in is open
    for _ in range(6):
        await both.take(("later", 10))

        # then it is where it was
        await both.demand_same()
