"""The weekly check-in of a pair."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import ID, UNSET

from resolvers.rows import CheckInAnswerRow, CheckInRow, CheckInStatus
from schema.errors import UserError
from schema.nodes import Node, node_id, shown
from schema.pages import Connection

if TYPE_CHECKING:
    from schema.matches import Match


@shown(row=CheckInAnswerRow, visible_to="who answered; the partner once both have, or it is over")
class CheckInAnswer:
    mood: int = strawberry.field(description="1 to 5.")
    met: bool
    note: str | None
    answered_at: datetime.datetime


@shown(
    row=CheckInRow,
    visible_to="the two people of its match, and nobody else whatever their role",
    description="One a week for each active match, answered by both; visible to the pair only. "
    "The first falls on the match's check-in weekday, at least 3 days after the match started "
    "(UTC dates); then every 7 calendar days. It opens when its date begins in UTC+14, where days "
    "come first, and is due 7 x 24 h later, when the next one opens. They go on until the match "
    "ends; one that a pause skipped leaves a gap in `week`. Answering again replaces one's answer "
    "until both are in; after that, and when it is over: ILLEGAL_STATE.",
)
class CheckIn(Node):
    id: ID = node_id("checkin")
    match: Annotated["Match", strawberry.lazy("schema.matches")]
    week: int
    date: datetime.date
    opens_at: datetime.datetime
    due_at: datetime.datetime
    status: CheckInStatus
    mine: CheckInAnswer | None
    partners: CheckInAnswer | None = strawberry.field(
        description="Sealed: null until both have answered or the check-in is over."
    )


@strawberry.type
class CheckInConnection(Connection[CheckIn]): ...


@strawberry.input
class AnswerCheckInInput:
    check_in_id: ID
    mood: int
    met: bool
    note: str | None = UNSET


@strawberry.type
class CheckInPayload:
    check_in: CheckIn | None
    errors: list[UserError]
