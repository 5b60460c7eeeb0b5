"""What admins see of a program: who enrolled, how it goes, and who did what."""

from typing import Any

from tests.integration.world import Answer, Pair, Person, World

ENROLLMENTS = """
query($id: ID!, $role: ProgramRole, $status: [EnrollmentStatus!], $unmatched: Boolean,
      $first: Int, $after: String) {
  program(id: $id) {
    enrollments(role: $role, status: $status, unmatched: $unmatched, first: $first, after: $after) {
      totalCount nodes { user { displayName } role }
      pageInfo { hasNextPage endCursor } } } }"""
STATS = """
query($id: ID!) {
  program(id: $id) {
    stats { mentors mentees pending waitingMentees openPlaces stepsCompletedRatio
            matchesByStatus { status count } } } }"""
AUDIT = """
query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  program(id: $id) {
    auditLog(first: $first, after: $after, last: $last, before: $before) {
      totalCount nodes { at action subject details actor { displayName } }
      pageInfo { hasNextPage endCursor hasPreviousPage startCursor } } } }"""
MINE = """
query($id: ID!) {
  program(id: $id) { viewerEnrollments { role status user { displayName } } } }"""
GATED = """
query($id: ID!) {
  program(id: $id) {
    title
    enrollments { totalCount } matches { totalCount } stats { mentors }
    auditLog { totalCount nodes { action } } } }"""


async def listed(admin: Person, program: str, **filters: Any) -> list[str]:
    answer = await admin.ask(ENROLLMENTS, id=program, first=100, **filters)
    found = answer.payload["enrollments"]
    names = [node["user"]["displayName"] for node in found["nodes"]]
    assert found["totalCount"] == len(names)
    return names


async def crowd(world: World) -> Pair:
    """A pair, a waiting mentor and mentee, one pending, one declined, one withdrawn."""
    pair = await world.pair()
    await world.enroll(await world.person("Max"), pair.program, "MENTOR", capacity=3)
    await world.enroll(await world.person("Tess"), pair.program, "MENTEE")
    await world.enroll(await world.person("Penny"), pair.program, "MENTEE", approved=False)
    declined = await world.enroll(await world.person("Dan"), pair.program, "MENTOR", approved=False)
    (
        await pair.admin.ask(
            "mutation($id: ID!) { declineEnrollments(enrollmentIds: [$id]) { errors { code } } }",
            id=declined,
        )
    ).ok()
    will = await world.person("Will")
    withdrawn = await world.enroll(will, pair.program, "MENTEE")
    (
        await will.ask(
            "mutation($id: ID!) { withdrawEnrollment(enrollmentId: $id) { errors { code } } }",
            id=withdrawn,
        )
    ).ok()
    return pair


async def test_enrollments_are_listed_by_role_status_and_whether_they_are_matched(
    world: World,
) -> None:
    # given people in every state
    pair = await crowd(world)

    # when the admin lists them, they come in the order in which they enrolled
    for filters, names in (
        ({}, ["Mona", "Theo", "Max", "Tess", "Penny", "Dan", "Will"]),
        ({"role": "MENTOR"}, ["Mona", "Max", "Dan"]),
        ({"role": "MENTEE"}, ["Theo", "Tess", "Penny", "Will"]),
        ({"status": ["APPROVED"]}, ["Mona", "Theo", "Max", "Tess"]),
        ({"status": ["PENDING", "DECLINED"]}, ["Penny", "Dan"]),
        ({"status": []}, []),
        (
            {"status": None, "role": None, "unmatched": None},
            ["Mona", "Theo", "Max", "Tess", "Penny", "Dan", "Will"],
        ),
        ({"unmatched": True}, ["Max", "Tess", "Penny", "Dan", "Will"]),
        ({"unmatched": False}, ["Mona", "Theo"]),
        ({"unmatched": True, "status": ["APPROVED"], "role": "MENTEE"}, ["Tess"]),
        ({"unmatched": False, "status": ["WITHDRAWN"]}, []),
    ):
        assert await listed(pair.admin, pair.program, **filters) == names, filters


async def test_the_count_is_of_the_whole_list_whatever_the_page(world: World) -> None:
    pair = await crowd(world)
    names: list[str] = []
    after, more = None, True
    while more:
        answer = await pair.admin.ask(ENROLLMENTS, id=pair.program, first=3, after=after)
        read = answer.payload["enrollments"]
        assert read["totalCount"] == 7
        names += [node["user"]["displayName"] for node in read["nodes"]]
        after, more = read["pageInfo"]["endCursor"], read["pageInfo"]["hasNextPage"]
    assert names == ["Mona", "Theo", "Max", "Tess", "Penny", "Dan", "Will"]
    counted = await pair.admin.ask(ENROLLMENTS, id=pair.program, first=0, role="MENTOR")
    assert counted.payload["enrollments"]["totalCount"] == 3
    refused = await pair.admin.ask(ENROLLMENTS, id=pair.program, after="?")
    assert (refused.payload, refused.codes) == ({"enrollments": None}, ["BAD_CURSOR"])


