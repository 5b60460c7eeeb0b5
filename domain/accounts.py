"""Accounts of our own: signing up, signing in, and the password."""

from datetime import date
from uuid import UUID

import asyncpg

from domain.age import gate_of
from domain.audit import record
from domain.clock import clock
from domain.form import Form
from domain.passwords import hash_password, is_password
from domain.refusals import BadCredentials, Conflict, EmailTaken, WrongPassword
from domain.sessions import SignedIn, begin, demand_own_accounts
from domain.viewer import Viewer
from models.database import execute, fetch, fetch_one
from models.ids import global_id, new_id
from models.transactions import after_commit, transactional
from models.users import Locale
from realtime import topics, wake


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
        return await begin(user, network)

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
async def _begin_for(user: UUID, known: str, network: str | None) -> SignedIn:
    # Locked: the password may be changing at this moment, which ends all other sessions.
    if not await fetch(
        "SELECT 1 FROM users WHERE id = $1 AND password_hash = $2 FOR SHARE", user, known
    ):
        raise BadCredentials
    return await begin(user, network)
