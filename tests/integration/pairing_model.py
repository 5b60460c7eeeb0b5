"""What pairing should come to, in a few lines without a database: the rules once more, plainly."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOLDING = ("PROPOSED", "ACTIVE", "PAUSED")
PROPOSAL_LIFE = timedelta(days=14)

REFUSED = "ILLEGAL_STATE"
FULL = "AT_CAPACITY"
TWICE = "ALREADY_ENROLLED"


@dataclass(eq=False)
class Seat:
    """An enrollment."""

    role: str
    capacity: int
    status: str = "APPROVED"
    since: datetime | None = None


@dataclass(eq=False)
class Couple:
    """A match."""

    mentor: Seat
    mentee: Seat
    status: str
    made: datetime
    accepted: set[str] = field(default_factory=set)


class Model:
    """Every method does what the mutation of this name does: the code of its refusal, or None."""

    def __init__(self, *, consent: bool) -> None:
        self.consent = consent
        self.seats: list[Seat] = []
        self.couples: list[Couple] = []

    def taken(self, seat: Seat) -> int:
        return sum(c.status in HOLDING and seat in (c.mentor, c.mentee) for c in self.couples)

    def open_places(self, seat: Seat) -> int:
        return max(0, seat.capacity - self.taken(seat))

    def waiting_since(self, seat: Seat) -> datetime | None:
        return None if self.taken(seat) else seat.since

    def pair(self, mentor: Seat, mentee: Seat, now: datetime) -> str | None:
        if {mentor.status, mentee.status} != {"APPROVED"}:
            return REFUSED
        if not self.open_places(mentor) or not self.open_places(mentee):
            return FULL
        status = "PROPOSED" if self.consent else "ACTIVE"
        self.couples.append(Couple(mentor, mentee, status, now))
        return None

    def answer(self, couple: Couple, role: str, accept: bool, now: datetime) -> str | None:
        if couple.status != "PROPOSED" or now >= couple.made + PROPOSAL_LIFE:
            return REFUSED
        if not accept:
            self._over(couple, "DECLINED", role == "MENTEE", now)
        else:
            couple.accepted.add(role)
            if len(couple.accepted) == 2:
                couple.status = "ACTIVE"
        return None

    def lead(self, couple: Couple, event: str, role: str, now: datetime) -> str | None:
        match event, couple.status:
            case "pause", "ACTIVE":
                couple.status = "PAUSED"
            case "resume", "PAUSED":
                couple.status = "ACTIVE"
            case "complete", "ACTIVE" | "PAUSED":
                self._over(couple, "COMPLETED", True, now)
            case "end", "PROPOSED" | "ACTIVE" | "PAUSED":
                self._over(couple, "ENDED", role == "MENTEE", now)
            case _:
                return REFUSED
        return None

    def withdraw(self, seat: Seat, now: datetime) -> str | None:
        if seat.status != "APPROVED":
            return REFUSED
        for couple in self.couples:
            if couple.status in HOLDING and seat in (couple.mentor, couple.mentee):
                self._over(couple, "ENDED", False, now)
        seat.status, seat.since = "WITHDRAWN", None
        return None

    def enroll(self, seat: Seat, now: datetime) -> str | None:
        """And is approved at once."""
        if seat.status != "WITHDRAWN":
            return TWICE
        seat.status, seat.since = "APPROVED", now if seat.role == "MENTEE" else None
        return None

    def offer(self, seat: Seat, capacity: int) -> str | None:
        if seat.status != "APPROVED":
            return REFUSED
        seat.capacity = capacity
        return None

    def tick(self, now: datetime) -> None:
        for couple in self.couples:
            if couple.status == "PROPOSED" and now >= couple.made + PROPOSAL_LIFE:
                self._over(couple, "EXPIRED", False, now)

    def _over(self, couple: Couple, status: str, by_mentees_wish: bool, now: datetime) -> None:
        couple.status = status
        if by_mentees_wish:
            couple.mentee.since = now
