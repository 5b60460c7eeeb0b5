"""What the viewer sees of their own: groups, enrollments, matches; each list page by page."""

from typing import Any

from tests.integration.cases import report, resolve
from tests.integration.world import Person, World

LISTS = """
query($first: Int, $groups: String, $enrollments: String, $matches: String,
      $status: [MatchStatus!]) {
  viewer {
    groups(first: $first, after: $groups) {
      nodes { name viewerRole } pageInfo { hasNextPage endCursor } }
    enrollments(first: $first, after: $enrollments) {
      totalCount nodes { role program { title } } pageInfo { hasNextPage endCursor } }
    matches(first: $first, after: $matches, status: $status) {
      totalCount nodes { status partner { displayName } program { title } }
      pageInfo { hasNextPage endCursor } } } }"""
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"


async def busy(world: World) -> Person:
    """Theo, mentee in two programs and mentor in a third, of two groups; one match is over."""
    ada, mona, theo, tess = await world.people("Ada", "Mona", "Theo", "Tess")
    days, nights = await world.group(ada, name="Days"), await world.group(ada, name="Nights")
    await world.group(ada, name="Not his")
    for title, group, mentor, mentee in (
        ("One", days, mona, theo),
        ("Two", nights, mona, theo),
        ("Three", nights, theo, tess),
    ):
        program = await world.open_program(ada, group, title=title)
        await world.enroll(mentor, program, "MENTOR")
        await world.enroll(mentee, program, "MENTEE")
        match = await world.match(ada, program, mentor, mentee)
        if title == "One":
            (await mona.ask(END, id=match)).ok()
    return theo


def said(viewer: dict[str, Any]) -> dict[str, list[Any]]:
    return {
        "groups": [node["name"] for node in viewer["groups"]["nodes"]],
        "enrollments": [node["program"]["title"] for node in viewer["enrollments"]["nodes"]],
        "matches": [
            (node["program"]["title"], node["partner"]["displayName"], node["status"])
            for node in viewer["matches"]["nodes"]
        ],
    }


MATCHES = [("One", "Mona", "ENDED"), ("Two", "Mona", "ACTIVE"), ("Three", "Tess", "ACTIVE")]
ALL = {"groups": ["Days", "Nights"], "enrollments": ["One", "Two", "Three"], "matches": MATCHES}


async def test_the_viewer_sees_all_that_is_theirs_and_nothing_else(world: World) -> None:
    theo = await busy(world)
    viewer = (await theo.ask(LISTS)).payload
    assert said(viewer) == ALL
    assert (viewer["enrollments"]["totalCount"], viewer["matches"]["totalCount"]) == (3, 3)


async def test_all_pages_together_are_the_lists(world: World) -> None:
    theo = await busy(world)
    for first in (1, 2, 3):
        seen: dict[str, list[Any]] = {name: [] for name in ALL}
        after: dict[str, str | None] = {}
        more = True
        while more:
            viewer = (await theo.ask(LISTS, first=first, **after)).payload
            for name, rows in said(viewer).items():
                info = viewer[name]["pageInfo"]
                seen[name] += rows
                after[name] = info["endCursor"] or after[name]
            more = any(viewer[name]["pageInfo"]["hasNextPage"] for name in ALL)
        assert seen == ALL


async def test_matches_are_listed_and_counted_by_status(world: World) -> None:
    theo = await busy(world)
    for status, matches in (
        (["ACTIVE"], MATCHES[1:]),
        (["ENDED", "PAUSED"], MATCHES[:1]),
        ([], []),
        (None, MATCHES),
    ):
        viewer = (await theo.ask(LISTS, status=status)).payload
        assert said(viewer)["matches"] == matches
        assert viewer["matches"]["totalCount"] == len(matches)


async def test_minors_have_groups_and_nothing_of_programs(world: World) -> None:
    # given a minor, and somebody of unknown age, in a group
    ada = await world.person("Ada")
    group = await world.group(ada)
    for young, code in (
        (await world.minor("Max"), "AGE_RESTRICTED"),
        (await world.of_unknown_age("Alex"), "AGE_UNKNOWN"),
    ):
        await world.join(young, group)

        # when they look at their own, the groups arrive, and why the rest does not
        answer = await young.ask(LISTS)
        assert [node["name"] for node in answer.payload["groups"]["nodes"]] == ["Parents"]
        assert answer.payload["enrollments"] is answer.payload["matches"] is None
        assert answer.codes == [code, code]


async def test_a_bad_cursor_spoils_its_own_list_and_no_other(world: World) -> None:
    theo = await busy(world)
    answer = await theo.ask(LISTS, enrollments="?")
    assert answer.codes == ["BAD_CURSOR"]
    assert answer.payload["enrollments"] is None
    assert [node["name"] for node in answer.payload["groups"]["nodes"]] == ALL["groups"]


async def test_what_is_listed_oldest_first_can_be_asked_for_from_its_end(world: World) -> None:
    # given a pair, one of whom has been told of two decisions, and has reported twice
    pair = await world.pair()
    moderator = await world.person("Mo", is_moderator=True)
    for action in ("FREEZE_MATCH", "WARN"):
        await report(pair.mentor, {"matchId": pair.match})
        case = await report(pair.mentee, {"matchId": pair.match})
        (await resolve(moderator, case, action)).ok()

    # when they ask for the last of each
    answer = await pair.mentor.ask(
        """{ viewer {
          told: notices { nodes { id } } newest: notices(last: 1) { nodes { id action } }
          made: reports { nodes { id } } last: reports(last: 1) { totalCount nodes { id } }
          checkInReminders(last: 1) { nodes { id } }
          matches { nodes { checkIns(last: 1) { nodes { id } } } } } }"""
    )

    # then it is the newest
    shown = answer.ok()
    assert [node["action"] for node in shown["newest"]["nodes"]] == ["WARN"]
    assert shown["newest"]["nodes"][0]["id"] == shown["told"]["nodes"][1]["id"]
    assert shown["last"] == {"totalCount": 2, "nodes": shown["made"]["nodes"][1:]}
