"""Pages of a conversation, from either end: compared with slices of a list."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ids import parse_global_id
from resolvers.cursors import place_cursor, places_cursor, row_cursor
from tests.integration.examples import in_one_world
from tests.integration.world import Answer, Pair, World

PAGE = """query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  match(id: $id) { messages(first: $first, after: $after, last: $last, before: $before) {
    nodes { number }
    edges { cursor node { number } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
SEND = """mutation($match: ID!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: "hello", clientKey: $key}) {
    message { id } errors { code } } }"""
EDIT = """mutation($id: ID!) {
  editMessage(input: {messageId: $id, body: "other"}) { errors { code } } }"""
LENGTH = 45


class Conversation:
    """A pair's 45 messages, some edited between, with the cursor of each."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.cursors: list[str] = []

    async def page(self, **wanted: Any) -> Answer:
        return await self.pair.mentee.ask(PAGE, id=self.pair.match, **wanted)

    async def filled(self) -> "Conversation":
        for i in range(LENGTH):
            answer = await self.pair.mentor.ask(SEND, match=self.pair.match, key=str(i))
            if i % 3 == 0:  # an edit takes a place in the order of events, so that these have gaps
                (await self.pair.mentor.ask(EDIT, id=answer.ok()["message"]["id"])).ok()
        edges = (await self.page(first=100)).payload["messages"]["edges"]
        self.cursors = [edge["cursor"] for edge in edges]
        assert [edge["node"]["number"] for edge in edges] == list(range(1, LENGTH + 1))
        return self

    def begin(self, after: int | None = None) -> str:
        """The place of an empty page: where it would begin."""
        parsed = parse_global_id(self.pair.match)
        assert parsed is not None
        return place_cursor(parsed[1], 0) if after is None else self.cursors[after]

    def expected(
        self, first: int | None, after: int | None, last: int | None, before: int | None
    ) -> dict[str, Any]:
        """The page as a slice of the list; `after` and `before` are positions in it."""
        start = 0 if after is None else after + 1
        stop = LENGTH if before is None else before
        rows = list(range(start, max(start, stop)))
        cut = min((first if last is None else last) or 0, 100)
        if first is None and last is None:
            cut = 20
        shown = rows[:cut] if last is None else rows[max(0, len(rows) - cut) :]
        more = len(rows) > len(shown)
        return {
            "nodes": [{"number": i + 1} for i in shown],
            "edges": [{"cursor": self.cursors[i], "node": {"number": i + 1}} for i in shown],
            "pageInfo": {
                "hasNextPage": before is not None or (more and last is None),
                "hasPreviousPage": after is not None or (more and last is not None),
                "startCursor": self.cursors[shown[0]] if shown else None,
                "endCursor": self.cursors[shown[-1]] if shown else self.begin(after),
            },
        }


@pytest.fixture
async def conversation(world: World) -> Conversation:
    return await Conversation(await world.pair()).filled()


places = st.none() | st.integers(0, LENGTH - 1)
sizes = st.integers(0, LENGTH + 5) | st.sampled_from([100, 101, 2**31 - 1])


@given(size=st.none() | sizes, backwards=st.booleans(), after=places, before=places)
@in_one_world(300)
async def test_every_page_is_a_slice_of_the_list(
    conversation: Conversation,
    size: int | None,
    backwards: bool,
    after: int | None,
    before: int | None,
) -> None:
    # given any size, direction and bounds
    cursors = conversation.cursors
    first, last = (None, size) if backwards else (size, None)
    wanted = {
        "first": first,
        "last": last,
        "after": None if after is None else cursors[after],
        "before": None if before is None else cursors[before],
    }
    # then the page is the slice of the list
    answer = await conversation.page(**wanted)
    assert answer.errors == []
    assert answer.payload["messages"] == conversation.expected(first, after, last, before)


@pytest.mark.parametrize("size", [1, 7, 100])
async def test_from_either_end_one_comes_to_the_other(
    conversation: Conversation, size: int
) -> None:
    everything = list(range(1, LENGTH + 1))
    # when going forwards from the start
    seen: list[int] = []
    info: Any = {"endCursor": None, "hasNextPage": True}
    while info["hasNextPage"]:
        page = (await conversation.page(first=size, after=info["endCursor"])).payload["messages"]
        seen += [node["number"] for node in page["nodes"]]
        info = page["pageInfo"]
    assert seen == everything
    # and backwards from the end
    seen, info = [], {"startCursor": None, "hasPreviousPage": True}
    while info["hasPreviousPage"]:
        page = (await conversation.page(last=size, before=info["startCursor"])).payload["messages"]
        seen = [node["number"] for node in page["nodes"]] + seen
        info = page["pageInfo"]
    assert seen == everything


async def test_a_place_between_two_messages_counts_too(conversation: Conversation) -> None:
    # given the place of the first message's edit, as a subscription tells it: behind the message
    parsed = parse_global_id(conversation.pair.match)
    assert parsed is not None
    match = parsed[1]
    for cursor in (place_cursor(match, 2), places_cursor({match: 2})):
        # then what follows is what comes after that
        page = (await conversation.page(first=2, after=cursor)).payload["messages"]
        assert page["nodes"] == [{"number": 2}, {"number": 3}]
        page = (await conversation.page(last=2, before=cursor)).payload["messages"]
        assert page["nodes"] == [{"number": 1}]


async def test_an_empty_conversation_has_one_empty_page(world: World) -> None:
    pair = await world.pair()
    nothing = {"hasNextPage": False, "hasPreviousPage": False}
    for wanted in ({}, {"first": 5}, {"last": 5}):
        conversation = Conversation(pair)
        page = (await conversation.page(**wanted)).payload["messages"]
        assert page["nodes"] == page["edges"] == []
        # one can follow from its end all the same
        assert page["pageInfo"] == nothing | {
            "startCursor": None,
            "endCursor": conversation.begin(),
        }


async def test_a_cursor_of_another_list_is_refused(world: World) -> None:
    # given a cursor of another pair's conversation, of a list of another kind, and some garbage
    conversation = await Conversation(await world.pair()).filled()
    other = parse_global_id((await world.pair()).match)
    assert other is not None
    foreign = [
        place_cursor(other[1], 1), places_cursor({other[1]: 1}), places_cursor({}),
        row_cursor(other[1]), "x", "MTI=", "é", "A" * 100_000, conversation.cursors[0] + "A",
    ]  # fmt: skip
    for cursor in foreign:
        for wanted in ({"first": 2, "after": cursor}, {"last": 2, "before": cursor}):
            answer = await conversation.page(**wanted)
            # then it is no cursor here
            assert answer.payload == {"messages": None}, cursor
            assert answer.codes == ["BAD_CURSOR"], cursor


@pytest.mark.parametrize("wanted", [{"first": -1}, {"last": -1}, {"first": 1, "last": 1}])
async def test_a_page_has_a_size_and_one_direction(world: World, wanted: dict[str, int]) -> None:
    answer = await Conversation(await world.pair()).page(**wanted)
    assert answer.payload == {"messages": None}
    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]


TWICE = """query {
  viewer {
    one: matches { nodes { messages(first: 100) { nodes { number } } steps { state } } }
    other: matches { nodes { messages(first: 100) { nodes { number } } steps { state } } }
  } }"""


async def test_a_conversation_asked_for_twice_is_told_once_each_time(
    conversation: Conversation,
) -> None:
    # when one document comes to the same match by two ways
    for _ in range(5):
        viewer = (await conversation.pair.mentee.ask(TWICE)).payload
        # then each of them shows every message once
        for way in ("one", "other"):
            (match,) = viewer[way]["nodes"]
            numbers = [node["number"] for node in match["messages"]["nodes"]]
            assert numbers == list(range(1, LENGTH + 1))
            assert [step["state"] for step in match["steps"]].count("CURRENT") == 1


MARK_TWICE = """mutation($id: ID!) {
  early: markRead(matchId: $id, upToNumber: 1) { match { unreadCount } errors { code } }
  late: markRead(matchId: $id, upToNumber: 45) { match { unreadCount } errors { code } } }"""


async def test_what_an_earlier_mutation_showed_is_not_shown_again(
    conversation: Conversation,
) -> None:
    answer = await conversation.pair.mentee.ask(MARK_TWICE, id=conversation.pair.match)
    assert answer.data is not None
    assert answer.data["early"]["match"] == {"unreadCount": 44}
    assert answer.data["late"]["match"] == {"unreadCount": 0}


async def test_several_pages_of_a_conversation_are_read_at_once(world: World) -> None:
    # given a pair that has written three times
    pair = await world.pair()
    for key in "abc":
        (await pair.mentor.ask(SEND, match=pair.match, key=key)).ok()
    # when somebody asks for both ends
    both = """query($id: ID!) { match(id: $id) {
      oldest: messages(first: 1) { nodes { number } }
      newest: messages(last: 2) { nodes { number } } } }"""
    answer = await pair.mentee.ask(both, id=pair.match)
    # then both are there
    assert answer.payload == {
        "oldest": {"nodes": [{"number": 1}]},
        "newest": {"nodes": [{"number": 2}, {"number": 3}]},
    }
