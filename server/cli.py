"""The command line: `compagnon serve`, and what an operator needs beside it."""

import argparse
import asyncio
import sys
from collections.abc import Coroutine, Sequence
from datetime import datetime
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from domain.clock import clock
from domain.key_rotation import BrokenKeys, rotate_keys
from domain.matching.certificate import find_proposal, verify
from domain.users import lift_suspension, set_moderator
from models.database import fetch_one
from models.migrating import migrate
from schema import sdl
from server import logs, serving
from server.doctor import Grade, examine
from server.examples import people
from server.failing import BadSettings, CannotStart
from server.settings import Settings, settings_of
from server.startup import provided, running, told_in_a_sentence
from server.ticking import tick

SCHEMA_FILE = Path(__file__).parents[1] / "schema.graphql"


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command. It exits with 0 if that is done, 1 if it cannot be, 2 if asked wrongly."""
    given = _parser().parse_args(arguments)
    try:
        given.command(given)
    except KeyboardInterrupt:
        sys.exit(0)
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        sys.exit(reason.exit_code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "compagnon", description="Mentorship inside community groups, as one GraphQL API."
    )
    parser.add_argument("--version", action="version", version=f"compagnon {_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("serve", help="serve the graph until stopped")
    command.add_argument("--host", help="the address to listen on (127.0.0.1)")
    command.add_argument("--port", type=int, help="the port to listen on (8000)")
    command.add_argument("--workers", type=int, help="how many processes serve (1)")
    command.add_argument(
        "--demo", action="store_true", default=None, help="fill an empty database with a story"
    )
    command.set_defaults(command=_serve)

    command = commands.add_parser("migrate", help="bring the database to the newest migration")
    command.set_defaults(command=_migrate)

    command = commands.add_parser("schema", help="print the schema in GraphQL's own language")
    command.add_argument("--write", action="store_true", help="write it into schema.graphql")
    command.set_defaults(command=_schema)

    command = commands.add_parser("seed", help="fill the database with the demo's story")
    command.set_defaults(command=_seed)

    command = commands.add_parser("tick", help="do once what every worker does as time passes")
    command.add_argument(
        "--now", type=_moment, help="as if it were then: 2026-03-29T09:00:00+02:00"
    )
    command.set_defaults(command=_tick)

    command = commands.add_parser(
        "rotate-keys", help="bring all that is sealed under the first master key"
    )
    command.set_defaults(command=_rotate_keys)

    command = commands.add_parser(
        "verify-assignment", help="check that a proposal is the best there is, from its JSON alone"
    )
    command.add_argument("file", type=Path, help="an answer of the graph; - for standard input")
    command.set_defaults(command=_verify_assignment)

    command = commands.add_parser(
        "doctor", help="say what is wrong with the settings, the database and the broker"
    )
    command.set_defaults(command=_doctor)

    command = commands.add_parser("moderator", help="say who is a moderator of the platform")
    command.add_argument("change", choices=["add", "remove"])
    command.add_argument("email")
    command.set_defaults(command=_moderator)

    command = commands.add_parser("unsuspend", help="let somebody suspended take part again")
    command.add_argument("email")
    command.set_defaults(command=_unsuspend)
    return parser


def _serve(given: argparse.Namespace) -> None:
    settings = _settings(host=given.host, port=given.port, workers=given.workers, demo=given.demo)

    def prepare() -> None:
        """Here, where what is wrong can be told in a sentence, and once, whatever the workers."""
        asyncio.run(_in_process(settings, _seed_if_empty(settings)))

    def when_ready() -> None:
        for line in _who_can_sign_in(settings):
            print(line)
        print(f"Compagnon is ready at {serving.url_of(settings)}", flush=True)

    serving.serve(settings, prepare, when_ready)


def _migrate(given: argparse.Namespace) -> None:
    with provided(_settings()) as (_, url), told_in_a_sentence():
        applied = asyncio.run(migrate(url))
    for name in applied:
        print(f"applied {name}")
    print("The database is up to date.")


def _schema(given: argparse.Namespace) -> None:
    if given.write:
        SCHEMA_FILE.write_text(sdl(), "utf-8")
    else:
        print(sdl(), end="")


def _seed(given: argparse.Namespace) -> None:
    settings = _settings()
    if settings.production:
        raise CannotStart("The demo's passwords are public, so `seed` is refused in production.")
    asyncio.run(_in_process(settings, import_module("server.demo").seed()))


def _tick(given: argparse.Namespace) -> None:
    if given.now is not None:
        clock.set(given.now)
    done = asyncio.run(_in_process(_settings(), tick()))
    for name, count in done.items():
        print(f"{name}: {count}")


def _rotate_keys(given: argparse.Namespace) -> None:
    try:
        done = asyncio.run(_in_process(_settings(), rotate_keys()))
    except BrokenKeys as error:
        raise CannotStart(f"{error} All others are under the first master key.") from None
    for table, number in done.items():
        print(f"{table}: {number} data keys wrapped anew")
    print("Everything is under the first master key.")


def _verify_assignment(given: argparse.Namespace) -> None:
    try:
        text = sys.stdin.read() if given.file == Path("-") else given.file.read_text("utf-8")
        proposal = find_proposal(text)
    except (OSError, ValueError, RecursionError) as error:
        raise CannotStart(f"{given.file} cannot be read as JSON: {error}") from None
    if proposal is None:
        raise CannotStart(f"There is no proposal with a certificate in {given.file}.")
    complaints = verify(proposal)
    for complaint in complaints[:20]:
        print(complaint, file=sys.stderr)
    if complaints:
        raise CannotStart("This does not prove that the proposal is the best there is.")
    print(f"Proved: no assignment is worth more than these {proposal['placed']} pairs.")


def _doctor(given: argparse.Namespace) -> None:
    try:
        settings = _settings()
    except BadSettings as reason:
        raise CannotStart(f"{Grade.WRONG:8} {reason}") from None
    if (wrong := asyncio.run(_told(settings))) > 0:
        raise CannotStart(f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong.")
    print("Nothing is wrong.")


async def _told(settings: Settings) -> int:
    """Prints each finding as it is found, and returns how many things are wrong."""
    wrong = 0
    async for finding in examine(settings):
        print(finding, flush=True)
        wrong += finding.grade is Grade.WRONG
    return wrong


def _moderator(given: argparse.Namespace) -> None:
    change = set_moderator(given.email, given.change == "add")
    if not asyncio.run(_in_process(_settings(), change)):
        raise CannotStart(f"Nobody has an account with the address {given.email}.")


def _unsuspend(given: argparse.Namespace) -> None:
    if not asyncio.run(_in_process(_settings(), lift_suspension(given.email))):
        raise CannotStart(f"Nobody suspended has an account with the address {given.email}.")


async def _in_process(settings: Settings, work: Coroutine[Any, Any, Any]) -> Any:
    try:
        async with running(settings):
            return await work
    finally:
        work.close()  # so that work which was never begun does not warn


async def _seed_if_empty(settings: Settings) -> None:
    if settings.demo and await fetch_one("SELECT 1 FROM users LIMIT 1") is None:
        await import_module("server.demo").seed()


def _who_can_sign_in(settings: Settings) -> list[str]:
    offered = people(demo=settings.demo)
    rows = [tuple(one[key] for key in ("name", "email", "password", "what")) for one in offered]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _settings(**given: Any) -> Settings:
    settings = settings_of(**given)
    logs.set_up(settings)
    return settings


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and 2000 <= moment.year < 2200:
            return moment
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is no moment like 2026-03-29T09:00:00+02:00")


def _version() -> str:
    try:
        return version("compagnon")
    except PackageNotFoundError:
        return "from its sources"


if __name__ == "__main__":
    main()
