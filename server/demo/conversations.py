"""What the pairs of the demo write to each other."""

from datetime import timedelta
from functools import partial
from typing import Any

from domain import messages, moderation, reports
from domain.sending import Draft, send
from domain.subjects import Subject
from domain.viewer import Viewer
from models.reports import ModerationAction, ReportReason
from server.demo.world import Couple, World

_BEFORE_ANSWERING = timedelta(seconds=30)


def plan(world: World, couple: Couple, conversation: dict[str, Any]) -> None:
    """Lets the two write, each after reading what is there; `read`: in the end both read it all."""
    before = None
    for number, message in enumerate(conversation["messages"], start=1):
        at, by = world.moment(message["at"]), message["by"]
        if before not in (None, by):
            world.plan(at - _BEFORE_ANSWERING, partial(_read, couple, by))
        world.plan(at, partial(_send, couple, message))
        if "edited" in message:
            edited = message["edited"]
            world.plan(
                world.moment(edited["at"]), partial(_edit, couple, by, number, edited["text"])
            )
        if "deleted" in message:
            world.plan(world.moment(message["deleted"]), partial(_delete, couple, by, number))
        if "reported" in message:
            told = message["reported"]
            world.plan(world.moment(told["at"]), partial(_report, couple, by, number, told))
            judge = world.viewers[told["resolved"]["by"]]
            world.plan(world.moment(told["resolved"]["at"]), partial(_resolve, couple, judge, told))
        before = by
    if "read" in conversation:
        for role in ("mentor", "mentee"):
            world.plan(world.moment(conversation["read"]), partial(_read, couple, role))


async def _send(couple: Couple, message: dict[str, Any]) -> None:
    reply_to = couple.sent[message["reply_to"] - 1] if "reply_to" in message else None
    client_key = f"demo-{len(couple.sent) + 1}"
    draft = Draft(couple.match, message["text"], client_key, reply_to)
    couple.sent.append((await send(couple.one(message["by"]), draft)).id)


async def _edit(couple: Couple, by: str, number: int, text: str) -> None:
    await messages.edit(couple.one(by), couple.sent[number - 1], text)


async def _delete(couple: Couple, by: str, number: int) -> None:
    await messages.delete(couple.one(by), couple.sent[number - 1])


async def _report(couple: Couple, by: str, number: int, told: dict[str, Any]) -> None:
    reporter = couple.one("mentee" if by == "mentor" else "mentor")
    subject = Subject(message=couple.sent[number - 1])
    reason = ReportReason(told["reason"])
    couple.case = (await reports.report(reporter, subject, reason, told["details"], [])).id


async def _resolve(couple: Couple, judge: Viewer, told: dict[str, Any]) -> None:
    decided = told["resolved"]
    action = ModerationAction(decided["action"])
    await moderation.resolve(judge, couple.case, action, decided["note"])


async def _read(couple: Couple, by: str) -> None:
    await messages.mark_read(couple.one(by), couple.match, len(couple.sent))
