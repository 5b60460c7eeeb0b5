"""People whom an identity provider vouches for: an account at first sight, sessions by tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import NAMESPACE_OID, UUID, uuid5

import asyncpg

from domain.age import gate_of
from domain.clock import clock
from domain.form import Form
from domain.identity_hashes import hashes_of
from models.database import execute, fetch, fetch_one
from models.ids import new_id
from models.transactions import transactional
from models.users import Locale

_ATTEMPTS = 3
_NAMELESS = "Somebody"


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a provider's token says of somebody, its signature and its times being good.

    They are known by issuer and subject alone. `session` names a sign-in there: the tokens that
    belong to it are good until it is ended here. `email` is there only when it was verified.
    """

    issuer: str
    subject: str
    session: str
    expires_at: datetime
    name: str | None = None
    email: str | None = None
    birth_date: date | None = None
    time_zone: str | None = None
    locale: str | None = None


async def admit(vouched: Vouched) -> UUID | None:
    """The session these tokens belong to, with an account for whoever has none yet.

    None for somebody erased, and for a session that has been ended. Whether somebody is suspended,
    or old enough, is asked as of everybody.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await _admit(vouched)
        except asyncpg.UniqueViolationError:  # the same person or address, at the same moment
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


@transactional
async def _admit(vouched: Vouched) -> UUID | None:
    subject, unkeyed = await hashes_of(vouched.issuer, vouched.subject)
    row = await fetch_one(
        """SELECT i.id, i.user_id, i.age_told, u.deleted_at
           FROM identities i JOIN users u ON u.id = i.user_id
           WHERE i.issuer = $1 AND i.subject_hash = ANY ($2::bytea[])
           ORDER BY i.is_keyed DESC LIMIT 1 FOR SHARE OF u""",
        *(vouched.issuer, [subject, unkeyed]),
    )
    if row is None:
        user = await _sign_up(vouched, subject)
    elif row["deleted_at"] is not None:
        return None
    else:
        user = row["user_id"]
        if not row["age_told"] and vouched.birth_date is not None:
            await _tell_age(user, row["id"], vouched.birth_date)
    return await _session(vouched, user)


async def _sign_up(vouched: Vouched, subject: bytes) -> UUID:
    """An account of what the provider says; what it does not say in a usable way is left open."""
    user, now = new_id(), clock.now()
    locale = _locale(vouched.locale)
    gate = _gate(vouched.birth_date)
    await execute(
        """INSERT INTO users (id, email, display_name, languages, time_zone, locale, age_known,
                              adult_from, is_moderator, created_at)
           SELECT $1, (SELECT $2::text WHERE NOT EXISTS (
                       SELECT FROM users WHERE lower(email) = lower($2))),
                  $3, $4, $5, $6, $7, $8, false, $9""",
        *(
            user,
            _usable(vouched.email, Form.email),
            _usable(vouched.name, Form.display_name) or _NAMELESS,
        ),
        *([locale.lower()], _usable(vouched.time_zone, Form.time_zone) or "UTC", locale),
        *(gate is not None, gate and gate.adult_from, now),
    )
    await execute(
        """INSERT INTO identities
               (id, user_id, issuer, subject_hash, is_keyed, age_told, created_at)
           VALUES ($1, $2, $3, $4, true, $5, $6)""",
        *(new_id(), user, vouched.issuer, subject, gate is not None, now),
    )
    return user


async def _tell_age(user: UUID, identity: UUID, birth: date) -> None:
    """The first birth date that comes counts. Never a later one: a moderator may have found that
    somebody is younger than the provider says."""
    gate = _gate(birth)
    if gate is None:
        return
    await execute(
        "UPDATE users SET age_known = true, adult_from = $2 WHERE id = $1 AND NOT age_known",
        *(user, gate.adult_from),
    )
    await execute("UPDATE identities SET age_told = true WHERE id = $1", identity)


async def _session(vouched: Vouched, user: UUID) -> UUID | None:
    """Lives as long as the newest of its tokens; one that was ended takes no new ones. It is used
    whenever a token of it is verified anew."""
    session = uuid5(NAMESPACE_OID, f"{user}\0{vouched.session}")
    rows = await fetch(
        """INSERT INTO sessions AS s (id, user_id, created_at, last_used_at, expires_at)
           VALUES ($1, $2, $3, $3, $4)
           ON CONFLICT (id) DO UPDATE SET expires_at = greatest(s.expires_at, $4),
                                          last_used_at = greatest(s.last_used_at, $3)
               WHERE s.ended_at IS NULL
           RETURNING id""",
        *(session, user, clock.now(), vouched.expires_at),
    )
    return session if rows else None


@dataclass(frozen=True, slots=True)
class _Gate:
    """The day the gate opens; None: it is open."""

    adult_from: date | None


def _gate(birth: date | None) -> _Gate | None:
    """None when nobody has said when they were born, or said what cannot be."""
    if birth is None:
        return None
    form = Form()
    opens = gate_of(birth, clock.now(), form)
    return None if form.has_complaints else _Gate(opens)


def _usable(value: str | None, read: Callable[[Form, str], str]) -> str | None:
    """As a form would take it from the person, or nothing."""
    if value is None:
        return None
    form = Form()
    taken = read(form, value)
    return None if form.has_complaints else taken


def _locale(tag: str | None) -> Locale:
    name = (tag or "").replace("_", "-").partition("-")[0].upper()
    return Locale[name] if name in Locale.__members__ else Locale.EN
