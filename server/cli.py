"""The command line: `compagnon serve`, and what an operator needs beside it."""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from server.failing import CannotStart


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command. It exits with 0 if that is done, 1 if it cannot be, 2 if asked wrongly."""
    given = _parser().parse_args(arguments)
    try:
        import_module(f"server.commands.{given.command}").run(given)
    except KeyboardInterrupt:
        sys.exit(0)
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        sys.exit(reason.exit_code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "compagnon", description="Mentorship inside community groups, as one GraphQL API."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say which version this is")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("serve", help="serve the graph until stopped")
    command.add_argument("--host", help="the address to listen on (127.0.0.1)")
    command.add_argument("--port", type=int, help="the port to listen on (8000)")
    command.add_argument("--workers", type=int, help="how many processes serve (1)")
    command.add_argument(
        "--demo", action="store_true", default=None, help="fill an empty database with a story"
    )
    command.set_defaults(command="serve")

    command = commands.add_parser("migrate", help="bring the database to the newest migration")
    command.set_defaults(command="migrate")

    command = commands.add_parser("schema", help="print the schema in GraphQL's own language")
    command.add_argument("--write", action="store_true", help="write it into schema.graphql")
    command.set_defaults(command="schema")

    command = commands.add_parser("seed", help="fill the database with the demo's story")
    command.set_defaults(command="seed")

    command = commands.add_parser("tick", help="do once what every worker does as time passes")
    command.add_argument(
        "--now", type=_moment, help="as if it were then: 2026-03-29T09:00:00+02:00"
    )
    command.set_defaults(command="tick")

    command = commands.add_parser(
        "rotate-keys", help="bring all that is sealed under the first master key"
    )
    command.set_defaults(command="rotate_keys")

    command = commands.add_parser(
        "verify-assignment", help="check that a proposal is the best there is, from its JSON alone"
    )
    command.add_argument("file", type=Path, help="an answer of the graph; - for standard input")
    command.set_defaults(command="verify_assignment")

    command = commands.add_parser(
        "doctor", help="say what is wrong with the settings, the database and the broker"
    )
    command.set_defaults(command="doctor")

    command = commands.add_parser("moderator", help="say who is a moderator of the platform")
    command.add_argument("change", choices=["add", "remove"])
    command.add_argument("email")
    command.set_defaults(command="moderator")

    command = commands.add_parser("unsuspend", help="let somebody suspended take part again")
    command.add_argument("email")
    command.set_defaults(command="unsuspend")
    return parser


class _Version(argparse.Action):
    """Looks it up when it is asked for: that takes as long as all else on the line."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        metadata = import_module("importlib.metadata")
        try:
            version = metadata.version("compagnon")
        except metadata.PackageNotFoundError:
            version = "from its sources"
        print(f"compagnon {version}")
        parser.exit()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and 2000 <= moment.year < 2200:
            return moment
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is no moment like 2026-03-29T09:00:00+02:00")


if __name__ == "__main__":
    main()
