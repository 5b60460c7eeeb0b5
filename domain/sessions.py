"""Signing up, in and out."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from domain import tokens
from domain.age import gate_of
from domain.audit import record
from domain.clock import clock
from domain.configuration import configuration
from domain.denials import Suspended
from domain.form import Form
from domain.known_networks import hash_of
from domain.passwords import hash_password, is_password
from domain.refusals import (
    AccountsElsewhere,
    BadCredentials,
    Conflict,
    EmailTaken,
    NotFound,
    SessionOver,
    WrongPassword,
)
from domain.viewer import Viewer, of_session
from models.database import execute, fetch, fetch_one
from models.ids import global_id, new_id
from models.transactions import after_commit, transactional
from models.users import Locale
from realtime import topics, wake


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a signed-in client holds."""

    access_token: str
    refresh_token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    session: Tokens
    viewer: Viewer


def demand_own_accounts() -> None:
    """ILLEGAL_STATE where an identity provider keeps the accounts."""
    if not configuration().has_own_accounts:
        raise AccountsElsewhere


async def sign_up(
    *,
    email: str,
    password: str,
    display_name: str,
    birth_date: date,
    time_zone: str,
    locale: Locale,
    languages: list[str] | None,
    network: str | None = None,
) -> SignedIn:
    """A new account, signed in. Minors may have one: programs stay shut until their day."""
    demand_own_accounts()
    form = Form()
    now = clock.now()
    email = form.email(email, "email")
    form.password(password, "password")
    display_name = form.display_name(display_name, "displayName")
    adult_from = gate_of(birth_date, now, form, "birthDate")
    time_zone = form.time_zone(time_zone, "timeZone")
    tags = form.languages([locale.lower()] if languages is None else languages, "languages")
    form.check()
    if await fetch_one("SELECT 1 FROM users WHERE lower(email) = $1", email):
        raise EmailTaken("email")  # said before the costly hash; the unique index has the last word
    password_hash = await hash_password(password)

    @transactional
    async def write() -> SignedIn:
        user = new_id()
        await execute(
            """INSERT INTO users (id, email, password_hash, display_name, languages, time_zone,
                                  locale, age_known, adult_from, is_moderator, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, true, $8, false, $9)""",
            *(user, email, password_hash, display_name, tags, time_zone, locale, adult_from, now),
        )
        return await _begin(user, network)

    try:
        return await write()
    except asyncpg.UniqueViolationError:
        raise EmailTaken("email") from None


async def sign_in(email: str, password: str, network: str | None = None) -> SignedIn:
    """A new session for whoever knows the password; `network` is where they are."""
    demand_own_accounts()
    form = Form()
    address = form.email(email, "email")
    row = await fetch_one(
        "SELECT id, password_hash FROM users WHERE lower(email) = $1", address or "@"
    )
    if not await is_password(row and row["password_hash"], password) or row is None:
        raise BadCredentials
    return await _begin_for(row["id"], row["password_hash"], network)


@transactional
async def refresh_session(refresh_token: str, network: str | None = None) -> SignedIn | None:
    """New tokens for an old refresh token, which is good once.

    None (the caller says BAD_CREDENTIALS) for a token that is not good; if it was good once,
    somebody else holds a copy, and the whole session ends: that must be committed. SUSPENDED for
    a suspended account, whose token stays good: signing in is what it keeps.
    """
    demand_own_accounts()
    now = clock.now()
    row = await fetch_one(
        """SELECT t.id, t.used_at, s.id AS session, s.user_id, u.suspended_at
           FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
               JOIN users u ON u.id = s.user_id
           WHERE t.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2
           FOR UPDATE OF s, t""",
        tokens.hash_refresh_token(refresh_token),
        now,
    )
    if row is None:
        return None
    if row["used_at"] is not None:
        await end_session(row["session"])
        return None
    if row["suspended_at"] is not None:
        raise Suspended
    await execute("UPDATE refresh_tokens SET used_at = $2 WHERE id = $1", row["id"], now)
    await execute(
        """UPDATE sessions SET last_used_at = $2, expires_at = $3,
               network_hash = coalesce($4, network_hash)
           WHERE id = $1""",
        *(row["session"], now, now + configuration().session_life),
        hash_of(row["user_id"], network),
    )
    return await _tokens(row["session"], row["user_id"])


