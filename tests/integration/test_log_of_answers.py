"""What a program's log tells of who answered a proposal: that somebody did, and not which of the
two; to one who is of the pair, nothing of their partner's answer."""

from typing import Any

from tests.integration.data_rights import export
from tests.integration.world import Pair, Person, World

LOG = """
query($id: ID!) { program(id: $id) { auditLog(first: 100) {
  totalCount nodes { at action subject actor { displayName } } } } }"""
PROMOTE = """
mutation($group: ID!, $user: ID!) { setGroupRole(input: {
  groupId: $group, userId: $user, role: ADMIN}) { errors { code } } }"""
ANSWER = """
mutation($id: ID!, $accept: Boolean!) { respondToMatch(matchId: $id, accept: $accept) {
  match { status } errors { code } } }"""


async def answers(person: Person, pair: Pair, accept: bool) -> None:
    (await person.ask(ANSWER, id=pair.match, accept=accept)).ok()


async def log_of(pair: Pair, reader: Person) -> list[dict[str, Any]]:
    log = (await reader.ask(LOG, id=pair.program)).ok()["auditLog"]
    assert log["totalCount"] == len(log["nodes"])
    return list(log["nodes"])


async def answers_in(pair: Pair, reader: Person) -> list[tuple[str, Any]]:
    """What the log tells of this match after it was proposed."""
    entries = [one for one in await log_of(pair, reader) if one["subject"] == pair.match]
    assert entries[0]["action"] == "match.proposed"
    return [(one["action"], one["actor"]) for one in entries[1:]]


async def test_nobody_reads_from_the_log_which_of_the_two_accepted_and_which_declined(
    world: World,
) -> None:
    # given a mentor who accepts, and a mentee who would rather not
    pair = await world.pair(consent=True)
    await answers(pair.mentor, pair, True)
    await answers(pair.mentee, pair, False)

    # then the log has both, and nobody who did either
    assert await answers_in(pair, pair.admin) == [
        ("match.accepted", None),
        ("match.declined", None),
    ]


async def test_nor_who_was_the_last_to_accept(world: World) -> None:
    pair = await world.pair(consent=True)
    for person in (pair.mentor, pair.mentee):
        await answers(person, pair, True)
    assert await answers_in(pair, pair.admin) == [
        *[("match.accepted", None)] * 2,
        ("match.started", None),
    ]


async def test_an_admin_who_is_of_the_pair_does_not_read_that_the_partner_has_accepted(
    world: World,
) -> None:
    # given an admin who was proposed a mentee by another one
    pair = await world.pair(consent=True)
    (await pair.admin.ask(PROMOTE, group=pair.group, user=pair.mentor.id)).ok()
    before = len(await log_of(pair, pair.mentor))
    await answers(pair.mentee, pair, True)

    # then nothing in the log, nor its length, tells them what their partner has answered
    assert len(await log_of(pair, pair.mentor)) == before
    assert await answers_in(pair, pair.mentor) == []
    assert await answers_in(pair, pair.admin) == [("match.accepted", None)]

    # and they find their own answer, and that the two have begun
    await answers(pair.mentor, pair, True)
    told = [action for action, _ in await answers_in(pair, pair.mentor)]
    assert told == ["match.accepted", "match.started"]


async def test_ones_own_data_still_has_what_one_answered_oneself(world: World) -> None:
    pair = await world.pair(consent=True)
    await answers(pair.mentor, pair, True)
    await answers(pair.mentee, pair, True)
    for person, done in ((pair.mentor, 1), (pair.mentee, 2)):
        mine = [one for one in (await export(person))["actions"] if one["subject"] == pair.match]
        told = ["match.accepted", "match.started"][:done]
        assert [one["action"] for one in mine] == told
