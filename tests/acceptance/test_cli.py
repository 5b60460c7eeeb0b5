"""The command line: what each command does, prints and exits with."""

import asyncio
import base64
import os
import socket
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from domain.clock import clock
from models.database import fetch, fetch_one
from models.ids import new_id
from schema import sdl
from server.cli import main
from tests.integration.world import World
from tests.servers import MASTER_KEY, SECRET_KEY, run, run_afresh
from tests.unit.test_certificates import told

KEYS = {"secret_key": SECRET_KEY, "master_keys": MASTER_KEY}


async def account(email: str) -> None:
    """Somebody, of whom nothing matters but the address."""
    await fetch(
        """INSERT INTO users (id, email, password_hash, display_name, languages, time_zone, locale,
                              age_known, adult_from, is_moderator, created_at)
           VALUES ($1, $2, '', 'Somebody', '{en}', 'UTC', 'EN', true, $3, false, $4)""",
        *(new_id(), email, (clock.now() + timedelta(days=30)).date(), clock.now()),
    )


async def test_a_tick_does_what_is_due_by_the_moment_it_is_given(database: str) -> None:
    # given somebody who comes of age in a month
    await account("young@example.org")

    # when the clock ticks as if it were now, then as if it were in two months
    now = await asyncio.to_thread(run_afresh, "tick", database_url=database, **KEYS)
    later = (clock.now() + timedelta(days=60)).isoformat()
    then = await asyncio.to_thread(run, "tick", "--now", later, database_url=database, **KEYS)

    # then the gate opens the second time
    assert (now.returncode, then.returncode) == (0, 0), now.stderr + then.stderr
    assert "gates opened: 0" in now.stdout
    assert "gates opened: 1" in then.stdout


async def test_moderators_are_made_and_unmade_by_address(database: str) -> None:
    await account("Mo@example.org")

    for change, is_moderator in (("add", True), ("remove", False)):
        done = await asyncio.to_thread(
            run, "moderator", change, "mo@example.ORG", database_url=database, **KEYS
        )
        assert done.returncode == 0, done.stderr
        row = await fetch_one("SELECT is_moderator FROM users")
        assert row is not None and row["is_moderator"] is is_moderator


async def test_nobody_becomes_a_moderator_under_an_address_without_account(database: str) -> None:
    done = await asyncio.to_thread(
        run, "moderator", "add", "nobody@example.org", database_url=database, **KEYS
    )

    assert done.returncode == 1
    assert done.stderr == "Nobody has an account with the address nobody@example.org.\n"


async def test_a_suspension_is_lifted_by_address_once(database: str) -> None:
    await account("Sue@example.org")
    await fetch("UPDATE users SET suspended_at = now()")
    lift = ("unsuspend", "sue@example.ORG")

    first = await asyncio.to_thread(run, *lift, database_url=database, **KEYS)
    again = await asyncio.to_thread(run, *lift, database_url=database, **KEYS)

    assert (first.returncode, again.returncode) == (0, 1), first.stderr
    assert again.stderr == "Nobody suspended has an account with the address sue@example.ORG.\n"
    row = await fetch_one("SELECT suspended_at FROM users")
    assert row is not None and row["suspended_at"] is None


async def test_a_database_is_migrated_when_asked_and_not_otherwise(empty_database: str) -> None:
    # given a database that nobody has migrated
    refused = await asyncio.to_thread(run, "tick", database_url=empty_database, **KEYS)
    assert refused.returncode == 1
    assert "run `compagnon migrate` first" in refused.stderr

    # when it is migrated, and once more
    first = await asyncio.to_thread(run, "migrate", database_url=empty_database, **KEYS)
    again = await asyncio.to_thread(run, "migrate", database_url=empty_database, **KEYS)

    # then it is there, and nothing was left to do
    assert "applied 0001_initial" in first.stdout
    assert again.stdout == "The database is up to date.\n"


def test_the_schema_is_printed_without_a_database(capsys: pytest.CaptureFixture[str]) -> None:
    main(["schema"])

    assert capsys.readouterr().out == sdl()


def test_the_schema_is_written_where_it_belongs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.commands.schema.SCHEMA_FILE", tmp_path / "schema.graphql")

    main(["schema", "--write"])

    assert (tmp_path / "schema.graphql").read_text("utf-8") == sdl()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tick", "--now", "tomorrow"], "tomorrow is no moment like"),
        (["tick", "--now", "2026-03-29T09:00:00"], "is no moment like"),
        (["moderator", "promote", "a@example.org"], "invalid choice"),
        (["serve", "--port", "x"], "invalid int value"),
        ([], "COMMAND"),
    ],
)
def test_what_is_asked_wrongly_exits_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit:
        main(arguments)

    assert exit.value.code == 2
    assert words in capsys.readouterr().err


def test_wrong_settings_are_told_in_a_sentence_without_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMPAGNON_PROT", "9000")

    with pytest.raises(SystemExit) as exit:
        main(["serve"])

    assert exit.value.code == 2
    sentence = "There is no setting COMPAGNON_PROT; did you mean COMPAGNON_PORT?\n"
    assert capsys.readouterr().err == sentence


def test_a_port_that_is_taken_or_none_is_told_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for begun, asked, words in (
            (run_afresh, port, f"Port {port} is taken"),
            (run, "0", "Port 0 is any port"),
        ):
            done = begun("serve", "--port", asked)

            assert done.returncode == 1
            assert words in done.stderr and "Traceback" not in done.stderr


def test_the_version_is_told() -> None:
    assert run_afresh("--version").stdout.startswith("compagnon ")


async def test_the_master_key_is_changed_by_a_command_and_a_missing_one_is_told_at_start(
    database: str,
) -> None:
    # given a pair whose texts are sealed under one master key
    await World().pair()
    new = base64.b64encode(os.urandom(32)).decode()
    settings = {"database_url": database, "secret_key": SECRET_KEY}

    # when another one is put in front of it, and the keys are rotated
    both = f"{new},{MASTER_KEY}"
    done = await asyncio.to_thread(run, "rotate-keys", **settings, master_keys=both)

    # then the new one is all that is needed, and without it nothing starts
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("matches: 1 data keys wrapped anew\nenrollments: 2 ")
    enough = await asyncio.to_thread(run, "tick", **settings, master_keys=new)
    assert enough.returncode == 0, enough.stderr
    refused = await asyncio.to_thread(run, "tick", **settings, master_keys=MASTER_KEY)
    assert refused.returncode == 1
    assert "sealed under another master key" in refused.stderr


def test_a_proposal_is_verified_from_its_json_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given an answer of the graph, the same with one number changed, and something else
    proposal = told(seed=2)
    files = {name: tmp_path / f"{name}.json" for name in ("good", "bad", "other")}
    files["good"].write_bytes(orjson.dumps({"data": {"program": {"assignmentProposal": proposal}}}))
    proposal["certificate"]["seatPrices"][0]["price"] += 1
    files["bad"].write_bytes(orjson.dumps(proposal))
    files["other"].write_text("{}")

    # when each is verified
    main(["verify-assignment", str(files["good"])])
    codes = []
    for name in ("bad", "other", "missing"):
        with pytest.raises(SystemExit) as end:
            main(["verify-assignment", str(files.get(name, tmp_path / name))])
        codes.append(end.value.code)

    # then the first is proved, and the others are told apart
    shown = capsys.readouterr()
    assert shown.out.startswith("Proved: no assignment is worth more than these")
    assert codes == [1, 1, 1] and "`bound` is not what the prices add up to." in shown.err
    assert "no proposal with a certificate" in shown.err and "cannot be read" in shown.err
