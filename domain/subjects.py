"""What a report is about, and whom that leads to."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.refusals import NotFound, Yourself
from domain.seeing import demand
from domain.viewer import Viewer
from models import messages
from models.database import fetch
from models.matches import of_pair
from models.messages import MessageRow
from models.programs import visible_to as programs_visible_to
from models.users import visible_to as people_visible_to


@dataclass(frozen=True, slots=True)
class Subject:
    """What is reported: exactly one of these."""

    message: UUID | None = None
    match: UUID | None = None
    user: UUID | None = None
    program: UUID | None = None


@dataclass(frozen=True, slots=True)
class Accused:
    """Whom it is about. Of a program those are its admins, and no single one of them.

    `parties` are part of the case beside the reporter; `message` is disclosed by being reported.
    """

    parties: set[UUID]
    user: UUID | None = None
    match: UUID | None = None
    program: UUID | None = None
    message: UUID | None = None


async def accused_by(viewer: Viewer, subject: Subject) -> Accused:
    """Whom the subject leads to; NOT_FOUND for what is not the viewer's to know of."""
    if subject.message is not None:
        return await _sender(viewer, subject.message)
    if subject.match is not None:
        return await _partner(viewer, subject.match)
    if subject.user is not None:
        return await _user(viewer, subject.user)
    return await _admins(viewer, subject.program)


async def own_messages(viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, MessageRow]:
    """Those of these messages that stand in the viewer's own conversations."""
    pairs = of_pair(viewer.id).where(
        "m.id IN (SELECT match_id FROM messages WHERE id = ANY ({0}::uuid[]))", list(ids)
    )
    return await messages.by_ids(await pairs.all(), ids) if ids else {}


async def _sender(viewer: Viewer, message: UUID) -> Accused:
    place = ("subject", "messageId")
    row = (await own_messages(viewer, [message])).get(message)
    if row is None:
        raise NotFound(*place)
    if row.sender.id == viewer.id:
        raise Yourself(*place)
    shown = None if row.readable_body is None else message
    return Accused({row.sender.id}, row.sender.id, row.match.id, message=shown)


async def _partner(viewer: Viewer, match: UUID) -> Accused:
    row = await demand(of_pair(viewer.id).where("m.id = {0}", match), "subject", "matchId")
    partner = row.mentee if viewer.id == row.mentor.id else row.mentor
    return Accused({partner.id}, partner.id, row.id)


async def _user(viewer: Viewer, user: UUID) -> Accused:
    place = ("subject", "userId")
    if user == viewer.id:
        raise Yourself(*place)
    row = await demand(people_visible_to(viewer.id).where("u.id = {0}", user), *place)
    return Accused({row.id}, row.id)


async def _admins(viewer: Viewer, program: UUID | None) -> Accused:
    place = ("subject", "programId")
    row = await demand(programs_visible_to(viewer.id).where("p.id = {0}", program), *place)
    admins = await fetch(
        "SELECT user_id FROM group_members WHERE group_id = $1 AND role = 'ADMIN'", row.group_id
    )
    return Accused({admin["user_id"] for admin in admins}, program=row.id)
