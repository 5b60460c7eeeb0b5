"""What the README tells a newcomer to type is answered, not refused."""

import json
import re
import shlex
from pathlib import Path

from graphql import build_schema, parse, validate

ROOT = Path(__file__).resolve().parents[2]
COMMAND = re.compile(r"curl .*?(?=^(?! {4})|^\n)", re.DOTALL | re.MULTILINE)


def bodies() -> list[str]:
    """What follows -d in each curl of the README, as a shell hands it over."""
    commands = [match[0] for match in COMMAND.finditer((ROOT / "README.md").read_text("utf-8"))]
    split = [shlex.split(command.replace('"$TOKEN")', "")) for command in commands]
    return [words[words.index("-d") + 1] for words in split]


def test_each_request_of_the_readme_is_json_that_asks_for_what_the_schema_has() -> None:
    # given the requests, and the schema that clients see
    requests = bodies()
    schema = build_schema((ROOT / "schema.graphql").read_text("utf-8"))

    # when they are read as the server reads them
    asked = [json.loads(request) for request in requests]

    # then each can be read, and nothing in it is unknown
    assert len(asked) == 2
    for request in asked:
        assert validate(schema, parse(request["query"])) == []