@transactional
async def end_session(session: UUID) -> None:
    """Signs the session out; its sockets close."""
    await execute(
        "UPDATE sessions SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", session, clock.now()
    )
    after_commit(lambda: wake(topics.session(session)))


@transactional
async def end_own_session(viewer: Viewer, session: UUID) -> None:
    """Signs the viewer out on one of their devices."""
    if not await fetch(
        """SELECT 1 FROM sessions WHERE id = $1 AND user_id = $2 AND ended_at IS NULL
           AND expires_at > $3""",
        *(session, viewer.id, clock.now()),
    ):
        raise NotFound("sessionId")
    await end_session(session)


async def change_password(viewer: Viewer, current: str, new: str) -> None:
    """A new password for whoever knows the present one; every other session of theirs ends."""
    demand_own_accounts()
    form = Form()
    form.password(new, "newPassword")
    form.check()
    row = await fetch_one("SELECT password_hash FROM users WHERE id = $1", viewer.id)
    known = row and row["password_hash"]
    if not await is_password(known, current):
        raise WrongPassword("currentPassword")
    password_hash = await hash_password(new)

    @transactional
    async def write() -> None:
        if not await fetch(
            """UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2
               RETURNING id""",
            *(viewer.id, known, password_hash),
        ):
            raise Conflict  # changed meanwhile, by another session that ends this one
        ended = await fetch(
            """UPDATE sessions SET ended_at = $3 WHERE user_id = $1 AND id <> $2
               AND ended_at IS NULL RETURNING id""",
            *(viewer.id, viewer.session_id, clock.now()),
        )
        woken = [topics.session(row["id"]) for row in ended]
        after_commit(lambda: wake(*woken))
        await record("user.password_changed", actor=viewer.id, subject=global_id("user", viewer.id))

    await write()


@transactional
async def forget_old_sessions() -> int:
    """Deletes sessions that ended or ran out more than a month ago; returns how many."""
    gone = await fetch(
        """DELETE FROM sessions WHERE coalesce(ended_at, expires_at) < $1::timestamptz
           - interval '30 days' RETURNING id""",
        clock.now(),
    )
    return len(gone)


@transactional
async def _begin_for(user: UUID, known: str, network: str | None) -> SignedIn:
    # Locked: the password may be changing at this moment, which ends all other sessions.
    if not await fetch(
        "SELECT 1 FROM users WHERE id = $1 AND password_hash = $2 FOR SHARE", user, known
    ):
        raise BadCredentials
    return await _begin(user, network)


async def _begin(user: UUID, network: str | None) -> SignedIn:
    session, now = new_id(), clock.now()
    await execute(
        """INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, network_hash)
           VALUES ($1, $2, $3, $3, $4, $5)""",
        *(session, user, now, now + configuration().session_life, hash_of(user, network)),
    )
    return await _tokens(session, user)


async def _tokens(session: UUID, user: UUID) -> SignedIn:
    refresh_token = tokens.new_refresh_token()
    await execute(
        """INSERT INTO refresh_tokens (id, session_id, token_hash, created_at)
           VALUES ($1, $2, $3, $4)""",
        *(new_id(), session, tokens.hash_refresh_token(refresh_token), clock.now()),
    )
    access_token, expires_at = tokens.sign(session, user)
    viewer = await of_session(session)
    if viewer is None:
        raise SessionOver
    viewer.token_expires_at = expires_at
    return SignedIn(Tokens(access_token, refresh_token, expires_at), viewer)
