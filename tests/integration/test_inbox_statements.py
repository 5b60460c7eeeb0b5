"""How many statements the long lists take: as many for fifty as for one."""

import pytest

from tests.conftest import COMPILED
from tests.integration.world import Person, World

INBOX = """{
  viewer {
    matches(first: 100) {
      totalCount
      nodes {
        id status unreadCount respondBy viewerAcceptedAt endsForSilenceAt
        currentStep { state step { title } }
        openCheckIn { id mine { mood } }
        partner { displayName }
        program { title }
        steps { state step { title } }
        messages(last: 20) {
          pageInfo { endCursor hasPreviousPage }
          nodes { number body sentAt sender { displayName } replyTo { number body } } } } } } }"""
CANDIDATES = """query($id: ID!) {
  program(id: $id) {
    title
    enrollments(first: 100) {
      totalCount
      nodes { role status openPlaces waitingSince goal user { displayName }
              answers { question { text } text } program { title } } } } }"""
GROUPS = """{
  groups(first: 40) {
    nodes {
      name memberCount viewerRole
      members(first: 5) { nodes { role user { displayName } } }
      programs(first: 3) { nodes { title steps { title } viewerEnrollments { role } } } } } }"""
SEND = """mutation($match: ID!, $key: ID!, $reply: ID) {
  sendMessage(input: {matchId: $match, body: "hello", clientKey: $key, replyToId: $reply}) {
    message { id } errors { code } } }"""
CREATE = """mutation($program: ID!, $pairs: [PairInput!]!) {
  createMatches(input: {programId: $program, pairs: $pairs}) {
    matches { id mentee { id } } errors { code } } }"""

PROGRAMS, MENTEES, MESSAGES = 5, 10, 3


async def mentor_of(world: World, programs: int, mentees: int) -> Person:
    """A mentor in so many programs, of so many in each; every pair has talked a little."""
    ada, mona = await world.people("Ada", "Mona")
    group = await world.group(ada)
    for _ in range(programs):
        program = await world.open_program(ada, group)
        mentor = await world.enroll(mona, program, "MENTOR", capacity=mentees)
        people = {p.id: p for p in await world.people(*["Theo"] * mentees)}
        enrolled = [await world.enroll(p, program, "MENTEE") for p in people.values()]
        pairs = [{"mentorEnrollmentId": mentor, "menteeEnrollmentId": e} for e in enrolled]
        matches = (await ada.ask(CREATE, program=program, pairs=pairs)).ok()["matches"]
        for match in matches:
            reply = None
            for i in range(MESSAGES):
                sender = mona if i % 2 else people[match["mentee"]["id"]]
                sent = await sender.ask(SEND, match=match["id"], key=str(i), reply=reply)
                reply = sent.ok()["message"]["id"]
    return mona


async def test_an_inbox_of_fifty_takes_as_many_statements_as_an_inbox_of_one(
    world: World, statements: list[str]
) -> None:
    # given somebody with one match, and somebody with fifty in five programs
    one = await mentor_of(world, 1, 1)
    fifty = await mentor_of(world, PROGRAMS, MENTEES)
    counted = {}
    for person, count in ((one, 1), (fifty, PROGRAMS * MENTEES)):
        # when they open their inbox
        statements.clear()
        answer = await person.ask(INBOX)
        counted[count] = len(statements)
        # then all of it is there
        matches = answer.payload["matches"]
        assert answer.errors == [] and matches["totalCount"] == len(matches["nodes"]) == count
        for match in matches["nodes"]:
            assert match["partner"]["displayName"] == "Theo" and match["unreadCount"] == 2
            assert [s["state"] for s in match["steps"]][:2] == ["CURRENT", "UPCOMING"]
            assert match["currentStep"] == match["steps"][0]
            messages = match["messages"]["nodes"]
            assert [m["replyTo"] and m["replyTo"]["number"] for m in messages] == [None, 1, 2]
    # and it took this many statements: the session, the matches with all that is asked of each,
    # how many there are, and the messages that others answer; where documents are walked, one each
    # more for programs, steps, unread messages, messages, and where the pair stands: what was
    # accepted, which step comes next, and which check-in is open
    expected = 4 if COMPILED else 11
    assert counted == {1: expected, 50: expected}


async def test_candidates_and_their_answers_take_a_fixed_number_of_statements(
    world: World, statements: list[str]
) -> None:
    ada = await world.person("Ada")
    group = await world.group(ada)
    question = {"key": "why", "role": None, "text": "Why?", "required": True}
    counted = {}
    for count in (1, 50):
        # given a program with so many enrolled
        program = await world.open_program(ada, group, questions=[question])
        for i in range(count):
            answers = [{"questionKey": "why", "text": f"because {i}"}]
            person = await world.person(f"P{i}")
            await world.enroll(
                person, program, "MENTEE", approved=False, answers=answers, goal=f"goal {i}"
            )
        # when its admin reads them all
        statements.clear()
        answer = await ada.ask(CANDIDATES, id=program)
        counted[count] = len(statements)
        # then each is there with their answers
        found = answer.payload["enrollments"]
        assert answer.errors == [] and found["totalCount"] == count
        assert [e["answers"][0]["text"] for e in found["nodes"]] == [
            f"because {i}" for i in range(count)
        ]
    # and it took the session, the program with its enrollments, and how many there are; where
    # documents are walked, one more for the enrollments
    expected = 3 if COMPILED else 4
    assert counted == {1: expected, 50: expected}


@pytest.mark.parametrize("count", [1, 30])
async def test_groups_with_their_programs_take_a_fixed_number_of_statements(
    world: World, statements: list[str], count: int
) -> None:
    # given so many groups, each with a program somebody is enrolled in
    ada, theo = await world.people("Ada", "Theo")
    for _ in range(count):
        program = await world.open_program(ada, await world.group(ada))
        await world.enroll(theo, program, "MENTEE", approved=False)
    # when they are listed
    statements.clear()
    answer = await theo.ask(GROUPS)
    # then it took the session, the groups, how many members they have, members, programs, steps,
    # and one's own enrollments
    assert len(statements) == 7
    groups = answer.payload["nodes"]
    assert answer.errors == [] and len(groups) == count
    for group in groups:
        assert [m["user"]["displayName"] for m in group["members"]["nodes"]] == ["Ada", "Theo"]
        (program,) = group["programs"]["nodes"]
        assert len(program["steps"]) > 5 and program["viewerEnrollments"] == [{"role": "MENTEE"}]


async def test_members_are_not_counted_for_whoever_does_not_ask_how_many_they_are(
    world: World, statements: list[str]
) -> None:
    ada = await world.person("Ada")
    await world.group(ada)

    for asked, counted in ("name", False), ("memberCount", True):
        statements.clear()
        answer = await ada.ask(f"{{ groups {{ nodes {{ {asked} }} }} }}")

        assert answer.errors == [] and len(answer.payload["nodes"]) == 1
        assert any("count(*) FROM group_members" in sql for sql in statements) is counted
