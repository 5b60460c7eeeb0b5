"""The process that works out assignments: what is too slow, given up, or broken, ends it alone."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import orjson
import pytest

from domain.configuration import configure
from domain.matching.failures import (
    BeyondLimitsError,
    BrokenError,
    CrowdedError,
    PinGoneError,
)
from domain.matching.wire import DONE, receive, send
from domain.matching.workshop import Workshop
from models.ids import id_of
from tests.crowds import crowd
from tests.integration.world import World
from tests.processes import freeze, has_unread, is_gone
from tests.unit.pools import pool
from tests.waiting import come_to

pytestmark = pytest.mark.anyio


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    made = Workshop()
    yield made
    made.close()


def request(mentees: int, mentors: int, pinned: list[list[str]] | None = None) -> bytes:
    people = pool(mentees, mentors)
    rows = {
        "mentors": [
            [m.id, m.user, m.topics, m.languages, m.zone, m.places, m.capacity]
            for m in people.mentors
        ],
        "mentees": [[m.id, m.user, m.topics, m.languages, m.zone, m.since] for m in people.mentees],
        "met": [],
        "blocked": [],
    }
    said = {"job": "proposal", "pool": rows, "year": 2026, "without": None, "locale": "EN"}
    wish = {"covers": True, "seed": 0, "minimum": 0, "pinned": pinned or [], "excluded": []}
    return orjson.dumps(said | wish)


def reading(request: bytes) -> Callable[[], Awaitable[bytes]]:
    async def read() -> bytes:
        return request

    return read


async def asked(workshop: Workshop, size: int, seconds: float = 30, by: UUID | None = None) -> int:
    answer = await workshop.do(reading(request(size, size)), by=by or uuid4(), seconds=seconds)
    return int(orjson.loads(answer.partition(b"\n")[0])["placed"])


def stopped(workshop: Workshop) -> int:
    """Its process, which answers nothing from now on."""
    process = workshop.process_id
    assert process is not None
    freeze(process)
    return process


async def test_one_process_answers_one_after_the_other(workshop: Workshop) -> None:
    first = await asked(workshop, 20)
    process = workshop.process_id
    many = await asyncio.gather(*(asked(workshop, 20) for _ in range(5)))

    assert many == [first] * 5 and workshop.process_id == process


async def test_what_takes_too_long_is_given_up_and_the_next_one_is_answered(
    workshop: Workshop,
) -> None:
    await asked(workshop, 5)
    process = stopped(workshop)

    with pytest.raises(BeyondLimitsError):
        await asked(workshop, 5, seconds=0.1)

    await come_to(lambda: is_gone(process))
    assert await asked(workshop, 5) > 0


async def test_who_stops_waiting_stops_the_work(workshop: Workshop) -> None:
    # given a request that is being worked on for ever, and another one behind it
    await asked(workshop, 5)
    process = stopped(workshop)
    working = asyncio.create_task(asked(workshop, 5))
    waiting = asyncio.create_task(asked(workshop, 5))
    await come_to(lambda: has_unread(process))

    working.cancel()

    with pytest.raises(asyncio.CancelledError):
        await working
    assert await waiting > 0
    await come_to(lambda: is_gone(process))


async def test_somebody_who_asks_often_does_not_keep_the_others_waiting(workshop: Workshop) -> None:
    greedy, order = uuid4(), []

    async def ask(name: str, by: UUID) -> None:
        await asked(workshop, 200, by=by)
        order.append(name)

    often = [asyncio.create_task(ask("greedy", greedy)) for _ in range(4)]
    await asyncio.sleep(0)
    await asyncio.gather(ask("modest", uuid4()), *often)

    assert order.index("modest") <= 1


async def test_a_process_that_dies_is_an_error_of_ours_and_another_takes_over(
    workshop: Workshop,
) -> None:
    await asked(workshop, 5)
    process = stopped(workshop)
    dying = asyncio.create_task(asked(workshop, 5))
    await come_to(lambda: has_unread(process))

    os.kill(process, signal.SIGKILL)

    with pytest.raises(BrokenError):
        await dying
    assert await asked(workshop, 5) > 0


def test_a_process_that_nobody_ends_at_its_limit_ends_itself() -> None:
    command = [sys.executable, "-P", "-m", "domain.matching.worker", str(os.getpid())]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        assert process.stdin and process.stdout
        for limit, size in (("60", 5), ("0.05", 1500)):
            send(process.stdin, limit.encode())
            send(process.stdin, request(size, size))
            answer = receive(process.stdout)
            assert answer is None or (size == 5 and answer.startswith(DONE))

        assert process.wait(30) == -signal.SIGALRM


async def test_mistakes_are_told_apart_and_never_with_what_people_wrote(workshop: Workshop) -> None:
    with pytest.raises(PinGoneError):
        await workshop.do(reading(request(3, 3, [["gone", "gone"]])), by=uuid4(), seconds=30)
    bad = orjson.dumps({"job": "proposal", "pool": {"mentors": [["my secret"]]}})
    with pytest.raises(BrokenError) as error:
        await workshop.do(reading(bad), by=uuid4(), seconds=30)
    assert "ValueError" in str(error.value) or "KeyError" in str(error.value)
    assert "secret" not in str(error.value)


async def test_beyond_the_time_limit_an_admin_is_told_so_by_a_code(world: World) -> None:
    ada = await world.person("Ada")
    program = await world.open_program(ada, await world.group(ada))
    key = id_of("program", program)
    assert key is not None
    await crowd(key, mentors=150, mentees=300, capacity=2)
    configure(matching_limit=timedelta(milliseconds=5))

    answer = await ada.ask(
        "query($id: ID!) { program(id: $id) { title assignmentProposal { placed } } }", id=program
    )

    assert answer.codes == ["QUERY_TOO_COMPLEX"]
    assert answer.payload["assignmentProposal"] is None and answer.payload["title"]


class Counted(Workshop):
    """One whose turns take a moment each, and are written down."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[bytes] = []

    async def _exchange(self, request: bytes, seconds: float) -> bytes:
        self.order.append(request)
        for _ in range(20):
            await asyncio.sleep(0)
        return DONE


