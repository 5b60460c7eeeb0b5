"""Cases of people who are gone: kept while they are open, and forgotten when they are closed."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain import retention
from domain.clock import clock
from domain.retention import forget_old_data
from models.database import fetch
from tests.integration.cases import report, resolve, send
from tests.integration.data_rights import DELETE, export
from tests.integration.world import Pair, World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def case(world: World) -> tuple[Pair, str, Any]:
    """A case that the mentor made about the mentee, with a message of theirs, and a moderator."""
    pair = await world.pair()
    message = await send(pair.mentee, pair.match, "a bad word")
    made = await report(pair.mentor, {"messageId": message}, message)
    return pair, made, await world.person("Mo", is_moderator=True)


async def evidence() -> int:
    count: int = (await fetch("SELECT count(*) FROM report_evidence"))[0][0]
    return count


async def test_evidence_of_an_open_case_outlives_its_sender_until_the_case_is_closed(
    case: tuple[Pair, str, Any],
) -> None:
    pair, made, moderator = case
    (await pair.mentee.ask(DELETE)).ok()

    await forget_old_data()
    assert await evidence() == 1
    (await resolve(moderator, made, "DISMISS")).ok()
    await forget_old_data()
    assert await evidence() == 0


async def test_a_case_is_looked_at_until_it_is_settled_however_late(
    case: tuple[Pair, str, Any],
) -> None:
    # given a case that somebody left open, and that was closed while nobody kept time
    pair, made, moderator = case
    (await pair.mentee.ask(DELETE)).ok()
    (await resolve(moderator, made, "DISMISS")).ok()
    clock.advance(timedelta(days=90))
    # when time is kept again, then it is done, and not looked at any more
    await forget_old_data()
    assert await evidence() == 0
    (settled,) = await fetch("SELECT settled_at FROM reports")
    assert settled[0] == clock.now()


async def test_copies_are_kept_for_as_long_as_the_settings_say_and_the_case_for_longer(
    case: tuple[Pair, str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given two closed cases, more than are gone through at once, and one that is open
    pair, made, moderator = case
    monkeypatch.setattr(retention, "CASES", 1)
    for closed in (made, await report(pair.mentor, {"matchId": pair.match})):
        (await resolve(moderator, closed, "DISMISS")).ok()
    message = await send(pair.mentee, pair.match, "another one")
    await report(pair.mentor, {"messageId": message}, message)
    # when their time is over
    clock.advance(timedelta(days=729))
    await forget_old_data()
    assert await evidence() == 2
    clock.advance(timedelta(days=3))
    await forget_old_data()
    # then the copies of what is closed are gone, and nothing is looked at again
    assert await evidence() == 1
    assert len(await fetch("SELECT 1 FROM reports WHERE forgotten_at IS NOT NULL")) == 2
    assert len(await fetch("SELECT 1 FROM reports")) == 3


async def test_evidence_of_a_closed_case_goes_with_its_sender(case: tuple[Pair, str, Any]) -> None:
    pair, made, moderator = case
    (await resolve(moderator, made, "WARN")).ok()
    assert len(await fetch("SELECT 1 FROM notices")) == 1

    (await pair.mentee.ask(DELETE)).ok()

    assert await evidence() == 0
    assert await fetch("SELECT 1 FROM notices") == []
    assert len(await fetch("SELECT 1 FROM reports")) == 1


async def test_what_somebody_reported_goes_with_them_once_it_is_closed(
    case: tuple[Pair, str, Any],
) -> None:
    pair, made, moderator = case
    (await pair.mentor.ask(DELETE)).ok()
    assert len(await fetch("SELECT 1 FROM reports")) == 1

    (await resolve(moderator, made, "DISMISS")).ok()
    await forget_old_data()

    assert await fetch("SELECT 1 FROM reports") == []


async def test_evidence_is_kept_for_two_years_after_the_case_is_closed(
    case: tuple[Pair, str, Any],
) -> None:
    _, made, moderator = case
    (await resolve(moderator, made, "WARN")).ok()

    clock.advance(timedelta(days=700))
    await forget_old_data()
    assert await evidence() == 1
    clock.advance(timedelta(days=40))
    await forget_old_data()
    assert await evidence() == 0


async def test_who_reported_gets_the_report_and_who_was_reported_hears_nothing_of_it(
    case: tuple[Pair, str, Any],
) -> None:
    pair, made, moderator = case
    (await resolve(moderator, made, "WARN")).ok()
    block = "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }"
    (await pair.mentor.ask(block, id=pair.mentee.id)).ok()

    mine, theirs = await export(pair.mentor), await export(pair.mentee)

    assert [r["details"] for r in mine["reports"]] == ["Look."]
    assert [e["body"] for e in mine["reportEvidence"]] == ["a bad word"]
    assert [b["blockedId"] for b in mine["blocks"]] == [pair.mentee.id]
    assert [n["action"] for n in theirs["notices"]] == ["WARN"]
    assert theirs["reports"] == theirs["reportEvidence"] == theirs["blocks"] == []
    for secret in (made, "Look.", "report"):
        assert secret not in str(theirs["decisions"]) + str(theirs["actions"])


async def test_who_is_gone_is_warned_of_nothing(case: tuple[Pair, str, Any]) -> None:
    pair, made, moderator = case
    (await pair.mentee.ask(DELETE)).ok()

    for action in ("WARN", "SUSPEND_USER", "MARK_UNDERAGE"):
        refused = await resolve(moderator, made, action)
        assert refused.refusals == [("ILLEGAL_STATE", ("reportId",))], action
    assert await fetch("SELECT 1 FROM notices") == []
    (await resolve(moderator, made, "DISMISS")).ok()


async def test_a_warning_while_the_account_is_erased_leaves_no_notice_with_the_shell(
    case: tuple[Pair, str, Any],
) -> None:
    pair, made, moderator = case

    warned, erased = await asyncio.gather(resolve(moderator, made, "WARN"), pair.mentee.ask(DELETE))

    erased.ok()
    assert warned.refusals in ([], [("ILLEGAL_STATE", ("reportId",))])
    assert await fetch("SELECT 1 FROM notices") == []


async def test_moderators_get_what_they_decided_and_noted(case: tuple[Pair, str, Any]) -> None:
    pair, made, moderator = case
    (await resolve(moderator, made, "DISMISS")).ok()
    ((decision,), others) = [(await export(one))["moderation"] for one in (moderator, pair.mentor)]
    assert decision.pop("at") and others == []
    assert decision == {"reportId": made, "action": "DISMISS", "note": "Seen to."}
