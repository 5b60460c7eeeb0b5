"""An export is read while it is sent, no further than its session goes, which ends after it."""

import orjson
import pytest

from domain.erasure import delete_account
from domain.export import SignedOutMeanwhile
from domain.refusing import UserErrorCode
from domain.sessions import end_session
from domain.viewer import of_session
from models.ids import global_id
from schema import schema_of
from tests.acceptance.samples import SEND
from tests.integration.data_rights import EXPORT
from tests.integration.world import Pair, World

pytestmark = pytest.mark.anyio


async def say(pair: Pair, body: str) -> None:
    """The mentor writes."""
    input = {"matchId": pair.match, "body": body, "clientKey": body}
    (await pair.mentor.ask(SEND, input=input)).ok()


BOTH = {
    "data first": "exportMyData { data } deleteMyAccount(input: {}) { errors { code } }",
    "end first": "deleteMyAccount(input: {}) { errors { code } } exportMyData { data }",
    "spread": "deleteMyAccount(input: {}) { errors { code } } ...Data",
    "inline": "... on Mutation { deleteMyAccount(input: {}) { errors { code } } ...Data }",
}
DATA = "fragment Data on Mutation { exportMyData @include(if: $yes) { data } }"


@pytest.mark.parametrize("both", BOTH)
async def test_an_account_is_not_erased_before_its_data_is_sent(world: World, both: str) -> None:
    # given somebody who asks for their data and the end of it at once, in whatever order
    pair = await world.pair()
    spread = "...Data" in BOTH[both]
    document = f"mutation($yes: Boolean! = true) {{ {BOTH[both]} }} {DATA}"
    answer = await pair.mentee.ask(document if spread else f"mutation {{ {BOTH[both]} }}")

    # then they have the one, and ask for the other again
    assert answer.data is not None
    assert answer.data["deleteMyAccount"]["errors"] == [{"code": "ILLEGAL_STATE"}]
    found = orjson.loads(await answer.data["exportMyData"]["data"].whole())
    assert found["account"]["displayName"] == "Theo"


async def test_the_same_holds_where_documents_are_walked(world: World) -> None:
    mentee = (await world.pair()).mentee
    for both in (BOTH["data first"], BOTH["end first"]):
        result = await schema_of(compiled=False).execute(
            f"mutation {{ {both} }}", context_value=await mentee.context()
        )
        assert result.errors is None and result.data is not None
        assert result.data["deleteMyAccount"]["errors"] == [{"code": UserErrorCode.ILLEGAL_STATE}]
        assert b"Theo" in await result.data["exportMyData"]["data"].whole()


async def test_data_that_is_not_asked_for_stands_in_nobodys_way(world: World) -> None:
    pair = await world.pair()
    document = """mutation($yes: Boolean!) { deleteMyAccount(input: {}) { errors { code } }
      exportMyData @include(if: $yes) { data } ... @skip(if: true) { exportMyData { data } } }"""
    answer = await pair.mentee.ask(document, yes=False)
    assert answer.data == {"deleteMyAccount": {"errors": []}}


async def test_an_export_that_an_erasure_overtakes_has_no_end(world: World) -> None:
    pair = await world.pair()
    copy = (await pair.mentee.ask(EXPORT)).ok()["data"]
    viewer = await of_session(pair.mentee.session)
    assert viewer is not None
    await delete_account(viewer, None)

    with pytest.raises(SignedOutMeanwhile):
        await copy.whole()


async def test_an_export_reads_no_further_than_its_session_goes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given somebody who reads slowly, and is signed out meanwhile
    pair = await world.pair()
    await say(pair, "How was the night?")
    monkeypatch.setattr("models.export.PAGE", 1)
    pieces = aiter((await pair.mentee.ask(EXPORT)).ok()["data"])
    read = [await anext(pieces)]
    while b"How was the night?" not in read[-1]:
        read.append(await anext(pieces))
    await end_session(pair.mentee.session)
    await say(pair, "Is it still you?")

    # when they read on
    with pytest.raises(SignedOutMeanwhile):
        read += [piece async for piece in pieces]

    # then it has no end, and nothing that was written afterwards
    assert b"Is it still you?" not in b"".join(read)


async def test_nobody_signs_out_before_their_data_is_sent(world: World) -> None:
    pair = await world.pair()
    session = global_id("session", pair.mentee.session)
    answer = await pair.mentee.ask(
        """mutation($id: ID!) { endSession(sessionId: $id) { errors { code } }
             exportMyData { data } signOut { errors { code } } }""",
        id=session,
    )

    assert answer.data is not None
    for ending in ("signOut", "endSession"):
        assert answer.data[ending]["errors"] == [{"code": "ILLEGAL_STATE"}]
    found = orjson.loads(await answer.data["exportMyData"]["data"].whole())
    assert found["account"]["displayName"] == "Theo"
