"""What moderation tells the person it acted on."""

import datetime

import strawberry
from strawberry import ID

import resolvers.notices
from resolvers.rows import ModerationAction, NoticeRow, ReportReason
from schema.fields import field
from schema.nodes import node_id, shown
from schema.pages import Connection


@shown(
    row=NoticeRow,
    visible_to="the person it is for",
    description="A moderator has acted on the viewer: the rule it was about and what was done, "
    "never who reported. `message` says both in the viewer's language.",
)
class Notice:
    id: ID = node_id("notice")
    action: ModerationAction
    reason: ReportReason
    message: str = field(resolvers.notices.message)
    at: datetime.datetime


@strawberry.type
class NoticeConnection(Connection[Notice]): ...
