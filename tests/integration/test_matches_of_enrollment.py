"""What came of an enrollment: for who enrolled and the program's admins, and for nobody else."""

from typing import Any

from tests.integration.world import Pair, World

OF_ONE = """query($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on Enrollment {
  role matches(first: $first, after: $after) {
    totalCount nodes { status mentor { displayName } mentee { displayName } }
    pageInfo { hasNextPage endCursor } } } } }"""
OF_ALL = """query($id: ID!) { program(id: $id) { enrollments { nodes {
  user { displayName } role matches { totalCount nodes { id } } } } } }"""
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"


async def history(world: World) -> Pair:
    """Theo's first match is over, and so is Mona's; he was paired again, with Max, and she with
    Tess."""
    pair = await world.pair()
    (await pair.mentee.ask(END, id=pair.match)).ok()
    max, tess = await world.people("Max", "Tess")
    await world.enroll(max, pair.program, "MENTOR")
    await world.enroll(tess, pair.program, "MENTEE")
    await world.match(pair.admin, pair.program, max, pair.mentee)
    await world.match(pair.admin, pair.program, pair.mentor, tess)
    return pair


def said(matches: Any) -> list[tuple[str, str, str]]:
    return [
        (node["mentor"]["displayName"], node["mentee"]["displayName"], node["status"])
        for node in matches["nodes"]
    ]


async def test_who_enrolled_and_the_admins_read_all_that_came_of_it(world: World) -> None:
    # given a mentor and a mentee with two matches each, the first of which is over
    pair = await history(world)
    both = {
        "MENTOR": [("Mona", "Theo", "ENDED"), ("Mona", "Tess", "ACTIVE")],
        "MENTEE": [("Mona", "Theo", "ENDED"), ("Max", "Theo", "ACTIVE")],
    }
    for person, role in ((pair.mentor, "MENTOR"), (pair.mentee, "MENTEE")):
        enrollment = world.enrollment(person, pair.program, role)
        # when they, or an admin, ask, it is oldest first, and counted
        for viewer in (person, pair.admin):
            shown = (await viewer.ask(OF_ONE, id=enrollment)).ok()
            assert said(shown["matches"]) == both[role]
            assert shown["matches"]["totalCount"] == 2
        # and page by page it is the same
        pages, after, more = [], None, True
        while more:
            answer = await person.ask(OF_ONE, id=enrollment, first=1, after=after)
            page = answer.ok()["matches"]
            pages += said(page)
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert pages == both[role]


async def test_to_the_partner_it_is_forbidden_and_the_rest_arrives(world: World) -> None:
    pair = await world.pair()
    mine = world.enrollment(pair.mentor, pair.program, "MENTOR")
    answer = await pair.mentee.ask(OF_ONE, id=mine)
    assert answer.payload == {"role": "MENTOR", "matches": None}
    assert answer.codes == ["FORBIDDEN"]


async def test_those_of_a_whole_page_of_people_are_read_together(
    world: World, statements: list[str]
) -> None:
    # given a program of two people, and one of four
    small, large = await world.pair(), await history(world)
    taken = []
    for pair in (small, large):
        statements.clear()
        listed = (await pair.admin.ask(OF_ALL, id=pair.program)).ok()["enrollments"]["nodes"]
        taken.append(len(statements))
    # then it takes as many statements, and each has their own
    assert taken[0] == taken[1]
    counts = {node["user"]["displayName"]: node["matches"]["totalCount"] for node in listed}
    assert counts == {"Mona": 2, "Theo": 2, "Max": 1, "Tess": 1}
    assert all(len(node["matches"]["nodes"]) == node["matches"]["totalCount"] for node in listed)
