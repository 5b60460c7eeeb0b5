"""What `compagnon doctor` finds out by asking the database and the broker, and how it ends."""

import asyncio
import base64
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from models.database import disconnect
from models.encryption import Keyring
from server.cli import main
from server.doctor import Grade, examine
from server.doctor.broker import examine_broker
from server.settings import settings_of
from tests.databases import execute
from tests.integration.world import World
from tests.ports import free_port
from tests.servers import MASTER_KEY, SECRET_KEY, run

OTHER_KEY = "b3RoZXItdHdvIGJ5dGVzIGZvciBhbGwgdGhlIHRlcyE="


async def wrong(**given: Any) -> list[str]:
    always = {"secret_key": SECRET_KEY, "master_keys": MASTER_KEY}
    found = [one async for one in examine(settings_of(**{**always, **given}))]
    # the tests' own PostgreSQL forgets when its machine crashes
    hasty = "fsync", "synchronous_commit"
    return [
        one.text for one in found if one.grade is Grade.WRONG and not one.text.startswith(hasty)
    ]


async def test_a_sound_database_and_broker_are_found_to_be_so(database: str) -> None:
    assert await wrong(database_url=database) == []


async def test_it_ends_with_1_and_says_what_a_careless_database_may_cost(database: str) -> None:
    done = await asyncio.to_thread(
        run, "doctor", database_url=database, secret_key=SECRET_KEY, master_keys=MASTER_KEY
    )

    assert done.returncode == 1
    assert "wrong    fsync or full_page_writes is off" in done.stdout
    assert "fine     The database has all migrations." in done.stdout
    assert "fine     A wake-up gets from one process to another in" in done.stdout
    assert done.stderr == "2 things are wrong.\n"


def doctor(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """How it ends, and what it says."""
    code = 0
    try:
        main(["doctor"])
    except SystemExit as ended:
        code = int(ended.code or 0)
    said = capsys.readouterr()
    return code, said.out + said.err


def test_of_a_database_of_its_own_nothing_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = Path(tempfile.mkdtemp(prefix="compagnon-test-"))
    data = directory / "data"
    monkeypatch.setenv("COMPAGNON_DATA_DIR", str(data))
    try:
        # given an empty place, which is left empty
        code, said = doctor(capsys)
        assert code == 0 and "There is no database yet" in said
        assert not data.exists()
        # when it has been filled
        main(["migrate"])
        code, said = doctor(capsys)
        assert code == 0 and "\nNothing is wrong.\n" in said, said
    finally:
        shutil.rmtree(directory)


def test_settings_that_cannot_be_meant_end_it_with_1_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMPAGNON_DATABASE_URL", "mysql://db/x")

    code, said = doctor(capsys)

    assert code == 1 and "must begin with postgresql://" in said


async def test_an_empty_database_lacks_migrations(empty_database: str) -> None:
    (complaint,) = await wrong(database_url=empty_database)

    assert complaint.endswith("run `compagnon migrate`.")


async def test_a_database_that_is_not_there_is_said_not_to_be() -> None:
    (complaint,) = await wrong(database_url=f"postgresql://x@127.0.0.1:{free_port()}/x")

    assert complaint.startswith("The database cannot be used: ")


async def test_pools_that_do_not_fit_are_counted_up(database: str) -> None:
    (complaint,) = await wrong(database_url=database, workers="20", pool_size="50")

    assert "20 workers with 50 connections each take 1043" in complaint


async def test_a_database_that_takes_nothing_and_was_sealed_otherwise_is_found(
    database: str,
) -> None:
    # given words sealed under a key, and a database that only gives
    await World().pair()
    name = urlsplit(database).path[1:]
    await execute(database, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await disconnect()  # who examines is another process: two pools in one wait for each other

    read_only, sealed = await wrong(database_url=database, master_keys=OTHER_KEY)

    assert read_only.startswith("The database is a standby, or read-only")
    (id,) = Keyring([base64.b64decode(MASTER_KEY)]).ids
    assert f"sealed under another master key ({id.hex()})" in sealed


async def test_a_broker_that_is_not_there_is_found() -> None:
    found = [one async for one in examine_broker(f"redis://127.0.0.1:{free_port()}")]

    assert [one.grade for one in found] == [Grade.WRONG]
    assert "does not answer" in found[0].text


async def test_a_user_that_may_not_write_tables_anew_is_found(database: str) -> None:
    # given a user that may read and write rows, and owns nothing
    await execute(database, "CREATE ROLE clerk LOGIN IN ROLE pg_read_all_data, pg_write_all_data")
    try:
        parts = urlsplit(database)
        place = parts.netloc.rpartition("@")[2]
        url = parts._replace(netloc=f"clerk@{place}").geturl()

        (complaint,) = await wrong(database_url=url)
        assert "GRANT MAINTAIN ON users, enrollments, matches" in complaint

        # while it is nothing to them who wipe nothing, and nothing to them who may
        assert await wrong(database_url=url, wipe_after_hours="0") == []
        await execute(database, "GRANT pg_maintain TO clerk")
        assert await wrong(database_url=url) == []
    finally:
        await execute(database, "DROP ROLE clerk")
