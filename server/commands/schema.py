"""`compagnon schema`: the schema in GraphQL's own language."""

from argparse import Namespace
from pathlib import Path

from schema import sdl

SCHEMA_FILE = Path(__file__).parents[2] / "schema.graphql"


def run(given: Namespace) -> None:
    if given.write:
        SCHEMA_FILE.write_text(sdl(), "utf-8")
    else:
        print(sdl(), end="")
