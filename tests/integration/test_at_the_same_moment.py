"""What safety and data rights promise, when two things happen at once or one after the other."""

from typing import Any

import pytest

from domain import accounts, erasure, reports
from domain.clock import clock
from domain.denials import Unauthenticated
from domain.export import export_data
from domain.passwords import hash_password, is_password
from domain.refusals import BadCredentials
from domain.subjects import Subject
from domain.viewer import of_session
from models.database import execute, fetch
from models.ids import id_of
from models.reports import ReportReason
from server.ticking import tick
from tests.integration.cases import report, send
from tests.integration.passing_time import answer_check_in, check_ins, moment, until
from tests.integration.races import overtaken
from tests.integration.world import World

pytestmark = pytest.mark.anyio

QUEUE = "{ moderation { reports { nodes { id } } } }"
BLOCK = "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }"
PASSWORD = "the password of old"


async def test_a_moderator_does_not_judge_the_pairs_of_a_group_they_run(world: World) -> None:
    # given a case in a group whose admin is a moderator, and a moderator from elsewhere
    pair = await world.pair()
    elsewhere = await world.person("Mo", is_moderator=True)
    await execute("UPDATE users SET is_moderator = true WHERE id = $1", pair.admin.key)
    message = await send(pair.mentor, pair.match, "between the two alone")
    case = await report(pair.mentee, {"messageId": message})

    # then the one sees it, the other does not, whatever was reported
    assert (await elsewhere.ask(QUEUE)).ok()["reports"]["nodes"] == [{"id": case}]
    await report(pair.mentee, {"matchId": pair.match})
    assert (await pair.admin.ask(QUEUE)).ok()["reports"]["nodes"] == []


async def test_what_the_end_of_a_match_cut_off_stays_sealed_in_the_export_too(
    world: World,
) -> None:
    clock.set(moment("2026-09-01 12:00"))
    pair = await world.pair()
    clock.set(moment("2026-09-06 10:00"))
    await tick()
    assert await answer_check_in(pair.mentee, pair.match, note="he frightens me") == []
    (await pair.mentee.ask(BLOCK, id=pair.mentor.id)).ok()

    await until("2026-09-20 10:00")

    assert (await check_ins(pair.mentor, pair.match))[-1]["partners"] is None
    viewer = await of_session(pair.mentor.session)
    assert viewer is not None
    theirs = await (await export_data(viewer)).whole()
    assert pair.match.encode() in theirs and b"he frightens me" not in theirs


async def test_who_is_erased_while_they_report_has_reported_nothing(world: World) -> None:
    pair = await world.pair()
    viewer = await of_session(pair.mentee.session)
    assert viewer is not None
    subject = Subject(match=id_of("match", pair.match))

    late = reports.report(viewer, subject, ReportReason.OTHER, "my words", [])
    with pytest.raises(Unauthenticated):
        await overtaken(erasure.delete_account(viewer, None), late)

    assert await fetch("SELECT 1 FROM reports") == []


async def test_a_password_that_is_changed_while_it_is_checked_opens_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given somebody who signs in with a password that is changed before they are let in
    owner = await world.person("Owner", email="owner@example.org")
    await execute(
        "UPDATE users SET password_hash = $2 WHERE id = $1",
        *(owner.key, await hash_password(PASSWORD)),
    )
    viewer = await of_session(owner.session)
    assert viewer is not None
    checks = [0]

    async def late(stored: Any, password: str) -> bool:
        found = await is_password(stored, password)
        checks[0] += 1
        if checks[0] == 1:
            await accounts.change_password(viewer, PASSWORD, "the password of now")
        return found

    monkeypatch.setattr("domain.accounts.is_password", late)

    with pytest.raises(BadCredentials):
        await accounts.sign_in("owner@example.org", PASSWORD)
