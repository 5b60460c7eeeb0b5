"""What the two of a pair answer every week."""

import strawberry

import resolvers.check_in_reminders
import resolvers.check_ins
from permissions import IsAdult
from schema.check_in_reminders import AcknowledgeRemindersPayload, CheckInReminderPayload
from schema.check_ins import AnswerCheckInInput, CheckInPayload
from schema.fields import mutation


@strawberry.type
class CheckInMutations:
    answer_check_in: CheckInPayload = mutation(
        resolvers.check_ins.answer, AnswerCheckInInput, gives="check_in", permissions=[IsAdult]
    )
    acknowledge_reminder: CheckInReminderPayload = mutation(
        resolvers.check_in_reminders.acknowledge, gives="reminder", permissions=[IsAdult]
    )
    acknowledge_reminders: AcknowledgeRemindersPayload = mutation(
        resolvers.check_in_reminders.acknowledge_all,
        gives="count",
        permissions=[IsAdult],
        empty=int,
        description="All of the viewer's reminders, or those of one check-in.",
    )
