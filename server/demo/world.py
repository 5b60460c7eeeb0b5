"""What has come to be while the demo is told, and what is still to happen."""

import re
import tomllib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.clock import clock
from domain.viewer import Viewer
from models.programs import ProgramRow

CONTENT = Path(__file__).parent / "content"
_AGO = re.compile(r"(\d+)d (\d\d):(\d\d)\Z|(\d+)(h|m)\Z")

NOT_YET = UUID(int=0)
Deed = Callable[[], Awaitable[object]]


def read(name: str) -> dict[str, Any]:
    """One file of the demo's content."""
    return tomllib.loads((CONTENT / f"{name}.toml").read_text("utf-8"))


@dataclass(slots=True)
class Couple:
    """A mentor, a mentee and the admin who pairs them; then their match, how far they are, and the
    report that one of them has made."""

    mentor: Viewer
    mentee: Viewer
    admin: Viewer
    match: UUID = NOT_YET
    steps_left: list[UUID] = field(default_factory=list)
    sent: list[UUID] = field(default_factory=list)
    case: UUID = NOT_YET

    def one(self, role: str) -> Viewer:
        return {"mentor": self.mentor, "mentee": self.mentee, "admin": self.admin}[role]


@dataclass(slots=True)
class World:
    """The people by their key, what they have made, and the happenings to come."""

    now: datetime
    viewers: dict[str, Viewer] = field(default_factory=dict)
    groups: dict[str, UUID] = field(default_factory=dict)
    programs: dict[str, ProgramRow] = field(default_factory=dict)
    enrollments: dict[tuple[str, str, str], UUID] = field(default_factory=dict)
    _happenings: list[tuple[datetime, Deed]] = field(default_factory=list)

    def moment(self, ago: str) -> datetime:
        """`24d 18:40` is that time of the day, in UTC, so many days ago; `3h` and `45m` are exact.

        A time of day thus stays one whenever the demo starts, and what is fresh is really fresh.
        """
        said = _AGO.match(ago)
        if said is None:
            raise ValueError(f"{ago!r} is no moment of the demo")
        if said[1] is None:
            hours = {"h": timedelta(hours=1), "m": timedelta(minutes=1)}
            return self.now - int(said[4]) * hours[said[5]]
        day = (self.now - timedelta(days=int(said[1]))).date()
        return datetime.combine(day, time(int(said[2]), int(said[3])), self.now.tzinfo)

    def plan(self, at: datetime, deed: Deed) -> None:
        """Lets something happen at that moment."""
        if at > self.now:
            raise ValueError("the demo lies in the past")
        self._happenings.append((at, deed))

    async def live(self) -> None:
        """Lets everything happen, in the order of its moments, as numbers and logs will tell it."""
        for at, deed in sorted(self._happenings, key=lambda happening: happening[0]):
            clock.set(at)
            await deed()
