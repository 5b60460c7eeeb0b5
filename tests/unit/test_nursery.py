"""Workers are forked, watched and replaced, and end with who has forked them."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.processes import is_gone
from tests.servers import ROOT
from tests.waiting import until

BEGINNING = """
import os, select, signal, socket, sys
from server.failing import CannotStart
from server.forking import ALIVE, READY, fork
from server import nursery
from server.nursery import Nursery

nursery.APART = 0.05  # or each birth after another would take a second

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())  # at once: others write there, too

def rest():
    while True:
        signal.pause()

def keep(work, places=1, longest_end=10, silent=60):
    try:
        Nursery(work, places, lambda: say("ready"), longest_end, silent).keep()
    except CannotStart as reason:
        sys.exit(str(reason))
"""
Begin = Callable[[str], subprocess.Popen[str]]


@pytest.fixture(name="begin")
def _begin() -> Iterator[Begin]:
    """Processes that run a script, each in a session of its own."""
    begun: list[subprocess.Popen[str]] = []

    def begin(script: str) -> subprocess.Popen[str]:
        begun.append(
            subprocess.Popen(
                [sys.executable, "-c", BEGINNING + script],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )
        return begun[-1]

    yield begin
    for process in begun:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_whoever_is_killed_is_replaced_and_all_end_together(begin: Begin) -> None:
    # given two workers
    nursery = begin("""
def work(line):
    line.tell(READY)
    say(os.getpid())
    rest()
keep(work, places=2)
""")
    workers = {line(nursery) for _ in range(3)} - {"ready"}
    assert len(workers) == 2

    # when one is killed, somebody else has its place
    killed = workers.pop()
    os.kill(int(killed), signal.SIGKILL)
    assert "a worker has ended" in line(nursery)
    workers.add(line(nursery))
    assert len(workers) == 2 and killed not in workers

    # when the nursery is told to end, everybody does
    nursery.terminate()
    assert nursery.communicate(timeout=30)[0] == ""
    assert nursery.returncode == 0
    assert all(is_gone(int(worker)) for worker in workers)


def test_who_is_silent_is_replaced(begin: Begin) -> None:
    nursery = begin("""
def work(line):
    line.tell(READY)
    say(os.getpid())
    rest()
keep(work, silent=0.2)
""")
    first = min(line(nursery), line(nursery))  # a number comes before `ready`

    told = line(nursery)
    assert "a worker says nothing" in told and f"worker={first}" in told
    assert "code=-9" in line(nursery)
    assert line(nursery) not in (first, "")


def test_who_does_not_end_is_ended(begin: Begin) -> None:
    nursery = begin("""
def work(line):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    say(os.getpid())
    rest()
keep(work, longest_end=0.2)
""")
    worker = int(line(nursery))

    nursery.terminate()

    assert "a worker does not end" in line(nursery)
    assert nursery.wait(30) == 0
    assert is_gone(worker)


def test_at_first_who_cannot_start_ends_it_and_later_is_tried_again(begin: Begin) -> None:
    # given one of two workers that cannot start
    nursery = begin("""
def work(line):
    os.read(turns, 1) == b"!" and sys.exit(3)
    rest()
turns, turn = os.pipe()
os.write(turn, b".!")
keep(work, places=2)
""")
    # then nobody is left
    out, _ = nursery.communicate(timeout=30)
    assert (nursery.returncode, out) == (1, "A worker has not started; the log says why.\n")

    # given one that was ready, and whose successors cannot start, but for the third
    nursery = begin("""
def work(line):
    if os.read(turns, 1) == b"!":
        sys.exit(3)
    line.tell(READY)
    say(os.getpid())
    rest()
turns, turn = os.pipe()
os.write(turn, b".!!.")
keep(work)
""")
    first = min(line(nursery), line(nursery))  # a number comes before `ready`
    os.kill(int(first), signal.SIGKILL)

    # then it is tried until somebody starts
    for code in ("code=-9", "code=3", "code=3"):
        assert code in line(nursery)
    assert int(line(nursery)) != int(first)


def test_who_fails_at_first_for_whatever_reason_ends_it_too(begin: Begin) -> None:
    nursery = begin("""
def work(line):
    raise OSError("the port is taken")
keep(work)
""")
    out, _ = nursery.communicate(timeout=30)

    assert "a worker has failed" in out
    assert out.endswith("A worker has not started; the log says why.\n")
    assert nursery.returncode == 1


def test_a_fork_does_not_hold_on_to_what_its_parent_held(begin: Begin, tmp_path: Path) -> None:
    parent = begin(f"""
from pathlib import Path
from server.locking import is_held_alone, shared
path = Path({str(tmp_path / "users")!r})
held = shared(path)
child = fork(lambda line: line.tell(READY) or rest())
select.select([child], [], [])
held.close()
say(is_held_alone(shared(path)))
child.bury()
""")

    assert line(parent) == "True"


def test_what_a_worker_fails_with_is_logged_and_never_goes_on_in_the_parent(begin: Begin) -> None:
    done = begin("""
def work(line):
    raise ValueError("what somebody wrote")
try:
    child = fork(work)
    say("code", os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1]))
finally:
    say("once")
""")
    out, _ = done.communicate(timeout=30)

    assert "a worker has failed" in out
    assert out.endswith("code 1\nonce\n")


def test_a_server_speaks_as_long_as_it_lives_and_ends_with_its_parent(begin: Begin) -> None:
    # given a server that was forked
    parent = begin("""
import uvicorn
from server.workers import Forked
async def app(scope, receive, send):
    assert scope["type"] == "lifespan"
    while True:
        await receive()
        await send({"type": "lifespan.startup.complete"})
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
def work(line):
    Forked(uvicorn.Config(app, log_config=None), line).run([listening])
    return 0
child = fork(work)
say(child.pid)
words = b""
while not (READY in words and words.count(ALIVE) >= 3):
    select.select([child], [], [])
    words += child.heard()
say("heard")
rest()
""")
    worker = int(line(parent))
    assert line(parent) == "heard"
    # when its parent is killed
    parent.kill()
    # then it ends
    until(lambda: is_gone(worker))
