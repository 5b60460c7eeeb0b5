"""An erased account: what is left is an id, for everybody and everywhere."""

import asyncio
from typing import Any

import pytest

from domain import erasure
from domain.passwords import hash_password
from models.database import execute, fetch
from tests.acceptance.samples import SEND
from tests.integration.data_rights import DELETE
from tests.integration.followers import Follower, running_hub
from tests.integration.world import Pair, Person, World

pytestmark = pytest.mark.anyio

CONVERSATION = """
query($id: ID!) { match(id: $id) { status endReason mentee { id displayName bio isDeleted }
  messages { nodes { number body deletedAt sender { id isDeleted } } } } }"""

EVENTS = """
subscription($id: ID!) { messageEvents(matchId: $id) {
  __typename ... on MessageDeleted { message { number body } } } }"""


async def say(person: Person, pair: Pair, *bodies: str) -> None:
    for body in bodies:
        said = {"matchId": pair.match, "body": body, "clientKey": f"{person.name} {body}"}
        (await person.ask(SEND, input=said)).ok()


async def test_the_partner_keeps_their_own_words_and_of_the_other_an_empty_shell(
    world: World,
) -> None:
    # given a pair that talks
    pair = await world.pair()
    await say(pair.mentee, pair, "from the mentee")
    await say(pair.mentor, pair, "from the mentor")

    # when the mentee erases the account
    (await pair.mentee.ask(DELETE)).ok()

    # then the match is ended by the partner, their messages are tombstones, they are a shell
    match = (await pair.mentor.ask(CONVERSATION, id=pair.match)).ok()
    assert (match["status"], match["endReason"]) == ("ENDED", "ENDED_BY_PARTNER")
    shell = {"id": pair.mentee.id, "displayName": "", "bio": None, "isDeleted": True}
    assert match["mentee"] == shell
    first, second = match["messages"]["nodes"]
    assert first["body"] is None and first["deletedAt"] and first["sender"]["isDeleted"]
    assert second["body"] == "from the mentor" and second["deletedAt"] is None

    # and so is their node, for those who knew them
    node = await pair.mentor.ask(
        "query($id: ID!) { node(id: $id) { ... on User { displayName languages isDeleted } } }",
        id=pair.mentee.id,
    )
    assert node.payload == {"displayName": "", "languages": [], "isDeleted": True}


async def test_the_partner_hears_of_each_message_that_goes_and_both_streams_end(
    world: World,
) -> None:
    # given a pair whose two follow what happens
    pair = await world.pair()
    await say(pair.mentee, pair, "one", "two")
    await say(pair.mentor, pair, "mine")
    await say(pair.mentee, pair, "three")
    async with (
        running_hub() as hub,
        Follower(hub, pair.mentor, EVENTS, id=pair.match) as partner,
        Follower(hub, pair.mentee, EVENTS, id=pair.match) as own,
    ):
        # when one of them erases the account
        (await pair.mentee.ask(DELETE)).ok()

        # then the other hears it of each message in turn, and nothing comes after that
        assert await partner.end() == []
        told = [(event["__typename"], event["message"]["number"]) for event in partner.told]
        assert told == [("MessageDeleted", number) for number in (1, 2, 4)]
        assert await own.end() == ["UNAUTHENTICATED"] and own.told == []
    changes = await fetch("SELECT seq FROM message_changes ORDER BY seq")
    assert [row["seq"] for row in changes] == [5, 6, 7]
    assert (await fetch("SELECT last_seq FROM matches"))[0]["last_seq"] == 7