async def test_who_asks_again_as_soon_as_answered_still_has_one_place_in_the_queue() -> None:
    # given somebody with twelve windows, each of which asks again and again
    workshop, greedy = Counted(), uuid4()

    async def again() -> None:
        for _ in range(12):
            await workshop.do(reading(b"greedy"), by=greedy, seconds=30)

    windows = [asyncio.create_task(again()) for _ in range(12)]
    while len(workshop.order) < 60:
        await asyncio.sleep(0)

    # when somebody else asks once, then they are next, or the one after
    before = len(workshop.order)
    await workshop.do(reading(b"modest"), by=uuid4(), seconds=30)
    assert workshop.order.index(b"modest") - before <= 1
    await asyncio.gather(*windows)


async def test_a_queue_without_end_is_refused_and_nobody_reads_before_their_turn() -> None:
    workshop, greedy, read = Counted(), uuid4(), list[int]()

    async def reads() -> bytes:
        read.append(len(workshop.order))
        return b"read"

    # given as many requests of one person as may wait, and as many people as may
    many = [workshop.do(reads, by=greedy, seconds=30) for _ in range(20)]
    waiting = [asyncio.create_task(one) for one in many]
    await asyncio.sleep(0)

    # then one more of theirs is too much, and with all places taken, one of anybody
    with pytest.raises(CrowdedError):
        await workshop.do(reads, by=greedy, seconds=30)
    others = [asyncio.create_task(workshop.do(reads, by=uuid4(), seconds=30)) for _ in range(59)]
    await asyncio.sleep(0)
    with pytest.raises(CrowdedError):
        await workshop.do(reads, by=uuid4(), seconds=30)

    # and nothing is read before what was asked before it is done
    await asyncio.gather(*waiting, *others)
    assert read == [*range(79)]
    await workshop.do(reads, by=greedy, seconds=30)
