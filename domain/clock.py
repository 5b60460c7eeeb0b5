"""The one clock: every rule that depends on time asks it; tests and `tick --now` set it."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the time in UTC; once set, it stands still until it is set again or let run."""

    def __init__(self) -> None:
        self._standing: datetime | None = None

    def now(self) -> datetime:
        standing = self._standing
        return datetime.now(UTC) if standing is None else standing

    def set(self, at: datetime) -> None:
        """Stops the clock at `at`, which needs an offset."""
        if at.tzinfo is None:
            raise ValueError("the clock is set with an offset")
        self._standing = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Moves a standing clock, or stops a running one, `by` later than now."""
        self._standing = self.now() + by

    def run(self) -> None:
        """Lets it follow the machine's clock again."""
        self._standing = None


clock = Clock()
