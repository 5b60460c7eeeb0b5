"""Why somebody is not signed in, beside UNAUTHENTICATED: whether to refresh or sign in again."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.applications import Starlette

from domain.clock import clock
from domain.tokens import sign
from models.database import execute, fetch_one
from schema import schema_of
from server.http import graphql_http
from tests.integration.world import Person, World

GROUPS = "{ groups { nodes { id } } }"
END = "UPDATE sessions SET ended_at = now() WHERE id = $1"
Ask = httpx2.AsyncClient


@asynccontextmanager
async def asking(*, compiled: bool) -> AsyncIterator[Ask]:
    app = Starlette(routes=[graphql_http(schema_of(compiled=compiled), lane=compiled)])
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://c") as http:
        yield http


@pytest.fixture(params=[True, False], ids=["compiled", "walked"])
async def http(world: World, request: pytest.FixtureRequest) -> AsyncIterator[Ask]:
    """Both ways in which documents are run."""
    async with asking(compiled=request.param) as http:
        yield http


async def told(http: Ask, said: str | None, document: str = GROUPS) -> list[object]:
    """What stands in the extensions of each error, of a document that is new, and that is known."""
    headers = {} if said is None else {"authorization": said}
    answers = [
        (await http.post("/graphql", json={"query": document}, headers=headers)).json()
        for _ in range(2 if document == GROUPS else 1)
    ]
    errors = [[error["extensions"] for error in answer["errors"]] for answer in answers]
    assert errors[0] == errors[-1]
    return errors[0]


def because(reason: str) -> list[object]:
    return [{"code": "UNAUTHENTICATED", "reason": reason}]


def forged(session: UUID, user: UUID) -> str:
    """Everything about it is right but the signature."""
    claims = {
        "iss": "compagnon",
        "sub": user.hex,
        "sid": session.hex,
        "exp": int((clock.now() + timedelta(minutes=5)).timestamp()),
    }
    return jwt.encode(
        {"alg": "HS256"}, claims, OctKey.import_key(b"another secret of 32 bytes, or so")
    )


async def test_nothing_that_is_a_token_is_no_token(http: Ask) -> None:
    for said in (None, "", "Bearer", "Bearer ", "Basic YTpi", "abc"):
        assert await told(http, said) == because("NO_TOKEN"), said


async def test_what_is_none_of_ours_is_unreadable_whomever_it_names(
    http: Ask, world: World
) -> None:
    # given somebody signed in, and somebody whose session has ended
    ada, bob = await world.people("Ada", "Bob")
    await execute(END, bob.session)
    head, _, tail = sign(ada.session, ada.key)[0].split(".")
    body = base64.urlsafe_b64encode(json.dumps({"sid": ada.session.hex}).encode()).decode()

    # then what somebody makes up says the same of a session that is there, is over, or never was
    for token in (
        forged(ada.session, ada.key),
        forged(bob.session, bob.key),
        forged(uuid4(), uuid4()),
        f"{head}.{body.rstrip('=')}.{tail}",
        "undefined",
        "a.b.c",
        "x" * 5000,
    ):
        assert await told(http, f"Bearer {token}") == because("UNREADABLE"), token


async def test_a_token_that_was_good_has_expired_whether_its_session_goes_on_or_not(
    http: Ask, world: World
) -> None:
    clock.set(datetime(2031, 3, 1, tzinfo=UTC))
    ada, bob = await world.people("Ada", "Bob")
    tokens = [sign(person.session, person.key)[0] for person in (ada, bob)]
    await execute(END, bob.session)
    assert await told(http, f"Bearer {tokens[1]}") == because("SESSION_ENDED")

    clock.advance(timedelta(hours=1))

    for token in tokens:
        assert await told(http, f"Bearer {token}") == because("EXPIRED")


@pytest.mark.parametrize("end", ["sign out", "run out", "erase"])
async def test_a_session_that_lets_nobody_in_any_more_has_ended(
    http: Ask, world: World, end: str
) -> None:
    ada = await world.person("Ada")
    await ended(ada, end)
    assert await told(http, f"Bearer {sign(ada.session, ada.key)[0]}") == because("SESSION_ENDED")


async def ended(person: Person, end: str) -> None:
    if end == "run out":
        await execute("UPDATE sessions SET expires_at = now() WHERE id = $1", person.session)
    elif end == "sign out":
        (await person.ask("mutation { signOut { errors { code } } }")).ok()
    else:
        (await person.ask("mutation { deleteMyAccount(input: {}) { errors { code } } }")).ok()
        assert await fetch_one("SELECT 1 FROM users WHERE deleted_at IS NOT NULL")


async def test_who_signs_out_and_goes_on_in_the_same_document_is_told_so(
    http: Ask, world: World
) -> None:
    ada = await world.person("Ada")
    token = sign(ada.session, ada.key)[0]
    document = """mutation { signOut { errors { code } }
      deleteMyAccount(input: {}) { errors { code } } }"""
    assert await told(http, f"Bearer {token}", document) == because("SESSION_ENDED")
