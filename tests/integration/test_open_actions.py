"""What a moderator is shown that they may do about a case is what they are not refused."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.moderation import resolve as decide
from domain.refusing import Refusal
from domain.viewer import Viewer, of_session
from models.database import execute
from models.ids import id_of
from models.reports import ModerationAction
from models.transactions import transactional
from tests.integration.cases import report, resolve, send
from tests.integration.data_rights import DELETE
from tests.integration.world import Pair, Person, World

SHOWN = "query($id: ID!) { node(id: $id) { ... on Report { about openActions } } }"
QUEUE = "{ moderation { reports { nodes { id about openActions } } } }"
MARK, SUSPEND, END = "MARK_UNDERAGE", "SUSPEND_USER", "END_MATCH"
PERSON = {"DISMISS", "WARN", MARK, SUSPEND}
Scene = Callable[[World, Pair, Person], Awaitable[str]]


async def of_message(world: World, pair: Pair, mo: Person) -> str:
    return await report(pair.mentee, {"messageId": await send(pair.mentor, pair.match, "bad")})


async def of_removed_message(world: World, pair: Pair, mo: Person) -> str:
    case = await of_message(world, pair, mo)
    (await resolve(mo, case, "REMOVE_MESSAGES")).ok()
    return case


async def of_deleted_message(world: World, pair: Pair, mo: Person) -> str:
    message = await send(pair.mentor, pair.match, "bad")
    await pair.mentor.ask(
        "mutation($id: ID!) { deleteMessage(messageId: $id) { errors { code } } }", id=message
    )
    return await report(pair.mentee, {"messageId": message})


async def of_changed_copy(world: World, pair: Pair, mo: Person) -> str:
    case = await of_message(world, pair, mo)
    await execute("ALTER TABLE report_evidence DISABLE TRIGGER USER")
    await execute("UPDATE report_evidence SET tag = decode(repeat('00', 32), 'hex')")
    await execute("ALTER TABLE report_evidence ENABLE TRIGGER USER")
    return case


async def of_own_words(world: World, pair: Pair, mo: Person) -> str:
    own = await send(pair.mentee, pair.match, "mine")
    return await report(pair.mentee, {"matchId": pair.match}, own)


async def of_match(world: World, pair: Pair, mo: Person) -> str:
    return await report(pair.mentee, {"matchId": pair.match})


async def of_frozen(world: World, pair: Pair, mo: Person) -> str:
    case = await of_match(world, pair, mo)
    (await resolve(mo, case, "FREEZE_MATCH")).ok()
    return case


async def of_frozen_elsewhere(world: World, pair: Pair, mo: Person) -> str:
    await of_frozen(world, pair, mo)
    return await of_match(world, pair, mo)


async def of_frozen_with_a_partner_who_is_suspended(world: World, pair: Pair, mo: Person) -> str:
    case = await of_frozen(world, pair, mo)
    await execute("UPDATE users SET suspended_at = now() WHERE id = $1", pair.mentee.key)
    return case


async def of_ended(world: World, pair: Pair, mo: Person) -> str:
    case = await of_match(world, pair, mo)
    end = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
    (await pair.mentee.ask(end, id=pair.match)).ok()
    return case


async def of_dismissed(world: World, pair: Pair, mo: Person) -> str:
    case = await of_match(world, pair, mo)
    (await resolve(mo, case, "DISMISS")).ok()
    return case


async def of_partner(world: World, pair: Pair, mo: Person) -> str:
    return await report(pair.mentee, {"userId": pair.mentor.id})


async def of_partner_proposed(world: World, pair: Pair, mo: Person) -> str:
    await of_ended(world, pair, mo)
    program = await world.open_program(pair.admin, pair.group, requiresConsent=True)
    await world.enroll(pair.mentor, program, "MENTEE")
    await world.enroll(pair.mentee, program, "MENTOR")
    await world.match(pair.admin, program, pair.mentee, pair.mentor)
    return await of_partner(world, pair, mo)


async def of_stranger(world: World, pair: Pair, mo: Person) -> str:
    return await report(pair.mentee, {"userId": pair.admin.id})


async def of_suspended(world: World, pair: Pair, mo: Person) -> str:
    case = await of_partner(world, pair, mo)
    (await resolve(mo, case, SUSPEND)).ok()
    return case


async def of_marked(world: World, pair: Pair, mo: Person) -> str:
    case = await of_partner(world, pair, mo)
    (await resolve(mo, case, MARK)).ok()
    return case


async def of_gone(world: World, pair: Pair, mo: Person) -> str:
    case = await of_message(world, pair, mo)
    (await pair.mentor.ask(DELETE)).ok()
    return case


async def of_program(world: World, pair: Pair, mo: Person) -> str:
    return await report(pair.mentee, {"programId": pair.program})


SCENES: dict[Scene, tuple[str, set[str]]] = {
    of_message: ("MESSAGE", PERSON | {"REMOVE_MESSAGES", "FREEZE_MATCH", END}),
    of_removed_message: ("MESSAGE", {END, SUSPEND, MARK}),
    of_deleted_message: ("MESSAGE", PERSON | {"FREEZE_MATCH", END}),
    of_changed_copy: ("MESSAGE", PERSON | {"FREEZE_MATCH", END}),
    of_own_words: ("MATCH", PERSON | {"FREEZE_MATCH", END}),
    of_match: ("MATCH", PERSON | {"FREEZE_MATCH", END}),
    of_frozen: ("MATCH", {"UNFREEZE_MATCH", END, SUSPEND, MARK}),
    of_frozen_elsewhere: ("MATCH", PERSON | {"UNFREEZE_MATCH", END}),
    of_frozen_with_a_partner_who_is_suspended: ("MATCH", {END, SUSPEND, MARK}),
    of_ended: ("MATCH", PERSON),
    of_dismissed: ("MATCH", set()),
    of_partner: ("USER", PERSON | {"FREEZE_MATCH", END}),
    of_partner_proposed: ("USER", PERSON | {END}),
    of_stranger: ("USER", PERSON),
    of_suspended: ("USER", {END, MARK}),
    of_marked: ("USER", {END, SUSPEND}),
    of_gone: ("MESSAGE", {"DISMISS"}),
    of_program: ("PROGRAM", {"DISMISS", "WARN"}),
}
"""What is reported and has happened since, what the report is about, and what is left to do."""


class Undone(Exception):
    """It would have been done."""


async def is_refused(moderator: Viewer, case: str, action: ModerationAction) -> bool:
    """Whether the action is refused; nothing is changed by asking."""

    @transactional
    async def tried() -> None:
        report = id_of("report", case)
        assert report is not None
        await decide(moderator, report, action, "So it is.")
        raise Undone

    with pytest.raises((Undone, Refusal)) as ended:
        await tried()
    return ended.type is not Undone


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_what_is_shown_is_what_is_not_refused(world: World, mo: Person, scene: Scene) -> None:
    case = await scene(world, await world.pair(), mo)
    moderator = await of_session(mo.session)
    assert moderator is not None

    shown: dict[str, Any] = (await mo.ask(SHOWN, id=case)).ok()

    about, left = SCENES[scene]
    assert shown["about"] == about
    assert shown["openActions"] == [one for one in ModerationAction if one in left]
    done = [one for one in ModerationAction if not await is_refused(moderator, case, one)]
    assert done == shown["openActions"]


async def test_a_whole_queue_is_told_each_its_own(world: World, mo: Person) -> None:
    pair = await world.pair()
    scenes = [of_message, of_program, of_stranger, of_dismissed, of_match]
    cases = [await scene(world, pair, mo) for scene in scenes]

    nodes = (await mo.ask(QUEUE)).ok()["reports"]["nodes"]

    assert [(n["id"], n["about"], set(n["openActions"])) for n in nodes] == [
        (case, *SCENES[scene]) for case, scene in zip(cases, scenes, strict=True)
    ]


async def test_who_made_a_report_reads_what_it_is_about_and_not_what_may_be_done(
    world: World, mo: Person
) -> None:
    pair = await world.pair()
    case = await of_message(world, pair, mo)

    answer = await pair.mentee.ask(SHOWN, id=case)

    assert answer.payload == {"about": "MESSAGE", "openActions": None}
    assert answer.codes == ["FORBIDDEN"]
    # and it is nobody else's, moderators who are part of the case among them
    await execute("UPDATE users SET is_moderator = true WHERE id = $1", pair.mentor.key)
    for person in (pair.mentor, pair.admin, world.nobody):
        assert (await person.ask(SHOWN, id=case)).payload is None
