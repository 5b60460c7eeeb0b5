"""updateEnrollment, withdrawEnrollment: one's own, as long as it stands."""

from typing import Any

from tests.integration.world import Answer, Person, World

UPDATE = """
mutation($input: UpdateEnrollmentInput!) {
  updateEnrollment(input: $input) {
    enrollment { status topics languages timeZone capacity openPlaces goal
                 answers { question { key } text } }
    errors { code field } } }"""
WITHDRAW = """
mutation($id: ID!) {
  withdrawEnrollment(enrollmentId: $id) {
    enrollment { id status waitingSince openPlaces } errors { code field } } }"""
WAITING = "query($id: ID!) { node(id: $id) { ... on Enrollment { status waitingSince } } }"
MATCH = "query($id: ID!) { match(id: $id) { status endReason } }"
DECLINE = "mutation($id: ID!) { declineEnrollments(enrollmentIds: [$id]) { errors { code } } }"
QUESTIONS = [{"key": "why", "role": None, "text": "Why?", "required": True}]


async def update(person: Person, enrollment: str, **said: Any) -> Answer:
    return await person.ask(UPDATE, input={"enrollmentId": enrollment} | said)


async def test_what_is_said_changes_and_the_rest_stays(world: World) -> None:
    # given a mentor
    ada, bob = await world.people("Ada", "Bob")
    program = await world.open_program(ada, await world.group(ada), questions=QUESTIONS)
    said = [{"questionKey": "why", "text": "So."}]
    mentor = await world.enroll(bob, program, "MENTOR", capacity=2, goal="Give", answers=said)

    # when they change some of it, the rest stays
    before = (await update(bob, mentor)).ok()["enrollment"]
    after = (await update(bob, mentor, topics=["Calm"], capacity=5)).ok()["enrollment"]
    assert after == before | {"topics": ["Calm"], "capacity": 5, "openPlaces": 5}
    kept = await update(bob, mentor, topics=None, goal=None, answers=None, capacity=None)
    assert kept.ok()["enrollment"] == after

    # when they take the goal back, it is gone
    gone = (await update(bob, mentor, goal=" ")).ok()["enrollment"]
    assert (before["goal"], gone["goal"]) == ("Give", None)

    # when they answer anew, what must be answered still must
    assert (await update(bob, mentor, answers=[])).refusals == [("INVALID", ("answers",))]
    said = [{"questionKey": "why", "text": "Other."}]
    anew = (await update(bob, mentor, answers=said)).ok()["enrollment"]
    assert anew["answers"] == [{"question": {"key": "why"}, "text": "Other."}]


async def test_everything_wrong_is_said_at_once(world: World) -> None:
    ada, bob = await world.people("Ada", "Bob")
    program = await world.open_program(ada, await world.group(ada))
    mentee = await world.enroll(bob, program, "MENTEE")
    said = {"topics": ["x"] * 31, "languages": ["?"], "timeZone": "", "capacity": 2, "goal": "\0"}
    assert (await update(bob, mentee, **said)).refusals == [
        ("INVALID", ("topics",)),
        ("INVALID", ("goal",)),
        ("INVALID", ("languages", "0")),
        ("INVALID", ("timeZone",)),
        ("INVALID", ("capacity",)),
    ]


async def test_a_lower_capacity_ends_no_match_and_stops_new_ones(world: World) -> None:
    # given a mentor with two places and two mentees
    pair = await world.pair()
    tess, tom = await world.people("Tess", "Tom")
    for person in (tess, tom):
        await world.enroll(person, pair.program, "MENTEE")
    second = await world.match(pair.admin, pair.program, pair.mentor, tess)

    # when they lower their capacity to one
    mentor = world.enrollment(pair.mentor, pair.program, "MENTOR")
    lowered = (await update(pair.mentor, mentor, capacity=1)).ok()["enrollment"]

    # then no place is open and both pairs go on, and there is no third
    assert (lowered["capacity"], lowered["openPlaces"]) == (1, 0)
    for match in (pair.match, second):
        assert (await pair.mentor.ask(MATCH, id=match)).payload["status"] == "ACTIVE"
    third = await pair.admin.ask(
        """mutation($input: CreateMatchesInput!) {
             createMatches(input: $input) { errors { code field } } }""",
        input={
            "programId": pair.program,
            "pairs": [
                {
                    "mentorEnrollmentId": mentor,
                    "menteeEnrollmentId": world.enrollment(tom, pair.program, "MENTEE"),
                }
            ],
        },
    )
    assert [code for code, _ in third.refusals] == ["AT_CAPACITY"]


