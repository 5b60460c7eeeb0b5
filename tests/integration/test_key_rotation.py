"""Master keys come and go: everything is read before, meanwhile and after."""

import asyncio
import os
from uuid import UUID

import pytest

from domain.key_rotation import BATCH, BrokenKeys, rotate_keys
from models.data_keys import KEYED, master_keys_in_use
from models.database import execute, fetch
from models.encryption import Keyring, keyring, use_keyring
from tests.acceptance.samples import SEND
from tests.integration.world import Pair, World

pytestmark = pytest.mark.anyio

OLD, NEW = os.urandom(32), os.urandom(32)
CONVERSATION = """
query($id: ID!) { match(id: $id) { messages(last: 100) { nodes { number body } } } }"""


@pytest.fixture
async def pair(world: World) -> Pair:
    """A pair whose texts are sealed under the old key."""
    use_keyring(Keyring([OLD]))
    return await world.pair()


async def test_while_the_keys_are_rotated_messages_are_sent_and_all_of_them_read_ever_after(
    pair: Pair,
) -> None:
    # given somebody who sends without a pause, where both keys are known
    use_keyring(Keyring([NEW, OLD]))
    sent, stop = 0, asyncio.Event()

    async def send() -> None:
        nonlocal sent
        while not stop.is_set() and sent < 100:
            said = {"matchId": pair.match, "body": f"word {sent}", "clientKey": str(sent)}
            (await pair.mentor.ask(SEND, input=said)).ok()
            sent += 1

    sending = asyncio.create_task(send())
    while sent < 20:
        await asyncio.sleep(0)

    # when the keys are rotated meanwhile, and once more
    first = await rotate_keys()
    again = await rotate_keys()
    while sent < 40:
        await asyncio.sleep(0)
    stop.set()
    await sending

    # then the old key is needed for nothing
    assert first == {"matches": 1, "enrollments": 2, "reports": 0, "identity_keys": 0}
    assert set(again.values()) == {0}
    use_keyring(Keyring([NEW]))
    for table in KEYED:
        assert await master_keys_in_use(table) <= {keyring().first}
    answer = await pair.mentee.ask(CONVERSATION, id=pair.match)
    nodes = answer.ok()["messages"]["nodes"]
    assert [node["body"] for node in nodes] == [f"word {i}" for i in range(sent)]


async def test_more_rows_than_a_batch_are_rotated_and_a_damaged_one_keeps_no_other_back(
    pair: Pair,
) -> None:
    # given many enrollments, one of them with a data key that somebody has changed
    await execute(
        f"""INSERT INTO users (id, display_name, languages, time_zone, locale, age_known,
                               is_moderator, created_at)
            SELECT gen_random_uuid(), 'N', '{{}}', 'UTC', 'EN', true, false, now()
            FROM generate_series(1, {BATCH + 50})"""
    )
    rows = await fetch("SELECT id FROM users WHERE display_name = 'N'")
    ids = [row["id"] for row in rows]
    keys = [keyring().new_data_key(id) for id in ids]
    keys[7] = keys[7][:-1] + bytes([keys[7][-1] ^ 1])
    program = (await fetch("SELECT id FROM programs"))[0]["id"]
    await execute(
        """INSERT INTO enrollments (id, program_id, user_id, role, status, topics, languages,
               time_zone, capacity, data_key, enrolled_at, places_taken)
           SELECT id, $1, id, 'MENTOR', 'PENDING', '{}', '{}', 'UTC', 1, key, now(), 0
           FROM unnest($2::uuid[], $3::bytea[]) AS new(id, key)""",
        *(program, ids, keys),
    )

    # when the keys are rotated
    use_keyring(Keyring([NEW, OLD]))
    with pytest.raises(BrokenKeys, match="1 data keys are damaged"):
        await rotate_keys()

    # then the damaged one alone is left, where it was
    old = Keyring([OLD]).first
    left = await fetch(
        "SELECT id FROM enrollments WHERE substring(data_key FROM 1 FOR 4) = $1", old
    )
    assert [row["id"] for row in left] == [ids[7]]


async def test_a_data_key_wrapped_anew_is_the_same_key() -> None:
    owner = UUID(int=7)
    before = Keyring([OLD]).new_data_key(owner)
    after = Keyring([NEW, OLD]).rewrapped(before, owner)

    assert before != after and after[:4] == Keyring([NEW]).first
    assert Keyring([NEW]).unwrap(after, owner) == Keyring([OLD]).unwrap(before, owner)
