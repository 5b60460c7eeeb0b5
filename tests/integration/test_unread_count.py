"""viewer.unreadCount: what all of one's pairs have not been read of, as each of them counts it."""

from typing import Any

import pytest

from tests.integration.cases import send
from tests.integration.world import Person, World

COUNT = "{ viewer { unreadCount } }"
BOTH = "{ viewer { unreadCount matches(first: 100) { nodes { id unreadCount } } } }"
READ = """mutation($id: ID!, $number: Int!) { markRead(matchId: $id, upToNumber: $number) {
  errors { code } } }"""
DELETE = "mutation($id: ID!) { deleteMessage(messageId: $id) { errors { code } } }"
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
BLOCK = "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }"


async def counted(person: Person) -> int:
    """What is counted in all, once it is sure that it is the sum of what each match counts."""
    viewer = (await person.ask(BOTH)).ok()
    each = [match["unreadCount"] for match in viewer["matches"]["nodes"]]
    assert viewer["unreadCount"] == sum(each)
    return sum(each)


async def mentor_of(world: World, *mentees: Person) -> tuple[Person, list[str]]:
    """Somebody who is the mentor of these, and their matches."""
    ada, mona = await world.people("Ada", "Mona")
    program = await world.open_program(ada, await world.group(ada))
    await world.enroll(mona, program, "MENTOR", capacity=len(mentees))
    matches = []
    for mentee in mentees:
        await world.enroll(mentee, program, "MENTEE")
        matches.append(await world.match(ada, program, mona, mentee))
    return mona, matches


async def test_it_is_the_sum_of_what_each_match_counts_whatever_became_of_it(world: World) -> None:
    # given a mentor of two, and a pair that is not theirs
    theo, uwe = await world.people("Theo", "Uwe")
    mona, (first, second) = await mentor_of(world, theo, uwe)
    elsewhere = await world.pair()
    await send(elsewhere.mentee, elsewhere.match, "not for Mona")
    assert await counted(mona) == 0

    # when all write
    gone, *_ = [await send(theo, first, body) for body in ("one", "two", "three")]
    await send(uwe, second, "four")
    await send(mona, second, "five")
    # then what the partners wrote is counted, and to each their own
    assert [await counted(person) for person in (mona, theo, uwe)] == [4, 0, 1]

    # and less once something is deleted, or read
    (await theo.ask(DELETE, id=gone)).ok()
    assert await counted(mona) == 3
    (await mona.ask(READ, id=second, number=1)).ok()
    assert await counted(mona) == 2

    # and a match that is over can still be read, by whoever ended it
    (await theo.ask(END, id=first)).ok()
    (await mona.ask(BLOCK, id=uwe.id)).ok()
    assert [await counted(person) for person in (mona, uwe)] == [2, 1]
    (await mona.ask(READ, id=first, number=3)).ok()
    assert await counted(mona) == 0


async def test_who_has_no_pair_has_nothing_to_read(world: World) -> None:
    assert (await (await world.person("Eve")).ask(COUNT)).ok() == {"unreadCount": 0}


@pytest.mark.parametrize("pairs", [1, 12])
async def test_it_takes_one_statement_whatever_the_number_of_pairs_and_times_it_is_asked(
    world: World, statements: list[Any], pairs: int
) -> None:
    mentees = await world.people(*["Theo"] * pairs)
    mona, matches = await mentor_of(world, *mentees)
    for mentee, match in zip(mentees, matches, strict=True):
        await send(mentee, match, "hello")

    statements.clear()
    answer = (await mona.ask("{ viewer { a: unreadCount b: unreadCount } }")).ok()

    # with that of the session
    assert answer == {"a": pairs, "b": pairs} and len(statements) == 2
