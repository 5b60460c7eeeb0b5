"""What is told of what happens in conversations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from models.matches import MatchRow
from models.messages import ChangeKind, ChangeRow, MessageRow
from models.users import UserRow


@dataclass(slots=True, eq=False)
class Added:
    cursor: str
    match: MatchRow
    message: MessageRow


@dataclass(slots=True, eq=False)
class Edited:
    cursor: str
    match: MatchRow
    message: MessageRow


@dataclass(slots=True, eq=False)
class Deleted:
    cursor: str
    match: MatchRow
    message: MessageRow


@dataclass(slots=True, eq=False)
class MarkedRead:
    cursor: str
    match: MatchRow
    reader: UserRow
    up_to_number: int


@dataclass(slots=True, eq=False)
class Typing:
    cursor: str
    match: MatchRow
    user: UserRow
    is_typing: bool


@dataclass(frozen=True, slots=True)
class TypingNow:
    """Before it has a cursor: who types in a conversation, or has stopped."""

    match: MatchRow
    is_typing: bool


_KINDS: Mapping[ChangeKind, type[Added | Edited | Deleted]] = {
    ChangeKind.ADDED: Added,
    ChangeKind.EDITED: Edited,
    ChangeKind.DELETED: Deleted,
}
Event: TypeAlias = Added | Edited | Deleted | MarkedRead | Typing
Found: TypeAlias = ChangeRow | TypingNow


def told(event: Found, cursor: str, viewer: UUID) -> Event:
    """The event as clients see it; only who types depends on the viewer, and the cursor may."""
    match = event.match
    if isinstance(event, TypingNow):
        return Typing(cursor, match, match.partner_of(viewer) or match.mentor, event.is_typing)
    if event.reader is not None and event.up_to_number is not None:
        return MarkedRead(cursor, match, event.reader, event.up_to_number)
    if event.message is None:
        raise AssertionError(f"a change of kind {event.kind} without its message")
    return _KINDS[event.kind](cursor, match, event.message)
