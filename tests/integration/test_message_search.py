"""Finding words in a conversation: for its two, within bounds, whatever case and accents."""

from typing import Any

import pytest

from models import message_search
from models.database import execute, fetch
from models.message_search import folded
from tests.acceptance.samples import SEND
from tests.integration.world import Pair, Person, World

pytestmark = pytest.mark.anyio

SEARCH = """
query($id: ID!, $text: String!, $first: Int, $before: String) {
  match(id: $id) { searchMessages(text: $text, first: $first, before: $before) {
    nodes { number body } continueBefore } } }"""


async def say(person: Person, pair: Pair, *bodies: str) -> None:
    for body in bodies:
        said = {"matchId": pair.match, "body": body, "clientKey": f"{person.name} {body}"}
        (await person.ask(SEND, input=said)).ok()


async def search(person: Person, pair: Pair, text: str, **page: Any) -> tuple[list[int], Any]:
    """The numbers of what is found, and where to go on."""
    answer = await person.ask(SEARCH, id=pair.match, text=text, **page)
    found = answer.ok()["searchMessages"]
    return [node["number"] for node in found["nodes"]], found["continueBefore"]


async def test_messages_of_both_are_found_newest_first_whatever_case_and_accents(
    world: World,
) -> None:
    pair = await world.pair()
    await say(pair.mentor, pair, "Le CAFÉ du matin", "Straße", "nothing here")
    await say(pair.mentee, pair, "un cafe, s’il te plaît")

    for text, numbers in {
        "café": [4, 1],
        "CAFE": [4, 1],
        "cafe\u0301": [4, 1],
        "strasse": [2],
        "cafe du": [1],
        "tea": [],
        "": [],
        "\u0301": [],
    }.items():
        assert await search(pair.mentee, pair, text) == (numbers, None), text


async def test_nobody_but_the_two_searches_not_even_an_admin(world: World) -> None:
    pair = await world.pair()
    await say(pair.mentor, pair, "secret")

    answer = await pair.admin.ask(SEARCH, id=pair.match, text="secret")

    assert (answer.payload, answer.codes) == ({"searchMessages": None}, ["FORBIDDEN"])


async def test_deleted_and_unreadable_messages_are_passed_over(world: World) -> None:
    pair = await world.pair()
    await say(pair.mentor, pair, "word one", "word two", "word three")
    last = await fetch("SELECT 'message_' || replace(id::text, '-', '') FROM messages "
                       "WHERE number = 3")  # fmt: skip
    delete = "mutation($id: ID!) { deleteMessage(messageId: $id) { errors { code } } }"
    (await pair.mentor.ask(delete, id=last[0][0])).ok()
    await execute("UPDATE messages SET body = fingerprint || fingerprint WHERE number = 2")

    assert await search(pair.mentee, pair, "word") == ([1], None)


async def test_it_stops_where_it_has_opened_enough_and_goes_on_from_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_search, "MESSAGES", 4)
    monkeypatch.setattr(message_search, "_AT_ONCE", 2)
    pair = await world.pair()
    await say(pair.mentor, pair, "word", *map(str, range(8)), "word again")

    found, rest = [], None
    for _ in range(3):
        numbers, rest = await search(pair.mentee, pair, "word", before=rest)
        found.append(numbers)

    assert (found, rest) == ([[10], [], [1]], None)


async def test_pages_follow_one_another(world: World) -> None:
    pair = await world.pair()
    await say(pair.mentor, pair, *(f"word {i}" for i in range(5)))

    first, rest = await search(pair.mentee, pair, "word", first=2)
    second, rest = await search(pair.mentee, pair, "word", first=2, before=rest)
    third, rest = await search(pair.mentee, pair, "word", first=2, before=rest)

    assert (first, second, third, rest) == ([5, 4], [3, 2], [1], None)


async def test_a_document_with_many_searches_is_refused(world: World) -> None:
    pair = await world.pair()
    asked = " ".join(f's{i}: searchMessages(text: "x") {{ continueBefore }}' for i in range(6))

    answer = await pair.mentee.ask(
        f"query($id: ID!) {{ match(id: $id) {{ {asked} }} }}", id=pair.match
    )

    assert answer.codes == ["QUERY_TOO_COMPLEX"]


def test_folding_keeps_what_is_a_letter_of_its_own() -> None:
    assert folded("  Ŝtrąßę  Ω İ ") == "strasse ω i"
    assert folded("日本 Привет") == "日本 привет"
