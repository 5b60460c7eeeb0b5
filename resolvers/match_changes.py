"""The stream of one's matches as they are proposed and change status."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from domain.viewer import Viewer
from models.matches import MatchRow, of_pair
from realtime import topics
from realtime.follow import News
from resolvers.context import Info, viewer_of
from resolvers.following import followed
from resolvers.listening import demand_listening


async def follow_matches(info: Info) -> AsyncGenerator[MatchRow, None]:
    """Each of the viewer's matches, whenever it is new or its status another; from now on."""
    viewer = viewer_of(info)
    async with aclosing(followed(info, Watcher(viewer), topics.pairings(viewer.id))) as found:
        async for match in found:
            yield match


class Watcher:
    """The versions of the matches that the viewer knows; a version counts changes of status."""

    __slots__ = ("_versions", "_viewer")

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._versions: dict[UUID, int] | None = None

    async def read(self) -> News[MatchRow]:
        await demand_listening(self._viewer)
        matches = await of_pair(self._viewer.id).all("m.id")
        if self._versions is None:
            self._versions = {match.id: match.version for match in matches}
        known = self._versions
        return News([match for match in matches if known.get(match.id) != match.version])

    def passed(self, event: MatchRow) -> MatchRow:
        if self._versions is not None:
            self._versions[event.id] = event.version
        return event

    def told(self, event: MatchRow) -> MatchRow:
        return event
