"""A pair as far as it takes to write in it: a fraction of what reading its match costs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from models.encryption import Keyed, Sealed
from models.matches import OF_PAIR
from models.reading import Read


class PairRow(Keyed, Struct, eq=False):
    """Whose conversation it is, and what seals it; of the match, the rest is read when asked."""

    id: UUID
    mentor_id: UUID
    mentee_id: UUID
    data_key: bytes
    _sealed: Sealed | None = None

    @property
    def people(self) -> tuple[UUID, UUID]:
        """The mentor and the mentee."""
        return self.mentor_id, self.mentee_id


def of_pair(viewer: UUID) -> Read[PairRow]:
    """The pairs of which the viewer is one of the two."""
    columns = "m.id, m.mentor_id, m.mentee_id, m.data_key"
    return Read(_build, columns, "matches m", (OF_PAIR,), (viewer,))


def _build(values: Sequence[Any]) -> PairRow:
    return PairRow(*values)
