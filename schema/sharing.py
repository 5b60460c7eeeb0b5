"""What the two of a pair are told alike. Every field that does not stand here depends on who asks.

What stands here takes no arguments, asks nobody's permission but `IsPairMember`, and is a function
of rows that both see as they are. Subscriptions whose documents ask for nothing else are answered
once for all who sent the same one. The answer is then made where there is no viewer to be asked
for: a field that stands here wrongly fails, and each is answered alone.
"""

from collections.abc import Mapping

SAME_FOR_BOTH: Mapping[str, str] = {
    "Subscription": "messageEvents",
    "MessageEvent": "cursor match",
    "MessageAdded": "cursor match message",
    "MessageEdited": "cursor match message",
    "MessageDeleted": "cursor match message",
    "MessagesRead": "cursor match reader upToNumber",
    "TypingChanged": "cursor match user isTyping",
    "Node": "id",
    "Message": "id match number sender body replyTo sentAt editedAt deletedAt",
    "Match": "id mentor mentee status createdAt startedAt endedAt respondBy endsForSilenceAt "
    "checkInWeekday stepsDone stepsTotal checkInsDone checkInsMissed",
    "User": "id displayName bio languages timeZone isDeleted",
}
"""By type, the names of its fields."""

SHARED = frozenset(
    f"{type}.{name}" for type, names in SAME_FOR_BOTH.items() for name in names.split()
)
