"""Everything that can be followed."""

from collections.abc import AsyncGenerator

import strawberry

import resolvers.match_changes
import resolvers.message_stream
import resolvers.reminder_stream
from permissions import IsAdult
from schema.check_in_reminders import CheckInReminder
from schema.fields import subscription
from schema.matches import Match
from schema.messages import MessageEvent


@strawberry.type
class Subscription:
    message_events: AsyncGenerator[MessageEvent, None] = subscription(
        resolvers.message_stream.follow_messages,
        permissions=[IsAdult],
        description="Messages of one pair, or of all the viewer's pairs when matchId is left out: "
        "what came after the cursor `after` (missed while disconnected), then what comes, per "
        "match in order, none lost, none twice. Without `after`: only what comes; with an empty "
        "one: from the first message on. `messages.pageInfo.endCursor` serves as `after`; over "
        "all pairs, a single pair's cursor counts for that pair. Ends by itself when the viewer "
        "may no longer see the pair, or when it is over. Not the viewer's pair: one error "
        "NOT_FOUND.",
    )
    check_in_reminders: AsyncGenerator[CheckInReminder, None] = subscription(
        resolvers.reminder_stream.follow_reminders,
        permissions=[IsAdult],
        description="Unacknowledged reminders first, then new ones as they fall due.",
    )
    match_changed: AsyncGenerator[Match, None] = subscription(
        resolvers.match_changes.follow_matches,
        permissions=[IsAdult],
        description="A match of the viewer was proposed or changed status.",
    )
