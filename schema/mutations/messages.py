"""What the two of a pair do in their conversation."""

import strawberry

import resolvers.messages
from permissions import IsAdult
from schema.fields import mutation
from schema.matches import MatchPayload
from schema.messages import EditMessageInput, MessagePayload, SendMessageInput


@strawberry.type
class MessageMutations:
    send_message: MessagePayload = mutation(
        resolvers.messages.send,
        SendMessageInput,
        gives="message",
        permissions=[IsAdult],
        description="Same clientKey and body: the first message again, never a second. "
        "The body has 1 to 4000 characters after trimming.",
    )
    edit_message: MessagePayload = mutation(
        resolvers.messages.edit, EditMessageInput, gives="message", permissions=[IsAdult]
    )
    delete_message: MessagePayload = mutation(
        resolvers.messages.delete, gives="message", permissions=[IsAdult]
    )
    mark_read: MatchPayload = mutation(
        resolvers.messages.mark_read, gives="match", permissions=[IsAdult]
    )
    set_typing: MatchPayload = mutation(
        resolvers.messages.set_typing, gives="match", permissions=[IsAdult]
    )
