"""The names beside a list are those that it shows, kept by the database, whoever writes."""

import asyncio

import asyncpg

from models.database import fetch
from tests.integration.plans import nodes_of, plan_of
from tests.integration.test_find_members import found
from tests.integration.world import World

RENAME = """mutation($name: String!) {
    updateProfile(input: {displayName: $name}) { errors { code } } }"""
LEAVE = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code } } }"
DELETE = "mutation { deleteMyAccount(input: {}) { errors { code } } }"
LISTED = """SELECT n.words FROM listed_names n JOIN group_members gm
    ON (gm.group_id, gm.id) = (n.list_id, n.entry_id) ORDER BY n.entry_id"""


async def test_who_is_new_renamed_or_gone_is_found_as_the_list_shows_them(world: World) -> None:
    # given a group in which somebody takes another name, somebody leaves, and somebody is erased
    ada, bob, eve, theo = await world.people("Ada", "Bob", "Eve", "Théo")
    group = await world.group(ada, bob, eve, theo)
    assert await found(ada, group, search="bob") == ["Bob"]
    (await bob.ask(RENAME, name="Röbert")).ok()
    (await eve.ask(LEAVE, id=group)).ok()
    (await theo.ask(DELETE)).ok()

    # then they are found by what is shown now, and by nothing else
    for search, names in (
        ("bob", []),
        ("robert", ["Röbert"]),
        ("eve", []),
        ("theo", []),
        ("a", ["Ada"]),
        (None, ["Ada", "Röbert"]),
    ):
        assert await found(ada, group, search=search) == names, search

    # and nothing is kept of those who are gone
    assert [row["words"] for row in await fetch(LISTED)] == ["ada", "robert"]
    assert len(await fetch("SELECT 1 FROM listed_names")) == 2


async def test_only_those_who_are_found_are_looked_at(
    world: World, database: str, statements: list[str]
) -> None:
    # given what is asked of the database for one name
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada, bob)
    statements.clear()
    await found(ada, group, search="bob")
    asked = [sql for sql in statements if "listed_names" in sql]
    assert len(asked) == 2

    # then the names of the group are read in their order, from their index alone
    reader = await asyncpg.connect(database)
    await reader.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
    for sql in asked:
        nodes = list(nodes_of(await plan_of(reader, sql)))
        [names] = [node for node in nodes if node.get("Relation Name") == "listed_names"]
        assert (names["Node Type"], names["Index Name"]) == ("Index Only Scan", "listed_names_pkey")
        assert not [node for node in nodes if node["Node Type"] in ("Sort", "Hash")]
    await reader.close()


async def test_who_joins_while_they_take_another_name_is_found_by_that(
    world: World, database: str
) -> None:
    # given somebody who is about to take another name
    ada, bob = await world.people("Ada", "Bob")
    group = await world.group(ada)
    renaming = await asyncpg.connect(database)
    begun = renaming.transaction()
    await begun.start()
    await renaming.execute("UPDATE users SET display_name = 'Rob' WHERE id = $1", bob.key)

    # when they join before that is done
    joining = asyncio.create_task(world.join(bob, group))
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
    while not joining.done() and not await renaming.fetch(waiting):
        await asyncio.sleep(0)
    await begun.commit()
    await joining
    await renaming.close()

    # then the list and whoever looks know the same of them
    assert await found(ada, group) == ["Ada", "Rob"]
    assert await found(ada, group, search="rob") == ["Rob"]
    assert await found(ada, group, search="bob") == []


async def test_the_longest_name_there_is_can_be_listed(world: World) -> None:
    # given a letter that is eighteen without its form, and a name of nothing else
    ada, long = await world.people("Ada", "\ufdfa" * 80)
    group = await world.group(ada, long)
    assert await found(ada, group, search="\ufdfa") == [long.name]