async def test_nothing_of_the_person_stays_in_any_table(world: World) -> None:
    # given words of theirs wherever words can be
    pair = await world.pair()
    await execute(
        "UPDATE users SET bio = 'zanzibar bio', time_zone = 'Asia/Tokyo' WHERE id = $1",
        pair.mentee.key,
    )
    await say(pair.mentee, pair, "zanzibar message")
    enrollments = await fetch(
        "SELECT data_key FROM enrollments WHERE user_id = $1", pair.mentee.key
    )

    # when the account is erased
    (await pair.mentee.ask(DELETE)).ok()

    # then no row of any table has their name, address, words, zone or keys
    tables = await fetch(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    rows = [
        row[0]
        for (table,) in tables
        for row in await fetch(f"SELECT to_jsonb(t)::text FROM {table} AS t")
    ]
    texts = "\n".join(rows)
    keys = [bytes(row["data_key"]).hex() for row in enrollments]
    for trace in ("Theo", "theo", "zanzibar", "Asia/Tokyo", *keys):
        assert trace not in texts, trace
    assert not await fetch("SELECT 1 FROM sessions WHERE user_id = $1", pair.mentee.key)
    assert pair.mentee.id in texts  # the log says that this id was erased


async def test_the_keys_of_a_pair_go_when_both_are_gone(world: World) -> None:
    pair = await world.pair()
    await say(pair.mentee, pair, "hello")
    keys = [(await fetch("SELECT data_key FROM matches"))[0]["data_key"]]

    for person in (pair.mentee, pair.mentor):
        (await person.ask(DELETE)).ok()
        keys.append((await fetch("SELECT data_key FROM matches"))[0]["data_key"])

    assert keys[0] == keys[1] != keys[2]


async def test_only_who_knows_the_password_erases_an_account_that_has_one(world: World) -> None:
    # given somebody with a password
    pat = await world.person("Pat")
    secret = await hash_password("a long enough password")
    await execute("UPDATE users SET password_hash = $2 WHERE id = $1", pat.key, secret)

    # then another one, or none, changes nothing
    for wrong in ("another password", "", None):
        answer = await pat.ask(DELETE, password=wrong)
        assert answer.refusals == [("BAD_CREDENTIALS", ("password",))]
        assert answer.payload["errors"][0]["message"] == "This is not your password."
    assert (await pat.ask("{ viewer { email } }")).payload is not None

    # and the right one ends it, the session with it
    (await pat.ask(DELETE, password="a long enough password")).ok()
    assert (await pat.ask("{ viewer { email } }")).payload is None


async def test_the_address_is_free_again_and_suspended_people_may_go(world: World) -> None:
    sue = await world.person("Sue", email="sue@example.org", suspended=True, is_moderator=True)
    (await sue.ask(DELETE)).ok()

    again = await world.person("Sue", email="SUE@example.org")
    assert again.key != sue.key


async def test_a_mentee_of_the_one_who_goes_waits_again_since_the_old_date(world: World) -> None:
    pair = await world.pair()
    before = (await fetch("SELECT pool_since FROM enrollments WHERE role = 'MENTEE'"))[0]

    (await pair.mentor.ask(DELETE)).ok()

    after = await fetch("SELECT status, places_taken, pool_since FROM enrollments ORDER BY role")
    assert [tuple(row) for row in after] == [
        ("APPROVED", 0, before["pool_since"]),
        ("WITHDRAWN", 0, None),
    ]


async def test_a_long_history_goes_in_many_short_transactions(
    world: World, monkeypatch: pytest.MonkeyPatch, statements: list[str]
) -> None:
    monkeypatch.setattr(erasure, "BATCH", 3)
    pair = await world.pair()
    await say(pair.mentee, pair, *map(str, range(11)))
    statements.clear()

    (await pair.mentee.ask(DELETE)).ok()

    rows = await fetch("SELECT count(*) FROM messages WHERE body IS NULL")
    assert rows[0][0] == 11
    locked = [i for i, text in enumerate(statements) if "FOR UPDATE" in text]
    before = [text for text in statements[: locked[0]] if "WITH next AS" in text]
    assert len(before) == 3  # nine of them; the last two go with the account
    changes = await fetch("SELECT seq FROM message_changes ORDER BY seq")
    assert [row["seq"] for row in changes] == list(range(12, 23))


async def test_who_does_something_while_the_account_is_erased_has_done_it_before_or_not_at_all(
    world: World,
) -> None:
    # given a person who at the same time writes, joins, enrolls and erases the account
    pair = await world.pair()
    other = await world.group(pair.admin)
    late = [{"matchId": pair.match, "body": "late", "clientKey": f"{i}"} for i in range(10)]
    writing = [pair.mentee.ask(SEND, input=said) for said in late]
    join = "mutation($id: ID!) { joinGroup(groupId: $id) { errors { code } } }"

    # when all of it is done at once
    *others, erased = await asyncio.gather(
        *writing, pair.mentee.ask(join, id=other), pair.mentee.ask(DELETE)
    )

    # then whatever came too late was told so
    erased.ok()
    assert {code for answer in others for code in answer.codes} <= {"UNAUTHENTICATED"}
    # and nothing is left of them, in whatever order it was done
    left = await fetch(
        """SELECT (SELECT count(*) FROM group_members WHERE user_id = $1),
                  (SELECT count(*) FROM sessions WHERE user_id = $1),
                  (SELECT count(*) FROM messages WHERE sender_id = $1 AND body IS NOT NULL),
                  (SELECT deleted_at IS NOT NULL FROM users WHERE id = $1)""",
        pair.mentee.key,
    )
    assert tuple(left[0]) == (0, 0, 0, True)


async def test_a_password_that_is_changed_meanwhile_leaves_no_account_without_its_messages(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a long history, and somebody who changes the password once the first of it is gone
    monkeypatch.setattr(erasure, "BATCH", 2)
    pair = await world.pair()
    await say(pair.mentee, pair, *map(str, range(5)))
    deleting = erasure._delete_messages
    change = "UPDATE users SET password_hash = 'another' WHERE id = $1"

    async def and_meanwhile(person: Any) -> int:
        deleted = await deleting(person)
        await execute(change, person)
        return deleted

    monkeypatch.setattr(erasure, "_delete_messages", and_meanwhile)

    # when the account is erased, then it goes through
    (await pair.mentee.ask(DELETE)).ok()
    assert (await fetch("SELECT deleted_at IS NOT NULL FROM users WHERE display_name = ''"))[0][0]
