"""Sessions: where somebody is signed in, for how long, and with which tokens."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import tokens
from domain.clock import clock
from domain.configuration import configuration
from domain.denials import Suspended
from domain.known_networks import hash_of
from domain.refusals import AccountsElsewhere, NotFound, SessionOver
from domain.viewer import Viewer, of_session
from models.database import execute, fetch, fetch_one
from models.ids import new_id
from models.transactions import after_commit, transactional
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


async def begin(user: UUID, network: str | None) -> SignedIn:
    """A new session of this person, who has shown to be who they are."""
    session, now = new_id(), clock.now()
    await execute(
        """INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, network_hash)
           VALUES ($1, $2, $3, $3, $4, $5)""",
        *(session, user, now, now + configuration().session_life, hash_of(user, network)),
    )
    return await _tokens(session, user)


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


@transactional
async def forget_old_sessions() -> int:
    """Deletes sessions that ended or ran out more than a month ago; returns how many."""
    gone = await fetch(
        """DELETE FROM sessions WHERE coalesce(ended_at, expires_at) < $1::timestamptz
           - interval '30 days' RETURNING id""",
        clock.now(),
    )
    return len(gone)


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