async def test_a_pair_that_has_ended_is_unmatched_again(world: World) -> None:
    pair = await world.pair()
    end = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
    (await pair.mentor.ask(end, id=pair.match)).ok()
    assert await listed(pair.admin, pair.program, unmatched=True) == ["Mona", "Theo"]


async def test_the_numbers_of_a_program(world: World) -> None:
    # given people in every state, and a pair that has done two of eight steps
    pair = await crowd(world)
    steps: Any = await pair.mentor.ask(
        "query($id: ID!) { program(id: $id) { steps { id } } }", id=pair.program
    )
    for step in steps.payload["steps"][:2]:
        done = await pair.mentor.ask(
            """mutation($match: ID!, $step: ID!) {
                 completeStep(matchId: $match, stepId: $step) { errors { code } } }""",
            match=pair.match,
            step=step["id"],
        )
        done.ok()

    # when the admin asks, they are counted
    assert (await pair.admin.ask(STATS, id=pair.program)).payload["stats"] == {
        "mentors": 2,
        "mentees": 2,
        "pending": 1,
        "waitingMentees": 1,
        "openPlaces": 4,
        "stepsCompletedRatio": 2 / len(steps.payload["steps"]),
        "matchesByStatus": [{"status": "ACTIVE", "count": 1}],
    }


async def test_the_numbers_of_a_program_without_anybody_are_nought(world: World) -> None:
    ada = await world.person("Ada")
    program = await world.program(ada, await world.group(ada))
    stats = (await ada.ask(STATS, id=program)).payload["stats"]
    assert stats.pop("matchesByStatus") == []
    assert set(stats.values()) == {0}


async def test_the_log_tells_who_did_what_and_nothing_that_people_wrote(world: World) -> None:
    # given a program with a history
    pair = await crowd(world)
    await world.change(pair.admin, "closeProgram", pair.program)

    # when an admin reads the log, a few entries at a time
    entries: list[dict[str, Any]] = []
    after, more = None, True
    while more:
        answer: Answer = await pair.admin.ask(AUDIT, id=pair.program, first=4, after=after)
        read = answer.payload["auditLog"]
        entries += read["nodes"]
        after, more = read["pageInfo"]["endCursor"], read["pageInfo"]["hasNextPage"]

    # then everything is in it, in order, and counted
    assert read["totalCount"] == len(entries)
    assert len(entries) > len(read["nodes"])
    mona, theo = (
        world.enrollment(person, pair.program, role)
        for person, role in ((pair.mentor, "MENTOR"), (pair.mentee, "MENTEE"))
    )
    told = [(e["actor"]["displayName"], e["action"], e["subject"]) for e in entries]
    assert told[:9] == [
        ("Ada", "program.created", pair.program),
        ("Ada", "program.questions_set", pair.program),
        ("Ada", "program.opened", pair.program),
        ("Mona", "enrollment.enrolled", mona),
        ("Ada", "enrollment.approved", mona),
        ("Theo", "enrollment.enrolled", theo),
        ("Ada", "enrollment.approved", theo),
        ("Ada", "match.created", pair.match),
        ("Max", "enrollment.enrolled", told[8][2]),
    ]
    assert [action for _, action, _ in told[-4:]] == [
        "enrollment.enrolled",
        "enrollment.approved",
        "enrollment.withdrawn",
        "program.closed",
    ]
    assert ("Ada", "enrollment.declined") in [line[:2] for line in told]

    # and from its end back, it is the same
    before, more = None, True
    backwards: list[dict[str, Any]] = []
    while more:
        answer = await pair.admin.ask(AUDIT, id=pair.program, last=4, before=before)
        read = answer.payload["auditLog"]
        backwards = read["nodes"] + backwards
        before, more = read["pageInfo"]["startCursor"], read["pageInfo"]["hasPreviousPage"]
    assert backwards == entries
    assert [e["at"] for e in entries] == sorted(e["at"] for e in entries)
    facts = {name for entry in entries for name in entry["details"]}
    assert facts <= {"template", "count", "from", "to", "cause"}


async def test_what_is_for_admins_is_null_for_others_and_the_rest_arrives(world: World) -> None:
    pair = await world.pair()
    eve = await world.person("Eve")
    for person in (pair.mentor, eve):
        answer = await person.ask(GATED, id=pair.program)
        assert answer.codes == ["FORBIDDEN"] * 4
        assert answer.payload.pop("title")
        assert set(answer.payload.values()) == {None}
    assert (await pair.admin.ask(GATED, id=pair.program)).codes == []


async def test_each_sees_their_own_enrollments_in_a_program(world: World) -> None:
    pair = await world.pair()
    eve = await world.person("Eve")
    await world.enroll(pair.mentee, pair.program, "MENTOR", approved=False)
    own = (await pair.mentee.ask(MINE, id=pair.program)).payload["viewerEnrollments"]
    assert [(e["role"], e["status"], e["user"]["displayName"]) for e in own] == [
        ("MENTEE", "APPROVED", "Theo"),
        ("MENTOR", "PENDING", "Theo"),
    ]
    for person in (pair.admin, eve):
        assert (await person.ask(MINE, id=pair.program)).payload["viewerEnrollments"] == []
