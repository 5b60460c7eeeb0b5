"""Cursors: opaque to clients, checked when they come back."""

import base64
import binascii
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.denials import BadCursor

_ROW, _PLACE, _PLACES, _MOMENT = b"\x01", b"\x02", b"\x03", b"\x04"
_PLACE_FORM = struct.Struct(">16sQ")
_MOMENT_FORM = struct.Struct(">q16s")
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_LONGEST = 60_000


def row_cursor(id: UUID) -> str:
    """The place behind a row of a list that is ordered by id."""
    return _text(_ROW + id.bytes)


def read_row_cursor(cursor: str) -> UUID:
    """The id again; BAD_CURSOR for anything but a cursor of such a list."""
    kind, rest = _read(cursor)
    if kind != _ROW or len(rest) != 16:
        raise BadCursor
    return UUID(bytes=rest)


def moment_cursor(at: datetime, id: UUID) -> str:
    """The place behind a row of a list that is ordered by a time, and by id where that is alike."""
    return _text(_MOMENT + _MOMENT_FORM.pack((at - _EPOCH) // _MICROSECOND, id.bytes))


def read_moment_cursor(cursor: str) -> tuple[datetime, UUID]:
    """The time and the id again; BAD_CURSOR for anything but a cursor of such a list."""
    kind, rest = _read(cursor)
    if kind != _MOMENT or len(rest) != _MOMENT_FORM.size:
        raise BadCursor
    microseconds, id = _MOMENT_FORM.unpack(rest)
    try:
        return _EPOCH + microseconds * _MICROSECOND, UUID(bytes=id)
    except OverflowError:
        raise BadCursor from None


def place_cursor(match: UUID, seq: int) -> str:
    """The place in one conversation up to which everything is known."""
    return _text(_PLACE + _PLACE_FORM.pack(match.bytes, seq))


def places_cursor(places: Mapping[UUID, int]) -> str:
    """The places in all of a person's conversations."""
    packed = (_PLACE_FORM.pack(match.bytes, seq) for match, seq in sorted(places.items()))
    return _text(_PLACES + b"".join(packed))


def read_places(cursor: str) -> tuple[dict[UUID, int], bool]:
    """The places a cursor names, and whether it spoke of all the person's conversations."""
    kind, rest = _read(cursor)
    if kind not in (_PLACE, _PLACES) or len(rest) % _PLACE_FORM.size:
        raise BadCursor
    places = {UUID(bytes=id): seq for id, seq in _PLACE_FORM.iter_unpack(rest)}
    if any(seq >= 2**63 for seq in places.values()) or (kind == _PLACE and len(places) != 1):
        raise BadCursor
    return places, kind == _PLACES


def _text(packed: bytes) -> str:
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def _read(cursor: str) -> tuple[bytes, bytes]:
    if len(cursor) > _LONGEST or not cursor.isascii():
        raise BadCursor
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
    except binascii.Error:
        raise BadCursor from None
    if _text(packed) != cursor:  # one spelling for each place
        raise BadCursor
    return packed[:1], packed[1:]
