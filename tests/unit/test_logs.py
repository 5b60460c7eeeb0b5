"""Logs: what stands in them, and what never does."""

import json
import logging
import logging.config
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from models import database
from server import logs
from server.settings import settings_of
from tests.servers import environment

SCRIPT = """
import asyncio, logging, sys, warnings
import structlog
from domain.export import SignedOutMeanwhile
from models import presence
from server import logs
from server.settings import settings_of

logs.set_up(settings_of())
log = structlog.get_logger("compagnon.test")
log.debug("told in detail")
log.info("told", match="m1", count=3)
logging.getLogger("compagnon.realtime").warning("broker lost (%s)", "gone")
logging.getLogger("compagnon.sql").debug("SELECT 'statement'")
for name in ("uvicorn.error", "uvicorn.access", "websockets.server", "tortoise.db_client"):
    logging.getLogger(name).info("GET /?token=secret")
    logging.getLogger(name).debug("frame with a secret")
try:
    raise ValueError("secret of a person")
except ValueError:
    log.exception("failed")
    logging.getLogger("uvicorn.error").error("failed in the library", exc_info=True)
    logging.getLogger("uvicorn.error").exception("Invalid UTF-8 sequence received from client.")
logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
try:
    raise SignedOutMeanwhile
except SignedOutMeanwhile:
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
try:
    raise FileNotFoundError(2, "No such file or directory")
except OSError as error:
    log.error("failed for a reason", exc_info=error)
warnings.warn("careful", UserWarning)
for presence._is_away in (False, True):
    try:
        raise ConnectionRefusedError(111, "secret of a place")
    except OSError as error:
        logging.getLogger("asyncpg.pool").warning("no floor", exc_info=error)

async def main():
    asyncio.get_running_loop().set_exception_handler(logs.log_loop_error)
    async def fail():
        raise ValueError("secret of a task")
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    del task
    await asyncio.sleep(0)
asyncio.run(main())
"""


def logged(**settings: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", SCRIPT],
        env=environment(settings),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_one_line_of_json_for_each_event_and_no_words_of_people() -> None:
    lines = logged(log_format="json")
    events = [json.loads(line) for line in lines]

    assert "secret" not in "\n".join(lines)
    told = [(event["level"], event["logger"], event["event"]) for event in events]
    assert told[:5] == [
        ("info", "compagnon.test", "told"),
        ("warning", "compagnon.realtime", "broker lost (gone)"),
        ("error", "compagnon.test", "failed"),
        ("error", "uvicorn.error", "failed in the library"),
        ("error", "compagnon.test", "failed for a reason"),
    ]
    # what the pool cannot do is told in a line, and once: while the database is away that is known
    assert told[6] == ("warning", "asyncpg.pool", "no floor (ConnectionRefusedError)")
    assert "trace" not in events[6]
    assert told[7:] == [("error", "compagnon.process", "Task exception was never retrieved")]
    assert (events[0]["match"], events[0]["count"]) == ("m1", 3)
    for event in (*events[2:4], events[7]):
        assert event["error"] == "builtins.ValueError" and event["trace"]
    assert events[4]["reason"] == "No such file or directory"
    assert "careful" in events[5]["event"]


@pytest.mark.parametrize(
    ("level", "detail", "statement"),
    [("warning", False, False), ("debug", True, False), ("trace", True, True)],
)
def test_the_level_decides_what_we_tell_and_never_what_libraries_do(
    level: str, detail: bool, statement: bool
) -> None:
    text = "\n".join(logged(log_level=level))

    assert ("told in detail" in text, "SELECT 'statement'" in text) == (detail, statement)
    assert "secret" not in text


@pytest.fixture
def logs_put_back() -> Iterator[None]:
    """What a test does to logging is undone."""
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    named = [one for one in loggers if isinstance(one, logging.Logger)]
    before = [(one, one.disabled, one.level, one.handlers[:]) for one in named]
    structured = structlog.get_config()
    yield
    structlog.configure(**structured)
    logging.captureWarnings(False)
    logging.disable(logging.NOTSET)
    for logger, is_disabled, level, handlers in before:
        logger.disabled, logger.handlers = is_disabled, handlers
        logger.setLevel(level)


@pytest.fixture
def silenced(logs_put_back: None) -> None:
    """As something leaves logging that sets it up as if it were alone."""
    logging.config.dictConfig({"version": 1, "root": {"level": "CRITICAL"}})
    logging.disable(logging.CRITICAL)
    assert not database.statements.isEnabledFor(logging.DEBUG)  # which is remembered


def test_tests_see_each_statement_whatever_another_has_done_to_logging(
    silenced: None, statements: list[str]
) -> None:
    database.statements.debug("%s", "SELECT 1")

    assert statements == ["SELECT 1"]


def test_tests_see_what_is_told_however_often_commands_have_set_up_logs(
    logs_put_back: None,
) -> None:
    # given a log that was used each time
    log = structlog.get_logger("compagnon.test")
    for _ in range(2):
        logs.set_up(settings_of())
        log.debug("told in detail")

    with structlog.testing.capture_logs() as seen:
        log.warning("told")

    assert [one["event"] for one in seen] == ["told"]
