"""What a deployment may set of the rules; the process sets it once, before the first request."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from models.groups import GroupCategory


@dataclass(frozen=True, slots=True)
class Configuration:
    mentoring_categories: frozenset[GroupCategory] = frozenset(
        {GroupCategory.PARENTING, GroupCategory.PROFESSIONAL, GroupCategory.PERSONAL_DEVELOPMENT}
    )
    token_secret: bytes = field(default=b"", repr=False)
    has_own_accounts: bool = True
    """Whether people sign up and in here, not at an identity provider."""
    access_token_life: timedelta = timedelta(minutes=15)
    session_life: timedelta = timedelta(days=60)
    proposal_life: timedelta = timedelta(days=14)
    keep_conversations_months: int = 0
    """After the match has ended; 0, here and below: for ever."""
    keep_applications_months: int = 3
    keep_audit_months: int = 36
    keep_evidence_months: int = 24
    wipe_after_hours: int = 24
    reports_a_day: int | None = 10
    matching_limit: timedelta = timedelta(seconds=20)


_current = Configuration()


def configuration() -> Configuration:
    """The configuration in force."""
    return _current


def configure(**changes: Any) -> None:
    """Changes some of it, for this process."""
    global _current
    _current = replace(_current, **changes)
