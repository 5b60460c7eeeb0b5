"""An admin pairs people: every pair asked for, or none and the reasons."""

from typing import Any

import pytest

from models.database import execute, fetch
from tests.integration.world import Answer, Person, World

CREATE = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) {
    matches { id status mentor { displayName } mentee { displayName } partner { id } startedAt
              checkInWeekday stepsDone }
    errors { code field message } } }"""


class Scene:
    """Ada's program: Mona (two places) and Max (one) would mentor, Theo and Tess be mentored."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def built(self, **said: Any) -> "Scene":
        people = await self.world.people("Ada", "Mona", "Max", "Theo", "Tess")
        self.ada, self.mona, self.max, self.theo, self.tess = people
        self.group = await self.world.group(self.ada)
        self.program = await self.world.open_program(self.ada, self.group, **said)
        enroll = self.world.enroll
        self.by_mona = await enroll(self.mona, self.program, "MENTOR", capacity=2)
        self.by_max = await enroll(self.max, self.program, "MENTOR", capacity=1)
        self.for_theo = await enroll(self.theo, self.program, "MENTEE")
        self.for_tess = await enroll(self.tess, self.program, "MENTEE")
        return self

    async def create(self, *pairs: tuple[str, str], by: Person | None = None) -> Answer:
        wanted = [{"mentorEnrollmentId": m, "menteeEnrollmentId": e} for m, e in pairs]
        return await (by or self.ada).ask(CREATE, program=self.program, pairs=wanted)


@pytest.fixture
async def scene(world: World) -> Scene:
    return await Scene(world).built()


async def matches() -> int:
    return int((await fetch("SELECT count(*) FROM matches"))[0][0])


async def test_an_admin_pairs_several_at_once(scene: Scene) -> None:
    # when two pairs are asked for
    answer = await scene.create((scene.by_mona, scene.for_tess), (scene.by_max, scene.for_theo))
    # then both are there, in the order asked for, active from now on
    first, second = answer.ok()["matches"]
    assert (first["mentor"]["displayName"], first["mentee"]["displayName"]) == ("Mona", "Tess")
    assert (second["mentor"]["displayName"], second["mentee"]["displayName"]) == ("Max", "Theo")
    assert {first["status"], second["status"]} == {"ACTIVE"}
    assert first["startedAt"] and first["partner"] is None and first["stepsDone"] == 0
    # and each took a place of both, and is in the log of the program
    taken = await fetch("SELECT places_taken FROM enrollments ORDER BY id")
    assert [row[0] for row in taken] == [1, 1, 1, 1]
    log = await scene.ada.ask(
        """query($id: ID!) {
             program(id: $id) { auditLog(first: 100) { nodes { action subject } } } }""",
        id=scene.program,
    )
    entries = [(e["action"], e["subject"]) for e in log.payload["auditLog"]["nodes"]]
    assert {("match.created", first["id"]), ("match.created", second["id"])} <= set(entries)


async def test_a_match_takes_the_weekday_of_its_program(world: World) -> None:
    scene = await Scene(world).built(checkInWeekday="THURSDAY")
    answer = await scene.create((scene.by_mona, scene.for_tess))
    assert answer.ok()["matches"][0]["checkInWeekday"] == "THURSDAY"


async def test_where_consent_is_asked_for_a_match_starts_as_a_proposal(world: World) -> None:
    scene = await Scene(world).built(requiresConsent=True)
    answer = await scene.create((scene.by_max, scene.for_tess))
    match = answer.ok()["matches"][0]
    assert (match["status"], match["startedAt"]) == ("PROPOSED", None)
    # and it holds the place at once
    again = await scene.create((scene.by_max, scene.for_theo))
    assert again.refusals == [("AT_CAPACITY", ("pairs", "0"))]


async def test_one_pair_that_cannot_be_stops_all_and_is_named(scene: Scene) -> None:
    # when the fourth pair names nobody
    await scene.world.enroll(await scene.world.person("Tom"), scene.program, "MENTOR", capacity=5)
    nobody = "enrollment_" + "0" * 32
    answer = await scene.create(
        (scene.by_mona, scene.for_tess), (scene.by_max, scene.for_theo),
        (scene.by_mona, scene.for_tess), (nobody, scene.for_tess),
    )  # fmt: skip
    # then each that cannot be is named, and none is made
    assert answer.refusals == [
        ("AT_CAPACITY", ("pairs", "2")),
        ("NOT_FOUND", ("pairs", "3")),
    ]
    assert answer.payload["matches"] == [] and await matches() == 0


