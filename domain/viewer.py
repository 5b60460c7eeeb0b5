"""Who is asking: an account through a living session."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct

from domain.age import demand_adult, is_adult
from domain.clock import clock
from domain.denials import Suspended
from domain.refusals import SessionOver
from models.database import fetch
from models.foresight import Foresight, Statement, joined
from models.sessions import lets_in
from models.users import USER_WIDTH, Locale, UserRow, user_columns


class Viewer(Struct):
    user: UserRow
    session_id: UUID
    email: str
    """Empty when an identity provider has vouched for none."""
    locale: Locale
    is_moderator: bool
    is_suspended: bool
    age_known: bool
    stored_adult_from: date | None
    check_in_minute: int = 9 * 60
    muted_until: datetime | None = None
    token_expires_at: datetime | None = None

    @property
    def id(self) -> UUID:
        return self.user.id

    @property
    def is_adult(self) -> bool:
        return is_adult(self.age_known, self.stored_adult_from, clock.now())

    @property
    def adult_from(self) -> date | None:
        """The day the gate opens; None once it is open, or when the age is unknown."""
        return None if self.is_adult else self.stored_adult_from

    def demand_good_standing(self) -> None:
        """SUSPENDED for a suspended account."""
        if self.is_suspended:
            raise Suspended

    def demand_adult(self) -> None:
        """SUSPENDED, AGE_UNKNOWN or AGE_RESTRICTED unless the programs are open to them."""
        self.demand_good_standing()
        if not self.age_known or self.stored_adult_from is not None:  # of adults, no day is kept
            demand_adult(self.age_known, self.stored_adult_from, clock.now())

    async def read_anew(self) -> "Viewer":
        """The same person after a change, in the same session; BAD_CREDENTIALS if it has ended."""
        changed = await of_session(self.session_id)
        if changed is None:
            raise SessionOver
        changed.token_expires_at = self.token_expires_at
        return changed

    def is_over(self, now: datetime | None = None) -> bool:
        """Whether the token they came with has expired, now or then."""
        expires_at = self.token_expires_at
        return expires_at is not None and expires_at <= (now or clock.now())


async def of_sessions(sessions: Sequence[UUID]) -> dict[UUID, bool]:
    """Those of these sessions that let somebody in, and whether that person is suspended."""
    rows = await fetch(
        f"""SELECT s.id, u.suspended_at IS NOT NULL
            FROM sessions s JOIN users u ON u.id = s.user_id
            WHERE s.id = ANY ($1::uuid[]) AND {lets_in("$2")}""",
        list(sessions),
        clock.now(),
    )
    return {row[0]: row[1] for row in rows}


async def of_session(session: UUID, ahead: Foresight | None = None) -> Viewer | None:
    """The person behind a session, or None when it has ended, run out, or its account is gone.

    What is foreseen that they read is read with them; of nobody, nothing is.
    """
    if ahead is not None and ahead.guess is not None:
        try:
            return await _with_what_is_ahead(session, ahead, ahead.guess)
        except asyncpg.PostgresError:  # perhaps of the guess: whoever reads it will see
            ahead.has_failed = True
    rows = await fetch(_OF_SESSION, session, clock.now())
    return _viewer(rows[0]) if rows else None


async def _with_what_is_ahead(session: UUID, ahead: Foresight, guess: Statement) -> Viewer | None:
    sql = joined(_OF_SESSION, _WIDTH, guess[0], 2)
    rows = await fetch(sql, session, clock.now(), *guess[1])
    if not rows:
        return None
    ahead.rows = [row[_WIDTH + 1 :] for row in rows if row[_WIDTH]]
    return _viewer(rows[0][:_WIDTH])


_WIDTH = 9 + USER_WIDTH
_OF_SESSION = f"""SELECT s.id, coalesce(u.email, ''), u.locale, u.is_moderator,
        u.suspended_at IS NOT NULL, u.age_known, u.adult_from, u.check_in_minute,
        u.muted_until, {user_columns("u")}
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = $1 AND {lets_in("$2")}"""


def _viewer(row: Sequence[Any]) -> Viewer:
    session_id, email, locale, *facts = row[:9]
    return Viewer(UserRow(*row[9:]), session_id, email, _LOCALES[locale], *facts)


_LOCALES: dict[str, Locale] = {locale.value: locale for locale in Locale}
