"""Who may pair whom, and when: admins, in programs that are open or closed, not themselves."""

import pytest

from domain.configuration import configuration, configure
from models.database import fetch
from models.groups import GroupCategory
from tests.integration.world import Answer, Person, World

CREATE = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) {
    matches { status } errors { code field } } }"""
SET_ROLE = """mutation($group: ID!, $user: ID!) {
  setGroupRole(input: {groupId: $group, userId: $user, role: ADMIN}) { errors { code } } }"""


class Scene:
    """Ada, admin, is enrolled as a mentor beside Mona; Theo would be mentored."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def built(self) -> "Scene":
        self.ada, self.mona, self.theo = await self.world.people("Ada", "Mona", "Theo")
        self.group = await self.world.group(self.ada)
        self.program = await self.world.open_program(self.ada, self.group)
        self.by_ada = await self.world.enroll(self.ada, self.program, "MENTOR")
        self.by_mona = await self.world.enroll(self.mona, self.program, "MENTOR")
        self.for_theo = await self.world.enroll(self.theo, self.program, "MENTEE")
        return self

    async def create(self, mentor: str, *, by: Person) -> Answer:
        pair = {"mentorEnrollmentId": mentor, "menteeEnrollmentId": self.for_theo}
        return await by.ask(CREATE, program=self.program, pairs=[pair])


@pytest.fixture
async def scene(world: World) -> Scene:
    return await Scene(world).built()


async def test_members_do_not_pair(scene: Scene) -> None:
    answer = await scene.create(scene.by_mona, by=scene.mona)
    assert (answer.data, answer.codes) == (None, ["FORBIDDEN"])


async def test_strangers_do_not_pair(scene: Scene) -> None:
    answer = await scene.create(scene.by_mona, by=await scene.world.person("Sam"))
    assert (answer.data, answer.codes) == (None, ["FORBIDDEN"])


async def test_a_draft_of_others_is_not_there(scene: Scene) -> None:
    # given a draft beside the open program
    draft = await scene.world.program(scene.ada, scene.group)
    pairs = [{"mentorEnrollmentId": scene.by_mona, "menteeEnrollmentId": scene.for_theo}]
    # then to a member it is as if it were not
    answer = await scene.mona.ask(CREATE, program=draft, pairs=pairs)
    assert answer.refusals == [("NOT_FOUND", ("programId",))]
    # as is what is no program at all
    for nothing in ("", "program_1", "program_" + "0" * 32, scene.group):
        answer = await scene.ada.ask(CREATE, program=nothing, pairs=pairs)
        assert answer.refusals == [("NOT_FOUND", ("programId",))]


async def test_in_a_draft_nobody_is_paired(scene: Scene) -> None:
    draft = await scene.world.program(scene.ada, scene.group)
    pairs = [{"mentorEnrollmentId": scene.by_mona, "menteeEnrollmentId": scene.for_theo}]
    answer = await scene.ada.ask(CREATE, program=draft, pairs=pairs)
    assert answer.refusals == [("ILLEGAL_STATE", ("programId",))]


async def test_in_a_closed_program_those_enrolled_are_still_paired(scene: Scene) -> None:
    await scene.world.change(scene.ada, "closeProgram", scene.program)
    answer = await scene.create(scene.by_mona, by=scene.ada)
    assert answer.ok()["matches"] == [{"status": "ACTIVE"}]


async def test_in_an_archived_program_nobody_is_paired(scene: Scene) -> None:
    await scene.world.change(scene.ada, "closeProgram", scene.program)
    await scene.world.change(scene.ada, "archiveProgram", scene.program)
    answer = await scene.create(scene.by_mona, by=scene.ada)
    assert answer.refusals == [("ILLEGAL_STATE", ("programId",))]


async def test_a_group_that_offers_no_mentorship_any_more_pairs_nobody(scene: Scene) -> None:
    # when the group becomes one of another category
    answer = await scene.ada.ask(
        """mutation($id: ID!) { updateGroup(input: {groupId: $id, category: HOBBY}) {
             errors { code } } }""",
        id=scene.group,
    )
    answer.ok()
    # then there is no new match
    answer = await scene.create(scene.by_mona, by=scene.ada)
    assert [code for code, _ in answer.refusals] == ["NOT_ELIGIBLE"]


async def test_which_categories_offer_mentorship_is_configuration(scene: Scene) -> None:
    before = configuration().mentoring_categories
    configure(mentoring_categories=frozenset({GroupCategory.HOBBY}))
    try:
        answer = await scene.create(scene.by_mona, by=scene.ada)
    finally:
        configure(mentoring_categories=before)
    assert [code for code, _ in answer.refusals] == ["NOT_ELIGIBLE"]


async def test_an_admin_alone_may_pair_themselves(scene: Scene) -> None:
    answer = await scene.create(scene.by_ada, by=scene.ada)
    assert answer.ok()["matches"] == [{"status": "ACTIVE"}]


async def test_with_a_second_admin_nobody_pairs_themselves(scene: Scene) -> None:
    # given a second admin
    (await scene.ada.ask(SET_ROLE, group=scene.group, user=scene.mona.id)).ok()
    # then Ada does not pair herself
    answer = await scene.create(scene.by_ada, by=scene.ada)
    assert answer.refusals == [("CONFLICT_OF_INTEREST", ("pairs", "0"))]
    assert await fetch("SELECT 1 FROM matches") == []
    # but the other one does
    answer = await scene.create(scene.by_ada, by=scene.mona)
    assert answer.ok()["matches"] == [{"status": "ACTIVE"}]


async def test_those_paired_before_may_be_paired_again_by_hand(scene: Scene) -> None:
    # given a match that has ended
    first = await scene.world.match(scene.ada, scene.program, scene.mona, scene.theo)
    end = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
    (await scene.mona.ask(end, id=first)).ok()
    # then the same two can be matched anew, in another match
    answer = await scene.create(scene.by_mona, by=scene.ada)
    assert answer.ok()["matches"] == [{"status": "ACTIVE"}]
    rows = await fetch("SELECT status FROM matches ORDER BY id")
    assert [row["status"] for row in rows] == ["ENDED", "ACTIVE"]


async def test_no_language_in_common_does_not_stop_an_admin(scene: Scene) -> None:
    # given a mentor of another language than the mentee's
    otto = await scene.world.person("Otto", languages=("de",))
    by_otto = await scene.world.enroll(otto, scene.program, "MENTOR", languages=["de"])
    answer = await scene.create(by_otto, by=scene.ada)
    assert answer.ok()["matches"] == [{"status": "ACTIVE"}]
