"""The queue, who decides, who is told what of it, and what is written down."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.clock import clock
from models.database import execute, fetch
from tests.integration.cases import notices, report, resolve, send
from tests.integration.world import Pair, Person, World

QUEUE = """
query($status: [ReportStatus!], $first: Int, $after: String, $last: Int) { moderation {
  reports(status: $status, first: $first, after: $after, last: $last) {
    totalCount nodes { id status } pageInfo { hasNextPage endCursor } } } }"""
ONE = "query($id: ID!) { moderation { report(id: $id) { id evidence { body } } } }"


@pytest.fixture
async def pair(world: World) -> Pair:
    clock.set(datetime(2031, 3, 1, tzinfo=UTC))
    return await world.pair()


async def test_the_queue_is_oldest_first_in_pages_and_by_status(pair: Pair, mo: Person) -> None:
    ids = [await report(pair.mentee, {"matchId": pair.match}) for _ in range(3)]
    (await resolve(mo, ids[0], "DISMISS")).ok()
    (await resolve(mo, ids[2], "WARN")).ok()

    async def page(**variables: Any) -> list[tuple[str, str]]:
        shown = (await mo.ask(QUEUE, **variables)).ok()["reports"]
        return [(node["id"], node["status"]) for node in shown["nodes"]]

    all = [(ids[0], "DISMISSED"), (ids[1], "OPEN"), (ids[2], "ACTED")]
    assert await page() == all
    assert await page(status=["OPEN"]) == all[1:2]
    assert await page(status=["DISMISSED", "ACTED"]) == [all[0], all[2]]
    assert await page(status=[]) == []
    after = (await mo.ask(QUEUE, first=2)).ok()["reports"]["pageInfo"]
    assert after["hasNextPage"]
    assert await page(first=2, after=after["endCursor"]) == all[2:]
    assert await page(last=2) == all[1:]
    assert (await mo.ask(QUEUE, status=["OPEN"], first=0)).ok()["reports"]["totalCount"] == 1


async def test_dismissing_tells_nobody_anything(pair: Pair, mo: Person) -> None:
    id = await report(pair.mentee, {"matchId": pair.match})
    done = (await resolve(mo, id, "DISMISS")).ok()["report"]
    assert done["resolution"] == {
        "action": "DISMISS",
        "note": "Seen to.",
        "moderator": {"id": mo.id},
    }
    assert (done["status"], done["resolvedAt"]) == ("DISMISSED", clock.now().isoformat())
    assert await notices(pair.mentor) == await notices(pair.mentee) == []
    # and it is over: nothing else can be done about it
    for action in ("DISMISS", "WARN", "FREEZE_MATCH", "SUSPEND_USER"):
        assert (await resolve(mo, id, action)).refusals == [("ILLEGAL_STATE", ("reportId",))]


async def test_a_warning_states_the_rule_in_the_persons_language_and_names_nobody(
    world: World, pair: Pair, mo: Person
) -> None:
    await execute("UPDATE users SET locale = 'FR' WHERE id = $1", pair.mentor.key)
    id = await report(pair.mentee, {"matchId": pair.match}, reason="SCAM")
    (await resolve(mo, id, "WARN")).ok()

    (told,) = await notices(pair.mentor)
    assert told == {
        "action": "WARN",
        "reason": "SCAM",
        "message": "Personne ne doit être trompé ni sollicité pour de l’argent ici. "
        "Un·e modérateur·rice vous demande de respecter cette règle.",
        "at": clock.now().isoformat(),
    }
    for person in (pair.mentee, pair.admin, mo):
        assert await notices(person) == []


async def test_what_moderators_do_is_written_down_where_no_admin_reads(
    pair: Pair, mo: Person
) -> None:
    message = await send(pair.mentor, pair.match, "bad")
    id = await report(pair.mentee, {"messageId": message})
    log = "query($id: ID!) { program(id: $id) { auditLog(first: 100) { nodes { action } } } }"
    before = (await pair.admin.ask(log, id=pair.program)).data
    # when a moderator looks twice at the evidence, once at the report, and freezes the match
    (await mo.ask(ONE, id=id)).ok()
    (await mo.ask(ONE, id=id)).ok()
    (await mo.ask(QUEUE)).ok()
    (await resolve(mo, id, "FREEZE_MATCH")).ok()
    (await resolve(mo, id, "UNFREEZE_MATCH")).ok()

    # then each look at the evidence and each action is there, and none of it is in the admins' log
    rows = await fetch(
        """SELECT action, actor_id, program_id, subject, details::text FROM audit_entries
           WHERE actor_id = $1 ORDER BY id""",
        mo.key,
    )
    assert [tuple(row) for row in rows] == [
        ("report.evidence_viewed", mo.key, None, id, "{}"),
        ("report.evidence_viewed", mo.key, None, id, "{}"),
        ("match.frozen", mo.key, None, pair.match, '{"to": "FROZEN", "from": "ACTIVE"}'),
        ("report.resolved", mo.key, None, id, '{"action": "FREEZE_MATCH"}'),
        ("match.unfrozen", mo.key, None, pair.match, '{"to": "ACTIVE", "from": "FROZEN"}'),
        ("report.resolved", mo.key, None, id, '{"action": "UNFREEZE_MATCH"}'),
    ]
    assert (await pair.admin.ask(log, id=pair.program)).data == before


async def test_a_match_that_ends_while_it_is_frozen_tells_its_admins_nothing_of_that(
    pair: Pair, mo: Person
) -> None:
    id = await report(pair.mentee, {"matchId": pair.match})
    pause = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code } } }"
    (await pair.mentor.ask(pause, id=pair.match)).ok()
    (await resolve(mo, id, "FREEZE_MATCH")).ok()
    (await resolve(mo, id, "END_MATCH")).ok()

    log = """query($id: ID!) { program(id: $id) { auditLog(first: 100) {
      nodes { action details } } } }"""
    answer = await pair.admin.ask(log, id=pair.program)
    told = {one["action"]: one["details"] for one in answer.ok()["auditLog"]["nodes"]}
    assert told["match.ended"] == {"from": "PAUSED", "to": "ENDED"}
    assert "FROZEN" not in str(told)


async def test_only_moderators_in_good_standing_decide_and_what_is_not_there_is_not_found(
    world: World, pair: Pair, mo: Person
) -> None:
    id = await report(pair.mentee, {"matchId": pair.match})
    for person, code in (
        (pair.mentor, "FORBIDDEN"),
        (pair.mentee, "FORBIDDEN"),
        (pair.admin, "FORBIDDEN"),
        (world.nobody, "UNAUTHENTICATED"),
        (await world.person("Sue", is_moderator=True, suspended=True), "SUSPENDED"),
    ):
        assert (await resolve(person, id, "DISMISS")).codes == [code]
        assert (await person.ask(QUEUE)).codes == [code]
    for nothing in ("report_" + "0" * 32, pair.match, "", "\0"):
        assert (await resolve(mo, nothing, "WARN")).refusals == [("NOT_FOUND", ("reportId",))]
        assert (await mo.ask(ONE, id=nothing)).payload == {"report": None}
    # and who is no moderator any more is none at once
    await execute("UPDATE users SET is_moderator = false WHERE id = $1", mo.key)
    assert (await resolve(mo, id, "DISMISS")).codes == ["FORBIDDEN"]


async def test_a_moderator_who_reports_is_a_reporter_like_any_other(
    world: World, pair: Pair, mo: Person
) -> None:
    # given a moderator who shares a group with the pair and reports one of them
    await world.join(mo, pair.group)
    id = await report(mo, {"userId": pair.mentor.id})
    other = await world.person("Max", is_moderator=True)
    (await resolve(other, id, "WARN")).ok()

    # then they read their own report, and neither who judged it nor how
    own = "{ viewer { reports { nodes { id evidence { body } resolution { note } } } } }"
    answer = await mo.ask(own)
    assert answer.payload["reports"]["nodes"] == [{"id": id, "evidence": [], "resolution": None}]
    assert answer.codes == ["FORBIDDEN"]
    # and it is in no queue of theirs
    assert (await mo.ask(QUEUE)).ok()["reports"]["nodes"] == []
    assert [one["id"] for one in (await other.ask(QUEUE)).ok()["reports"]["nodes"]] == [id]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_whoever_runs_the_program_does_not_judge_it(
    world: World, pair: Pair, mo: Person, when: str
) -> None:
    make = """mutation($group: ID!, $user: ID!, $role: GroupRole!) {
      setGroupRole(input: {groupId: $group, userId: $user, role: $role}) { errors { code } } }"""
    await world.join(mo, pair.group)

    async def be(role: str) -> None:
        (await pair.admin.ask(make, group=pair.group, user=mo.id, role=role)).ok()

    # given a moderator who is an admin of the program's group, or becomes one
    if when == "before":
        await be("ADMIN")
    id = await report(pair.mentee, {"programId": pair.program})
    if when == "after":
        await be("ADMIN")

    # then the case is not there for them; for one who was no admin then, until they are none again
    assert (await mo.ask(ONE, id=id)).payload == {"report": None}
    await be("MEMBER")
    shown = (await mo.ask(ONE, id=id)).payload["report"]
    assert (shown is None) == (when == "before")


async def test_of_two_who_resolve_at_once_one_is_refused(
    world: World, pair: Pair, mo: Person
) -> None:
    max = await world.person("Max", is_moderator=True)
    for action in ("DISMISS", "WARN", "FREEZE_MATCH", "END_MATCH"):
        id = await report(pair.mentee, {"matchId": pair.match})
        answers = await asyncio.gather(*(resolve(one, id, action) for one in (mo, max)))
        refused = sorted(answer.refusals for answer in answers)
        assert refused == [[], [("ILLEGAL_STATE", ("reportId",))]], action
    assert len(await notices(pair.mentor)) == 3


async def test_a_page_of_cases_takes_as_many_statements_as_one_case(
    world: World, pair: Pair, mo: Person, statements: list[str]
) -> None:
    full = """{ moderation { reports { nodes { details reporter { displayName }
      reportedUser { displayName } evidence { body } resolution { note moderator { id } } } } } }"""
    counts = []
    for _ in range(2):
        for _ in range(3):
            message = await send(pair.mentor, pair.match, f"{len(statements)}")
            (await resolve(mo, await report(pair.mentee, {"messageId": message}), "WARN")).ok()
        statements.clear()
        (await mo.ask(full)).ok()
        counts.append(len(statements))
    assert counts[0] == counts[1] < 6
