"""What is held on a person, handed to them as JSON."""

from collections.abc import AsyncIterator
from uuid import UUID

import orjson

from domain.audit import record
from domain.clock import clock
from domain.viewer import Viewer
from models.database import fetch
from models.export import Section, pages
from models.ids import global_id
from models.personal_data import SECTIONS
from models.transactions import transactional

VERSION = 1


class ErasedMeanwhile(Exception):
    """The account was erased while its data was read: what was read is not all of it."""


class Export:
    """The text of one JSON object, made while it is read: a lifetime never stands in memory."""

    def __init__(self, person: UUID) -> None:
        self._person, self._at = person, clock.now()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The text, piece by piece: account first, then each section with all its rows."""
        head = {"version": VERSION, "exportedAt": self._at}
        yield orjson.dumps(head)[:-1]
        for section in SECTIONS:
            yield f',"{section.name}":{"" if section.is_one else "["}'.encode()
            async for piece in self._rows(section):
                yield piece
            yield b"" if section.is_one else b"]"
        if await fetch(
            "SELECT 1 FROM users WHERE id = $1 AND deleted_at IS NOT NULL", self._person
        ):
            raise ErasedMeanwhile
        yield b"}"

    async def whole(self) -> bytes:
        """All of it at once, for those who have the room."""
        return b"".join([piece async for piece in self])

    async def _rows(self, section: Section) -> AsyncIterator[bytes]:
        separator = b""
        async for rows in pages(section, self._person):
            yield separator + orjson.dumps(rows)[1:-1]
            separator = b","


@transactional
async def export_data(viewer: Viewer) -> Export:
    """Everything one wrote and all that is held on one, messages received included; that one asked
    for it is written down."""
    await record("user.exported", actor=viewer.id, subject=global_id("user", viewer.id))
    return Export(viewer.id)
