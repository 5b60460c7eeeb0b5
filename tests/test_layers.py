"""The house stays in order: imports go one way, files stay short, names are our own."""

import logging
import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import packages_distributions
from logging import Logger
from pathlib import Path

import pytest
from importlinter import cli

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES: list[str] = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
LAYERS: list[str] = PYPROJECT["tool"]["importlinter"]["root_packages"]
LONGEST = 250
EXCUSE = re.compile(r"^# Long because \w+", re.MULTILINE)


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_imports_between_the_layers_go_one_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", list(sys.path))  # it puts the current directory in front

    sql = logging.getLogger("compagnon.sql")
    with loggers_left_as_they_are():
        kept = cli.lint_imports(no_cache=True, no_logo=True) == cli.EXIT_STATUS_SUCCESS

    assert kept, capsys.readouterr().out
    # and those that come later still see what is logged
    assert not sql.disabled


@contextmanager
def loggers_left_as_they_are() -> Iterator[None]:
    """The linter sets up logging as if it were alone, which silences all loggers there are."""
    there = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, Logger)]
    silent = [one.disabled for one in there]
    try:
        yield
    finally:
        for logger, was_silent in zip(there, silent, strict=True):
            logger.disabled = was_silent


def test_every_package_is_a_layer() -> None:
    assert sorted(LAYERS) == sorted(PACKAGES)


def test_a_file_is_short_or_says_why_it_is_not() -> None:
    texts = {
        path: path.read_text("utf-8") for path in sources(*PACKAGES, "tests", "bench", "examples")
    }
    long = [path for path, text in texts.items() if len(text.splitlines()) > LONGEST]

    assert named([path for path in long if not EXCUSE.search(texts[path])]) == [], (
        f"more than {LONGEST} lines: one concept a file"
    )


def test_the_top_level_names_are_ours_alone() -> None:
    # Plain names like `schema` may belong to another distribution too: then whichever comes first
    # on the path would be imported. (One that is installed for editing does not list its packages.)
    owners = packages_distributions()
    foreign = [p for p in PACKAGES if set(owners.get(p, ())) - {"compagnon"}]

    assert foreign == []
    for package in PACKAGES:
        assert import_module(package).__file__ == str(ROOT / package / "__init__.py")


def test_what_cannot_be_stored_is_said_in_one_place() -> None:
    halves = re.compile(r"\\ud[89a-f]", re.IGNORECASE)

    found = [path for path in sources(*PACKAGES) if halves.search(path.read_text("utf-8"))]
    assert named(found) == ["domain/characters.py"]


def test_no_test_pretends_to_be_the_database_or_the_broker() -> None:
    pretending = re.compile(r"\b[Mm]ock|[a-z]Mock\b|\bfakeredis\b")

    assert named([path for path in others() if pretending.search(path.read_text("utf-8"))]) == []


def others() -> list[Path]:
    """The tests but for this one, which has to name what it looks for."""
    return [path for path in sources("tests") if path != Path(__file__).resolve()]
