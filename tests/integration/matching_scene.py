"""What the tests of matching ask, and the small program they ask about."""

from typing import Any

from tests.integration.world import Answer, Person, World

PROPOSE = """query($program: ID!, $input: AssignmentInput) { program(id: $program) {
  assignmentProposal(input: $input) {
    placed totalScore
    pairs { mentor { id openPlaces } mentee { id } score reasons { kind weight detail } }
    unplaced { enrollment { id } reason }
    certificate { value bound placementWeight menteePrices { enrollmentId price }
                  seatPrices { enrollmentId price } problem } } } }"""
SUGGEST = """query($program: ID!, $of: ID, $first: Int) { program(id: $program) {
  matchSuggestions(enrollmentId: $of, first: $first) {
    mentor { id } mentee { id } score reasons { detail } } } }"""
EXPLAIN = """query($program: ID!, $mentor: ID!, $mentee: ID!) { program(id: $program) {
  explainPair(mentorEnrollmentId: $mentor, menteeEnrollmentId: $mentee) {
    allowed forbiddenBy costInPlaced costInScore suggestion { score } } } }"""
ADVISE = """query($program: ID!) { program(id: $program) {
  recruitingAdvice { trait value places morePlaced moreScore } } }"""


class Scene:
    """Ada's program: Mona (two places), Max (one, French too); Theo, Tess, Tim (French) wait."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def built(self) -> "Scene":
        names = ("Ada", "Mona", "Max", "Theo", "Tess", "Tim")
        self.ada, self.mona, self.max, self.theo, self.tess, self.tim = await self.world.people(
            *names
        )
        self.group = await self.world.group(self.ada)
        self.program = await self.world.open_program(self.ada, self.group, defaultCapacity=2)
        self.by_mona = await self.enroll(self.mona, "MENTOR", capacity=2, topics=["Grief"])
        self.by_max = await self.enroll(self.max, "MENTOR", capacity=1, languages=["en", "fr-CA"])
        self.for_theo = await self.enroll(self.theo, "MENTEE")
        self.for_tess = await self.enroll(self.tess, "MENTEE", topics=["Deuil"])
        self.for_tim = await self.enroll(self.tim, "MENTEE", languages=["fr"])
        return self

    async def enroll(self, person: Person, role: str, **said: Any) -> str:
        return await self.world.enroll(person, self.program, role, **said)

    async def propose(self, by: Person | None = None, **wish: Any) -> Answer:
        return await (by or self.ada).ask(PROPOSE, program=self.program, input=wish)

    async def pairs(self, by: Person | None = None, **wish: Any) -> set[tuple[str, str]]:
        proposal = (await self.propose(by, **wish)).ok()["assignmentProposal"]
        return {(pair["mentor"]["id"], pair["mentee"]["id"]) for pair in proposal["pairs"]}

    async def explain(self, mentor: str, mentee: str, by: Person | None = None) -> Any:
        answer = await (by or self.ada).ask(
            EXPLAIN, program=self.program, mentor=mentor, mentee=mentee
        )
        return answer.ok()["explainPair"]

    async def suggested(self, by: Person | None = None, **said: Any) -> set[tuple[str, str]]:
        answer = await (by or self.ada).ask(SUGGEST, program=self.program, **said)
        return {(s["mentor"]["id"], s["mentee"]["id"]) for s in answer.ok()["matchSuggestions"]}


def pin(mentor: str, mentee: str) -> dict[str, str]:
    return {"mentorEnrollmentId": mentor, "menteeEnrollmentId": mentee}


async def block(blocker: Person, blocked: Person) -> None:
    document = "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }"
    (await blocker.ask(document, id=blocked.id)).ok()


async def make_admin(scene: Scene, person: Person) -> None:
    answer = await scene.ada.ask(
        """mutation($group: ID!, $user: ID!) {
             setGroupRole(input: {groupId: $group, userId: $user, role: ADMIN}) {
               errors { code } } }""",
        group=scene.group,
        user=person.id,
    )
    answer.ok()
