"""The story of the product, told by real clients against a running server."""

from typing import Any

import pytest

from tests.acceptance.clients import Client, Socket, pair_up, paired
from tests.servers import ServerProcess

pytestmark = pytest.mark.usefixtures("clients_hang_up")

SECRET = "My daughter told me last night, and I cried in the car."

SEND = """
mutation($input: SendMessageInput!) {
  sendMessage(input: $input) { message { id number } errors { code field message } }
}"""
FOLLOW = """
subscription($match: ID, $after: String) {
  messageEvents(matchId: $match, after: $after) {
    __typename cursor
    ... on MessageAdded { message { number body sender { displayName } } }
    ... on MessagesRead { upToNumber reader { displayName } }
    ... on TypingChanged { isTyping user { displayName } }
  }
}"""
CONVERSATION = """
query($match: ID!) {
  match(id: $match) {
    status unreadCount partner { displayName }
    messages(last: 20) { pageInfo { endCursor } nodes { id number body sender { displayName } } }
  }
}"""


async def test_two_mothers_are_paired_and_read_each_other_live(server: ServerProcess) -> None:
    # given a group of parents whose admin has paired two mothers
    pair = await paired(server.url, ("Ruth", "Maya", "Mina"))

    async with pair.mentor.socket() as mayas, pair.mentee.socket() as minas:
        await mayas.subscribe(FOLLOW, match=pair.match, after="")
        await minas.subscribe(FOLLOW, after="")

        # when one of them begins to type, and writes
        await pair.mentee.do(
            "mutation($id: ID!) { setTyping(matchId: $id, isTyping: true) { errors { code } } }",
            id=pair.match,
        )
        assert (await mayas.event())["isTyping"] is True
        await send(pair.mentee, pair.match, SECRET, "1")

        # then both see it, the writer on her other devices too
        for socket in (mayas, minas):
            event = await added(socket)
            assert event["message"] == {
                "number": 1,
                "body": SECRET,
                "sender": {"displayName": "Mina"},
            }

        # when the other one reads and answers
        read = await pair.mentor.ask(CONVERSATION, match=pair.match)
        assert read.data["match"]["unreadCount"] == 1
        assert read.data["match"]["partner"] == {"displayName": "Mina"}
        await pair.mentor.do(
            """mutation($id: ID!) {
                 markRead(matchId: $id, upToNumber: 1) {
                   match { unreadCount } errors { code } } }""",
            id=pair.match,
        )
        await send(pair.mentor, pair.match, "So did I. Shall we talk on Sunday?", "1")

        # then the first sees that she was read, and the answer
        assert (await minas.event())["upToNumber"] == 1
        assert (await added(minas))["message"]["sender"] == {"displayName": "Maya"}

    # and they walk through the steps together
    steps = await pair.mentee.ask(
        "query($id: ID!) { match(id: $id) { steps { state step { id week title } } } }",
        id=pair.match,
    )
    first = steps.data["match"]["steps"][0]
    assert first["state"] == "CURRENT"
    done = await pair.mentor.do(
        """mutation($match: ID!, $step: ID!) {
             completeStep(matchId: $match, stepId: $step) {
               match { stepsDone steps { state } } errors { code } } }""",
        match=pair.match,
        step=first["step"]["id"],
    )
    assert [step["state"] for step in done["match"]["steps"]][:2] == ["DONE", "CURRENT"]


