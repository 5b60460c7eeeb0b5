"""What the two of a pair write, and what happens to it."""

import datetime
from typing import Annotated

import strawberry
from strawberry import ID, UNSET

import resolvers.message_events
import resolvers.messages
from permissions import IsPairMember
from resolvers.message_search import MessageSearchRow
from resolvers.rows import MessageRow
from schema.errors import UserError
from schema.fields import attribute, field
from schema.matches import Match
from schema.nodes import Node, node_id, shown
from schema.pages import Connection
from schema.users import User


@shown(
    row=MessageRow,
    visible_to="the two people of its match, and nobody else whatever their role",
)
class Message(Node):
    id: ID = node_id("message")
    match: Match = field(resolvers.messages.match)
    number: int = strawberry.field(
        description="1, 2, 3 … without gaps within a match, in commit order."
    )
    sender: User
    body: str | None = attribute(
        "body", permissions=[IsPairMember], description="Null once deleted."
    )
    reply_to: Annotated["Message", strawberry.lazy("schema.messages")] | None = field(
        resolvers.messages.reply_to, permissions=[IsPairMember]
    )
    sent_at: datetime.datetime
    edited_at: datetime.datetime | None
    deleted_at: datetime.datetime | None


@strawberry.type
class MessageConnection(Connection[Message]): ...


@shown(row=MessageSearchRow, visible_to="the two people of the match")
class MessageSearch:
    nodes: list[Message] = strawberry.field(description="Newest first.")
    continue_before: str | None = strawberry.field(
        description="Null: the whole conversation was searched. Else what is older was not: give "
        "it as `before` to search on."
    )


@strawberry.interface(
    description="Something that happened in a conversation. `cursor` is the place behind it: a "
    "subscription takes it as `after`."
)
class MessageEvent:
    cursor: str
    match: Match


PAIR_ONLY = "the two people of the match"


@shown(row=resolvers.message_events.Added, visible_to=PAIR_ONLY)
class MessageAdded(MessageEvent):
    cursor: str
    match: Match
    message: Message


@shown(row=resolvers.message_events.Edited, visible_to=PAIR_ONLY)
class MessageEdited(MessageEvent):
    cursor: str
    match: Match
    message: Message


@shown(row=resolvers.message_events.Deleted, visible_to=PAIR_ONLY)
class MessageDeleted(MessageEvent):
    cursor: str
    match: Match
    message: Message


@shown(row=resolvers.message_events.MarkedRead, visible_to=PAIR_ONLY)
class MessagesRead(MessageEvent):
    cursor: str
    match: Match
    reader: User
    up_to_number: int


@shown(row=resolvers.message_events.Typing, visible_to=PAIR_ONLY)
class TypingChanged(MessageEvent):
    cursor: str
    match: Match
    user: User
    is_typing: bool


@strawberry.input
class SendMessageInput:
    match_id: ID
    body: str
    client_key: ID
    reply_to_id: ID | None = UNSET


@strawberry.input
class EditMessageInput:
    message_id: ID
    body: str


@strawberry.type
class MessagePayload:
    message: Message | None
    errors: list[UserError]