async def test_only_who_enrolled_changes_or_withdraws_it(world: World) -> None:
    pair = await world.pair()
    eve = await world.person("Eve")
    await world.join(eve, pair.group)
    mentor = world.enrollment(pair.mentor, pair.program, "MENTOR")
    for person in (pair.admin, pair.mentee):  # they may see it
        assert (await update(person, mentor, capacity=1)).codes == ["FORBIDDEN"]
        assert (await person.ask(WITHDRAW, id=mentor)).codes == ["FORBIDDEN"]
    for person, id in ((eve, mentor), (pair.mentor, "garbage"), (pair.mentor, pair.match)):
        assert (await update(person, id)).refusals == [("NOT_FOUND", ("enrollmentId",))]
        withdrawn = await person.ask(WITHDRAW, id=id)
        assert withdrawn.refusals == [("NOT_FOUND", ("enrollmentId",))]
    assert (await pair.mentor.ask(MATCH, id=pair.match)).payload["status"] == "ACTIVE"


async def test_what_is_over_is_not_changed_any_more(world: World) -> None:
    ada, bob, tom, eve = await world.people("Ada", "Bob", "Tom", "Eve")
    program = await world.open_program(ada, await world.group(ada))
    over = ("ILLEGAL_STATE", ("enrollmentId",))

    # given one who withdrew
    withdrawn = await world.enroll(bob, program, "MENTEE")
    made = (await bob.ask(WITHDRAW, id=withdrawn)).ok()["enrollment"]
    assert made["status"] == "WITHDRAWN"
    assert (await update(bob, withdrawn, goal="x")).refusals == [over]
    assert (await bob.ask(WITHDRAW, id=withdrawn)).refusals == [over]

    # and one who was declined
    declined = await world.enroll(tom, program, "MENTEE", approved=False)
    (await ada.ask(DECLINE, id=declined)).ok()
    assert (await update(tom, declined, goal="x")).refusals == [over]
    assert (await tom.ask(WITHDRAW, id=declined)).refusals == [over]

    # and one in a program that is over
    approved = await world.enroll(eve, program, "MENTEE")
    await world.change(ada, "closeProgram", program)
    (await update(eve, approved, goal="x")).ok()
    await world.change(ada, "archiveProgram", program)
    assert (await update(eve, approved, goal="y")).refusals == [over]


async def test_a_mentor_who_withdraws_gives_the_mentee_back_to_the_pool_with_their_old_date(
    world: World,
) -> None:
    # given a pair, and since when the mentee had waited before it
    pair = await world.pair()
    mentee = world.enrollment(pair.mentee, pair.program, "MENTEE")
    tess = await world.person("Tess")
    later = await world.enroll(tess, pair.program, "MENTEE")
    assert (await pair.mentee.ask(WAITING, id=mentee)).payload["waitingSince"] is None

    # when the mentor withdraws
    mentor = world.enrollment(pair.mentor, pair.program, "MENTOR")
    withdrawn = (await pair.mentor.ask(WITHDRAW, id=mentor)).ok()["enrollment"]

    # then the pair is over, by the partner, and the mentee waits since before those who came later
    assert withdrawn == {"id": mentor, "status": "WITHDRAWN", "waitingSince": None, "openPlaces": 2}
    seen = (await pair.mentee.ask(MATCH, id=pair.match)).payload
    assert seen == {"status": "ENDED", "endReason": "ENDED_BY_PARTNER"}
    assert (await pair.mentor.ask(MATCH, id=pair.match)).payload["endReason"] == "BY_YOU"
    waiting = (await pair.mentee.ask(WAITING, id=mentee)).payload
    assert waiting["status"] == "APPROVED"
    assert waiting["waitingSince"] < (await tess.ask(WAITING, id=later)).payload["waitingSince"]


async def test_a_mentee_who_withdraws_gives_the_place_back(world: World) -> None:
    pair = await world.pair()
    mentee = world.enrollment(pair.mentee, pair.program, "MENTEE")
    mentor = world.enrollment(pair.mentor, pair.program, "MENTOR")
    assert (await update(pair.mentor, mentor)).ok()["enrollment"]["openPlaces"] == 1
    withdrawn = (await pair.mentee.ask(WITHDRAW, id=mentee)).ok()["enrollment"]
    assert (withdrawn["status"], withdrawn["waitingSince"]) == ("WITHDRAWN", None)
    assert (await update(pair.mentor, mentor)).ok()["enrollment"]["openPlaces"] == 2


async def test_a_former_partner_does_not_read_what_is_written_later(world: World) -> None:
    # given a pair: the mentor reads the mentee's goal
    pair = await world.pair()
    mentees = world.enrollment(pair.mentee, pair.program, "MENTEE")
    read = "query($id: ID!) { node(id: $id) { ... on Enrollment { goal } } }"
    write = """mutation($id: ID!, $goal: String) {
      updateEnrollment(input: {enrollmentId: $id, goal: $goal}) { errors { code } } }"""
    (await pair.mentee.ask(write, id=mentees, goal="for my partner")).ok()
    assert (await pair.mentor.ask(read, id=mentees)).payload == {"goal": "for my partner"}

    # when their match is over, and the mentee writes another one
    end = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
    (await pair.mentee.ask(end, id=pair.match)).ok()
    (await pair.mentee.ask(write, id=mentees, goal="for the next one")).ok()

    # then it is not the former partner's to know of
    assert (await pair.mentor.ask(read, id=mentees)).payload is None
