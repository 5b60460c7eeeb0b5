"""From settings to a process that serves, and back."""

import asyncio
import json
from urllib.parse import quote

import pytest
import structlog
from starlette.requests import Request

import realtime
from domain.clock import clock
from domain.configuration import configuration
from models import presence
from models.database import execute, fetch, fetch_one
from models.encryption import new_data_key
from models.groups import GroupCategory
from models.ids import new_id
from models.transactions import after_commit, transactional
from realtime.hub import Hub
from server import health, ticking
from server.failing import CannotStart
from server.settings import Settings, settings_of
from server.startup import running
from server.ticking import keep_ticking, tick
from tests.servers import MASTER_KEY, SECRET_KEY, url_of
from tests.waiting import PATIENCE


def on(settings: Settings, url: str) -> Settings:
    return settings.model_copy(update={"database_url": url})


@pytest.fixture(name="settings")
def _settings(database: str) -> Settings:
    """A process of its own on the database of the test, which leaves it as it was."""
    return settings_of(
        database_url=database,
        secret_key=SECRET_KEY,
        master_keys=MASTER_KEY,
        mentoring_categories="PARENTING",
        access_token_minutes=5,
        pool_size=2,
    )


async def test_a_running_process_has_database_keys_rules_and_wake_ups(settings: Settings) -> None:
    async with running(settings) as hub:
        assert await fetch_one("SELECT 1 FROM users") is None
        assert new_data_key(new_id())
        assert configuration().mentoring_categories == {GroupCategory.PARENTING}
        assert configuration().access_token_life.total_seconds() == 300
        assert hub.is_listening


async def test_what_has_begun_is_committed_and_told_before_the_process_ends(
    settings: Settings,
) -> None:
    # given somebody in another process who waits
    async with Hub(settings.database_url or "") as elsewhere:
        with elsewhere.watch("group") as woken:

            @transactional
            async def write() -> None:
                await fetch("SELECT pg_sleep(0.2)")
                await execute(
                    """INSERT INTO groups (id, name, description, category, created_at)
                       VALUES ($1, 'Late', '', 'PARENTING', $2)""",
                    *(new_id(), clock.now()),
                )
                after_commit(lambda: realtime.wake("group"))

            # when a process is left in the middle of a transaction
            async with running(settings):
                writing = asyncio.ensure_future(write())
                await asyncio.sleep(0)

            # then it was finished, and is told
            await writing
            await asyncio.wait_for(woken.wait(), 5)
    async with running(settings):
        assert len(await fetch("SELECT 1 FROM groups")) == 1


async def test_it_does_not_start_on_a_database_that_lacks_migrations(
    settings: Settings, empty_database: str
) -> None:
    # of an empty one the sentence says what to do
    with pytest.raises(CannotStart, match="run `compagnon migrate` first"):
        async with running(on(settings, empty_database)):
            pass


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://postgres@127.0.0.1:1/nothing", "cannot be used.*Connect call failed"),
        (f"postgresql://postgres@/x?host={quote('/nowhere at all')}", "cannot be used"),
    ],
)
async def test_it_does_not_start_without_database(settings: Settings, url: str, words: str) -> None:
    with pytest.raises(CannotStart, match=words):
        async with running(on(settings, url)):
            pass


async def test_one_that_could_not_start_has_left_nothing_behind(
    settings: Settings, postgres_url: str
) -> None:
    with pytest.raises(CannotStart, match="missing"):
        async with running(on(settings, url_of(postgres_url, "missing"))):
            pass

    async with running(settings):
        assert await fetch("SELECT 1")


async def test_a_tick_does_all_that_is_due(database: str) -> None:
    assert await tick() == dict.fromkeys(ticking.WORK, 0)


async def test_work_that_fails_keeps_neither_other_work_nor_the_next_tick_from_being_done(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given one kind of work that fails, and one that says when it has been done three times
    done, enough = [0], asyncio.Event()

    async def fail() -> int:
        raise OSError("words of somebody")

    async def work() -> int:
        done[0] += 1
        if done[0] == 3:
            enough.set()
        return 1

    monkeypatch.setattr(ticking, "WORK", {"hopeless": fail, "useful": work})

    # when a worker ticks
    worker = asyncio.create_task(keep_ticking(every=0.001))
    await asyncio.wait_for(enough.wait(), PATIENCE)
    worker.cancel()

    # then it has gone on, until it was cancelled
    with pytest.raises(asyncio.CancelledError):
        await worker
    with pytest.raises(ExceptionGroup):
        await tick()


async def test_all_work_that_waits_for_the_database_is_told_in_a_line(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_is_away", True)
    beats: list[float] = []
    monkeypatch.setattr(ticking.pulse, "beat", lambda: beats.append(0))

    with structlog.testing.capture_logs() as logged:
        worker = asyncio.create_task(keep_ticking(every=0.001))
        async with asyncio.timeout(PATIENCE):
            while len(beats) <= 3 * len(ticking.WORK):
                await asyncio.sleep(0)
        worker.cancel()
        await asyncio.wait([worker])

    told = [(one["log_level"], one["event"]) for one in logged]
    assert told == [("warning", "work undone while the database is away")] * 3


async def test_a_process_that_has_long_not_ticked_is_not_ready(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(settings) as hub:
        asked = Request({"type": "http", "state": {"hub": hub}})
        monkeypatch.setattr(health, "OLDEST_TICK", 0.0)
        late = await health.Readiness().readyz(asked)
        monkeypatch.undo()

        await tick()
        ready = await health.Readiness().readyz(asked)

    assert (late.status_code, json.loads(bytes(late.body))["ticking"]) == (503, False)
    assert (ready.status_code, json.loads(bytes(ready.body))["ticking"]) == (200, True)
