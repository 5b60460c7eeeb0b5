"""What is written for people names files, tables and commands that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LAYERS = ("schema", "permissions", "resolvers", "domain", "models")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@pages
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


@pages
def test_every_file_that_is_named_with_its_folder_is_there(page: Path) -> None:
    named = re.findall(r"`((?:\w+/)+[\w-]+\.\w+)`", page.read_text())

    assert [file for file in named if not (ROOT / file).exists()] == []


@pages
def test_every_table_stands_in_the_file_that_is_named_for_it(page: Path) -> None:
    named = re.findall(r"`([A-Z_]+)` (?:of|in)\s+`([\w/]+\.py)`", page.read_text())

    for table, file in named:
        assert re.search(rf"^{table}\b.* = ", (ROOT / file).read_text(), re.MULTILINE), table


@pages
def test_every_command_is_one(page: Path) -> None:
    named = re.findall(
        r"^ +compagnon ([a-z-]+)|`compagnon ([a-z-]+)", page.read_text(), re.MULTILINE
    )
    commands = {(one or other).replace("-", "_") for one, other in named}

    known = {file.stem for file in (ROOT / "server" / "commands").glob("*.py")}
    assert commands <= known


def test_the_grid_of_the_house_names_only_files_that_are_there() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text()
    grid = page.partition("| | `schema/`")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(grid) > 15

    for row in grid:
        _, _, *cells, _ = row.split("|")
        for layer, cell in zip(LAYERS, cells, strict=True):
            for file in re.findall(r"(?<!in )`([\w/]+(?:\.py)?)`", cell):
                assert (ROOT / layer / file).exists(), f"{layer}/{file}"