async def test_nobody_else_gets_at_the_conversation_by_any_path(server: ServerProcess) -> None:
    # given two pairs in one program, and a conversation with a secret and a cursor in it
    pair = await paired(server.url)
    other_mentor, other_mentee = [await Client(server.url).sign_up(n) for n in ("Olga", "Omar")]
    other_match = await pair_up(pair.admin, other_mentor, other_mentee, pair.group, pair.program)
    message = await send(pair.mentee, pair.match, SECRET, "1")
    foreign = await send(other_mentee, other_match, "Hello!", "1")
    page = await pair.mentee.ask(CONVERSATION, match=pair.match)
    cursor = page.data["match"]["messages"]["pageInfo"]["endCursor"]

    strangers = {
        "the admin": pair.admin,
        "another pair's mentor": other_mentor,
        "another pair's mentee": other_mentee,
        "a stranger": await Client(server.url).sign_up("Sten"),
        "a 17-year-old": await Client(server.url).sign_up("Yuna", birth_date="2010-06-01"),
        "somebody signed out": Client(server.url),
    }
    for who, stranger in strangers.items():
        for answer in [
            # the match and its conversation
            await stranger.ask(CONVERSATION, match=pair.match),
            # anything by its id
            await stranger.ask("query($id: ID!) { node(id: $id) { id } }", id=message),
            await stranger.ask(
                """query($ids: [ID!]!) { nodes(ids: $ids) {
                     ... on Message { body match { id } }
                     ... on Match { messages(first: 5) { nodes { body } } } } }""",
                ids=[message, pair.match],
            ),
            # a cursor of it, held against one's own conversation
            await stranger.ask(
                """query($id: ID!, $cursor: String) {
                     match(id: $id) { messages(first: 5, after: $cursor) { nodes { body } } } }""",
                id=other_match,
                cursor=cursor,
            ),
            # a reply to it, from another conversation and from outside
            await stranger.ask(
                SEND,
                input={
                    "matchId": other_match,
                    "body": "Hm?",
                    "clientKey": "reply",
                    "replyToId": message,
                },
            ),
            await stranger.ask(
                SEND, input={"matchId": pair.match, "body": "Let me in", "clientKey": "in"}
            ),
            # writing to it
            await stranger.ask(
                """mutation($id: ID!) {
                     editMessage(input: {messageId: $id, body: "x"}) {
                       message { body } errors { code } } }""",
                id=message,
            ),
            await stranger.ask(
                """mutation($id: ID!) {
                     deleteMessage(messageId: $id) { message { body } errors { code } } }""",
                id=message,
            ),
            await stranger.ask(
                """mutation($id: ID!) {
                     markRead(matchId: $id, upToNumber: 1) {
                       match { messages { nodes { body } } } errors { code } } }""",
                id=pair.match,
            ),
        ]:
            # then the text is in no answer, and every answer says no with a code or nothing at all
            assert SECRET not in answer.text, who
            assert refused(answer.body, allowed=foreign), (who, answer.body)

        async with stranger.socket() as socket:
            for variables in ({"match": pair.match}, {"match": pair.match, "after": cursor}):
                await socket.subscribe(FOLLOW, **variables)
                (code,) = await socket.refusal()
                assert code in {"NOT_FOUND", "UNAUTHENTICATED", "AGE_RESTRICTED"}, who

    # while the two still read it
    still = await pair.mentor.ask(CONVERSATION, match=pair.match)
    assert still.data["match"]["messages"]["nodes"][0]["body"] == SECRET


async def test_what_is_not_ones_own_reads_like_what_is_not_there(server: ServerProcess) -> None:
    # given a pair's match and an id that nothing has
    pair = await paired(server.url)
    stranger = await Client(server.url).sign_up("Sten")
    nothing = "match_" + "0" * 32

    # when a stranger asks for either, by whatever path
    for query in (CONVERSATION, *(mutation_on_match(name) for name in ("endMatch", "pauseMatch"))):
        theirs = await stranger.ask(query, match=pair.match)
        none = await stranger.ask(query, match=nothing)

        # then the answers are the same to the letter
        assert theirs.text == none.text


async def test_a_socket_closes_with_its_session(server: ServerProcess) -> None:
    # given somebody who follows their conversations
    pair = await paired(server.url)
    async with pair.mentee.socket() as socket:
        await socket.subscribe(FOLLOW)

        # when they sign out on that device
        await pair.mentee.do("mutation { signOut { errors { code } } }")

        # then the socket closes, and the token is worth nothing
        assert await socket.closed() == 4403
    assert (await pair.mentee.ask("{ viewer { email } }")).data == {"viewer": None}


async def send(person: Client, match: str, body: str, key: str) -> str:
    sent = await person.do(SEND, input={"matchId": match, "body": body, "clientKey": key})
    message: str = sent["message"]["id"]
    return message


async def added(socket: Socket) -> Any:
    while True:
        event = await socket.event()
        if event["__typename"] == "MessageAdded":
            return event


def mutation_on_match(name: str) -> str:
    return f"""mutation($match: ID!) {{
      {name}(matchId: $match) {{ match {{ id }} errors {{ code field message }} }} }}"""


def refused(body: dict[str, Any], allowed: str) -> bool:
    """Whether an answer gives nothing of the pair: nulls, refusals, codes; the admin's view of the
    match itself is the one thing that may be there."""
    if body.get("errors"):
        codes = {error["extensions"]["code"] for error in body["errors"]}
        known = {"NOT_FOUND", "FORBIDDEN", "UNAUTHENTICATED", "AGE_RESTRICTED", "BAD_CURSOR"}
        return codes <= known
    values = list((body.get("data") or {}).values())
    return all(
        value in (None, [None, None])
        or [error["code"] for error in value.get("errors", [])] == ["NOT_FOUND"]
        for value in values
    )
