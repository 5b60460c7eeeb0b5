"""What is held on a person, handed to them as JSON."""

from collections.abc import AsyncIterator

import orjson

from domain.audit import record
from domain.clock import clock
from domain.viewer import Viewer, of_sessions
from models.export import Section, pages
from models.ids import global_id
from models.personal_data import SECTIONS
from models.transactions import transactional

VERSION = 1


class SignedOutMeanwhile(Exception):
    """The session ended, perhaps with the account, while the data was read: whoever goes on reading
    may not, and what was read is not all of it."""


class Export:
    """The text of one JSON object, made while it is read: a lifetime never stands in memory.

    Whoever reads slowly reads for long, so the session is asked for with each page: what is handed
    over was read while it was good.
    """

    def __init__(self, viewer: Viewer) -> None:
        self._viewer, self._at = viewer, clock.now()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The text, piece by piece: account first, then each section with all its rows."""
        head = {"version": VERSION, "exportedAt": self._at}
        yield orjson.dumps(head)[:-1]
        for section in SECTIONS:
            yield f',"{section.name}":{"" if section.is_one else "["}'.encode()
            async for piece in self._rows(section):
                yield piece
            yield b"" if section.is_one else b"]"
        await self._demand_session()
        yield b"}"

    async def whole(self) -> bytes:
        """All of it at once, for those who have the room."""
        return b"".join([piece async for piece in self])

    async def _rows(self, section: Section) -> AsyncIterator[bytes]:
        separator = b""
        async for rows in pages(section, self._viewer.id):
            await self._demand_session()
            yield separator + orjson.dumps(rows)[1:-1]
            separator = b","

    async def _demand_session(self) -> None:
        session = self._viewer.session_id
        if session not in await of_sessions([session]):
            raise SignedOutMeanwhile


@transactional
async def export_data(viewer: Viewer) -> Export:
    """Everything one wrote and all that is held on one, messages received included; that one asked
    for it is written down."""
    await record("user.exported", actor=viewer.id, subject=global_id("user", viewer.id))
    return Export(viewer)