@pytest.mark.parametrize(
    "id", ["", "x", "enrollment_1", "user_" + "0" * 32, "enrollment_" + "f" * 32]
)
async def test_an_id_that_names_no_enrollment_is_not_found(scene: Scene, id: str) -> None:
    answer = await scene.create((id, scene.for_tess), (scene.by_mona, id))
    assert answer.refusals == [
        ("NOT_FOUND", ("pairs", "0")),
        ("NOT_FOUND", ("pairs", "1")),
    ]


async def test_enrollments_of_another_program_are_not_found(scene: Scene) -> None:
    # given another program of the same admin
    other = await scene.world.open_program(scene.ada, scene.group)
    elsewhere = await scene.world.enroll(scene.mona, other, "MENTOR")
    answer = await scene.create((elsewhere, scene.for_tess))
    assert answer.refusals == [("NOT_FOUND", ("pairs", "0"))]


async def test_each_enrollment_is_used_in_its_own_role(scene: Scene) -> None:
    answer = await scene.create((scene.for_theo, scene.for_tess), (scene.by_mona, scene.by_max))
    assert answer.refusals == [
        ("INVALID", ("pairs", "0")),
        ("INVALID", ("pairs", "1")),
    ]


async def test_nobody_is_paired_with_themselves(scene: Scene) -> None:
    both = await scene.world.enroll(scene.mona, scene.program, "MENTEE")
    answer = await scene.create((scene.by_mona, both))
    assert answer.refusals == [("INVALID", ("pairs", "0"))]


async def test_an_enrollment_that_is_not_approved_cannot_be_paired(scene: Scene) -> None:
    # given a mentor nobody has decided on, and a mentee who withdrew
    zoe = await scene.world.person("Zoe")
    pending = await scene.world.enroll(zoe, scene.program, "MENTOR", approved=False)
    await scene.theo.ask(
        "mutation($id: ID!) { withdrawEnrollment(enrollmentId: $id) { errors { code } } }",
        id=scene.for_theo,
    )
    answer = await scene.create((pending, scene.for_tess), (scene.by_mona, scene.for_theo))
    assert answer.refusals == [
        ("ILLEGAL_STATE", ("pairs", "0")),
        ("ILLEGAL_STATE", ("pairs", "1")),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET age_known = false WHERE id = $1",
        "UPDATE users SET adult_from = '2199-01-01' WHERE id = $1",
        "UPDATE users SET suspended_at = now() WHERE id = $1",
    ],
)
async def test_who_may_not_take_part_any_more_is_not_paired(scene: Scene, change: str) -> None:
    # given a mentee who turned out to be no adult, or is suspended, after being approved
    await execute(change, scene.tess.key)
    answer = await scene.create((scene.by_mona, scene.for_tess))
    assert answer.refusals == [("ILLEGAL_STATE", ("pairs", "0"))]


async def test_a_mentor_has_no_more_matches_than_places(scene: Scene) -> None:
    # when the last place is asked for twice in one call
    answer = await scene.create((scene.by_max, scene.for_tess), (scene.by_max, scene.for_theo))
    assert answer.refusals == [("AT_CAPACITY", ("pairs", "1"))]
    assert await matches() == 0
    # and when it is taken already
    (await scene.create((scene.by_max, scene.for_tess))).ok()
    answer = await scene.create((scene.by_max, scene.for_theo))
    assert answer.refusals == [("AT_CAPACITY", ("pairs", "0"))]


async def test_a_mentee_has_one_match_at_a_time(scene: Scene) -> None:
    # when one mentee is asked for twice in one call
    answer = await scene.create((scene.by_mona, scene.for_tess), (scene.by_max, scene.for_tess))
    assert answer.refusals == [("AT_CAPACITY", ("pairs", "1"))]
    # and when they are paired already
    (await scene.create((scene.by_mona, scene.for_tess))).ok()
    answer = await scene.create((scene.by_max, scene.for_tess))
    assert answer.refusals == [("AT_CAPACITY", ("pairs", "0"))]
    assert await matches() == 1


async def test_a_call_asks_for_something_and_not_for_everything(scene: Scene) -> None:
    assert (await scene.create()).refusals == [("INVALID", ("pairs",))]
    far_too_many = [("x", "y")] * 5001
    assert (await scene.create(*far_too_many)).refusals == [("INVALID", ("pairs",))]
