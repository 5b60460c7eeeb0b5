"""The stream of one's reminders."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from domain.viewer import Viewer
from models.check_in_reminders import CheckInReminderRow, visible_to
from realtime import topics
from realtime.follow import News
from resolvers.context import Info, viewer_of
from resolvers.following import followed
from resolvers.listening import demand_listening

PAGE = 100


async def follow_reminders(info: Info) -> AsyncGenerator[CheckInReminderRow, None]:
    """Those the viewer has not acknowledged, oldest first, then each new one as it falls due."""
    viewer = viewer_of(info)
    async with aclosing(followed(info, Reminders(viewer), topics.reminders(viewer.id))) as found:
        async for reminder in found:
            yield reminder


class Reminders:
    """What the viewer has been told: reminders are recorded in no order that a reader could hold
    on to, so it remembers each."""

    __slots__ = ("_told", "_unacknowledged", "_viewer")

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._unacknowledged = visible_to(viewer.id).where("r.acknowledged_at IS NULL")
        self._told: set[UUID] = set()

    async def read(self) -> News[CheckInReminderRow]:
        """Rights first; then those not told yet."""
        await demand_listening(self._viewer)
        new = self._unacknowledged.where("r.id <> ALL ({0}::uuid[])", list(self._told))
        rows = await new.all("r.id", limit=PAGE)
        return News(rows, more=len(rows) == PAGE)

    def passed(self, event: CheckInReminderRow) -> CheckInReminderRow:
        self._told.add(event.id)
        return event

    def told(self, event: CheckInReminderRow) -> CheckInReminderRow:
        return event
