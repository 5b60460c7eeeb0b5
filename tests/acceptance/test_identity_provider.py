"""An OpenID Connect provider is in charge of who people are: its tokens alone are good here."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette

from domain.clock import clock
from models.database import execute, fetch
from schema import schema_of
from server.doctor.provider import examine_provider
from server.http import graphql_http
from server.identity import keys
from server.settings import settings_of
from server.startup import running
from tests.acceptance.clients import Client
from tests.providers import Provider
from tests.servers import MASTER_KEY, SECRET_KEY, ServerProcess

pytestmark = pytest.mark.xdist_group("identity")

VIEWER = """{ viewer { user { id displayName timeZone languages } email isAdult adultFrom locale
  enrollments { nodes { id } } sessions { id } } }"""
ADA: dict[str, Any] = {
    "birthdate": "1984-05-01",
    "name": "Ada",
    "email": "ada@example.org",
    "email_verified": True,
    "zoneinfo": "Europe/Paris",
    "locale": "fr-CA",
}


@pytest.fixture(scope="module", name="provider")
def _provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    provider = Provider(tmp_path_factory.mktemp("provider") / "log")
    provider.start()
    yield provider
    provider.stop()


class Front:
    """A front end of this process that trusts the provider; people come with tokens."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def ask(self, token: str, query: str = VIEWER) -> Any:
        answer = await self._http.post(
            "/graphql", json={"query": query}, headers={"authorization": f"Bearer {token}"}
        )
        return answer.json()

    async def viewer(self, token: str) -> Any:
        return (await self.ask(token))["data"]["viewer"]


def settings_for(database: str, provider: Provider) -> Any:
    return settings_of(
        database_url=database,
        secret_key=SECRET_KEY,
        master_keys=MASTER_KEY,
        pool_size=4,
        oidc_issuer=provider.issuer,
        oidc_audience="compagnon,another",
    )


@pytest.fixture(name="front")
async def _front(database: str, provider: Provider) -> AsyncIterator[Front]:
    app = Starlette(routes=[graphql_http(schema_of())])
    async with running(settings_for(database, provider)):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://c") as http:
            yield Front(http)


async def test_an_account_is_made_at_first_sight_of_what_the_provider_says(
    front: Front, provider: Provider
) -> None:
    # when Ada comes for the first time
    ada = await front.viewer(provider.token("ada", **ADA))

    # then she has an account, as the provider describes her
    assert ada["user"] | {"id": ""} == {
        "id": "",
        "displayName": "Ada",
        "timeZone": "Europe/Paris",
        "languages": ["fr"],
    }
    assert (ada["email"], ada["locale"]) == ("ada@example.org", "FR")
    assert (ada["isAdult"], ada["adultFrom"]) == (True, None)
    # and the same account with another token, whatever it says, and at another audience
    changed = provider.token("ada", "another", **{**ADA, "name": "Eve", "email": "e@example.org"})
    assert (await front.viewer(changed))["user"] == ada["user"]
    # and nothing that could be read as her name there is kept
    (row,) = await fetch("SELECT issuer, subject_hash FROM identities")
    assert (row["issuer"], len(row["subject_hash"])) == (provider.issuer, 32)


async def test_people_are_who_the_provider_says_and_not_who_has_the_address(
    front: Front, provider: Provider
) -> None:
    # given Ada, with an address
    ada = await front.viewer(provider.token("ada", **ADA))

    # when somebody else has that address, verified, and another one it unverified
    taken = await front.viewer(provider.token("eve", **{**ADA, "name": "Eve"}))
    unverified = {**ADA, "email": "boss@example.org", "email_verified": False}
    claimed = await front.viewer(provider.token("mal", **unverified))

    # then both are somebody else, without an address
    assert len({one["user"]["id"] for one in (ada, taken, claimed)}) == 3
    assert (taken["email"], claimed["email"]) == ("", "")


async def test_many_first_requests_at_once_make_one_account(
    front: Front, provider: Provider
) -> None:
    tokens = [provider.token("ada", **ADA), provider.token("ada", **ADA)]

    seen = await asyncio.gather(*(front.viewer(token) for token in tokens * 5))

    assert len({one["user"]["id"] for one in seen}) == 1


@pytest.mark.parametrize(
    ("birthdate", "is_adult", "codes"),
    [
        ("1984-05-01", True, []),
        ("1984", True, []),
        (f"{time.gmtime().tm_year - 18}", False, ["AGE_RESTRICTED"]),
        (f"{time.gmtime().tm_year - 10}-02-03", False, ["AGE_RESTRICTED"]),
        ("0000-05-01", False, ["AGE_UNKNOWN"]),
        ("2999-01-01", False, ["AGE_UNKNOWN"]),
        (None, False, ["AGE_UNKNOWN"]),
    ],
)
async def test_the_gate_opens_by_the_birth_date_the_provider_says_and_by_nothing_else(
    front: Front, provider: Provider, birthdate: str | None, is_adult: bool, codes: Sequence[str]
) -> None:
    said = {"birthdate": birthdate} if birthdate else {}

    answer = await front.ask(provider.token("somebody", name="Somebody", **said))

    assert answer["data"]["viewer"]["isAdult"] is is_adult
    assert [error["extensions"]["code"] for error in answer.get("errors", ())] == codes


async def test_the_first_birth_date_counts_and_no_later_one(
    front: Front, provider: Provider
) -> None:
    # given somebody of unknown age, of whom the provider later says more
    assert not (await front.viewer(provider.token("zoe")))["isAdult"]
    assert (await front.viewer(provider.token("zoe", birthdate="1984-05-01")))["isAdult"]

    # when a moderator finds them to be younger than that
    await execute("UPDATE users SET age_known = false, adult_from = NULL")

    # then the provider cannot open the gate again
    assert not (await front.viewer(provider.token("zoe", birthdate="1984-05-01")))["isAdult"]


async def test_signing_up_in_and_out_is_done_at_the_provider(
    front: Front, provider: Provider
) -> None:
    token = provider.token("ada", **ADA)
    asked = {
        "signUp": """(input: {email: "a@example.org", password: "long enough, is it?",
            displayName: "A", birthDate: "1984-05-01", timeZone: "UTC"})""",
        "signIn": '(input: {email: "a@example.org", password: "x"})',
        "refreshSession": '(refreshToken: "x")',
        "signOut": "",
        "changePassword": '(currentPassword: "x", newPassword: "long enough, is it?")',
    }
    for name, arguments in asked.items():
        answer = await front.ask(token, f"mutation {{ {name}{arguments} {{ errors {{ code }} }} }}")
        assert answer["data"][name]["errors"] == [{"code": "ILLEGAL_STATE"}]


async def test_a_session_that_is_ended_here_takes_no_more_tokens_of_that_sign_in(
    front: Front, provider: Provider
) -> None:
    # given a sign-in of which there are two tokens, and another one
    first = provider.token("ada", sid="at home", **ADA)
    (session,) = (await front.viewer(first))["sessions"]
    elsewhere = provider.token("ada", sid="at work", **ADA)
    second = provider.token("ada", sid="at home", **ADA)
    assert len((await front.viewer(elsewhere))["sessions"]) == 2

    # when the first is ended
    end = f'mutation {{ endSession(sessionId: "{session["id"]}") {{ errors {{ code }} }} }}'
    assert (await front.ask(elsewhere, end))["data"]["endSession"]["errors"] == []

    # then none of its tokens is good any more, and the other sign-in's is
    assert await front.viewer(first) is None
    assert await front.viewer(second) is None
    assert (await front.viewer(elsewhere))["user"]["displayName"] == "Ada"


async def test_suspended_people_are_kept_out_and_erased_ones_do_not_come_back(
    front: Front, provider: Provider
) -> None:
    # given somebody suspended, who signs in anew
    await front.viewer(provider.token("ada", **ADA))
    await execute("UPDATE users SET suspended_at = now()")
    answer = await front.ask(provider.token("ada", **ADA), "{ groups { nodes { id } } }")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SUSPENDED"]

    # when they erase their account, which has no password
    token = provider.token("ada", **ADA)
    erase = "mutation { deleteMyAccount(input: {}) { errors { code } } }"
    assert (await front.ask(token, erase))["data"]["deleteMyAccount"]["errors"] == []

    # then no token of theirs makes another one
    assert await front.viewer(token) is None
    assert await front.viewer(provider.token("ada", **ADA)) is None
    assert [row["deleted_at"] is not None for row in await fetch("SELECT * FROM users")] == [True]


def unsigned(token: str, **header: Any) -> str:
    """The same claims under a header of one's own, without a signature."""
    text = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    return f"{text}.{token.split('.')[1]}."


def hashed(token: str, secret: bytes) -> str:
    """The same claims under HS256."""
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")
    text = header + b"." + token.split(".")[1].encode()
    mark = base64.urlsafe_b64encode(hmac.digest(secret, text, "sha256")).rstrip(b"=")
    return (text + b"." + mark).decode()


async def test_nothing_is_good_that_the_provider_has_not_signed_for_us(
    front: Front, provider: Provider
) -> None:
    good = provider.token("ada", **ADA)
    header, claims, signature = good.split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    (published,) = httpx2.get(f"{provider.issuer}/jwks").json()["keys"]
    public = RSAKey.import_key(published)
    own = RSAKey.generate_key(2048, {"kid": published["kid"]})
    soon = int((clock.now() + timedelta(hours=1)).timestamp())

    bad = {
        "no algorithm": unsigned(good, alg="none"),
        "no algorithm, shouted": unsigned(good, alg="NONE"),
        "no header": f"e30.{claims}.{signature}",
        "the public key as a shared secret": hashed(good, public.as_pem(private=False)),
        "somebody else's key": jwt.encode({"alg": "RS256"}, said, own),
        "that key under the provider's name": jwt.encode(
            {"alg": "RS256", "kid": published["kid"]}, said, own
        ),
        "that key in the header": jwt.encode(
            {"alg": "RS256", "jwk": own.as_dict(private=False)}, said, own
        ),
        "other claims": f"{header}.{base64.urlsafe_b64encode(b'{}').decode()}.{signature}",
        "an algorithm that is not allowed": jwt.encode(
            {"alg": "RS512"}, said, own, algorithms=["RS512"]
        ),
        "another kind of token": jwt.encode({"alg": "RS256", "typ": "logout+jwt"}, said, own),
        "somebody else's audience": provider.token("ada", "stranger", **ADA),
        "another issuer": provider.token("ada", host="localhost", **ADA),
        "not yet": provider.token("ada", **ADA, nbf=soon),
        "not a time": provider.token("ada", **ADA, nbf="soon"),
        "our own": jwt.encode(
            {"alg": "HS256"}, {"iss": "compagnon"}, OctKey.import_key(SECRET_KEY.encode())
        ),
        "endless": "a." * 5000,
        "nothing": "",
    }

    for name, token in bad.items():
        answer = await front.ask(token)
        assert answer["data"] == {"viewer": None}, name
    assert await fetch("SELECT 1 FROM users") == []
    # and the good one is, which shows that the bad ones were not refused for want of a provider
    assert (await front.viewer(good))["user"]["displayName"] == "Ada"
    clock.set(clock.now() + timedelta(hours=1, seconds=1))
    assert await front.viewer(good) is None


async def test_keys_that_change_are_found_and_a_provider_that_is_away_costs_nobody_their_sign_in(
    front: Front, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a token that was seen, and a provider that is away
    before = provider.token("ada", **ADA)
    ada = await front.viewer(before)
    provider.stop()
    assert (await front.viewer(before))["user"] == ada["user"]

    # when it comes back with other keys, they are looked for, but not more often than so
    provider.start()
    after = provider.token("ada", **ADA)
    assert await front.viewer(after) is None
    monkeypatch.setattr(keys, "AGAIN", 0.0)
    assert (await front.viewer(after))["user"] == ada["user"]


async def test_while_no_keys_can_be_had_nobody_is_told_that_they_are_nobody(
    database: str, provider: Provider
) -> None:
    # given a provider that was never there
    token = provider.token("ada", **ADA)
    away = settings_for(database, provider).model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    app = Starlette(routes=[graphql_http(schema_of())])

    async with running(away):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://c") as http:
            answer = await Front(http).ask(token)

    # then that is the server's fault, not the token's
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_ERROR"


async def test_the_doctor_asks_the_provider_for_its_keys(provider: Provider) -> None:
    asked = [(provider.issuer, ["RS256"]), (provider.issuer, ["ES256"]), ("http://127.0.0.1:9", [])]

    found = [await anext(examine_provider(issuer, use)) for issuer, use in asked]

    assert [one.grade for one in found] == ["fine", "wrong", "wrong"]
    assert "does not answer" in found[2].text


@pytest.mark.usefixtures("clients_hang_up")
async def test_a_socket_opens_with_the_providers_token_and_closes_when_it_expires(
    start_server: Callable[..., ServerProcess], tmp_path_factory: pytest.TempPathFactory
) -> None:
    # given a provider whose tokens live for a few seconds
    provider = Provider(tmp_path_factory.mktemp("hasty") / "log", tokens_live=6)
    await asyncio.to_thread(provider.start)
    try:
        server = await asyncio.to_thread(
            start_server, oidc_issuer=provider.issuer, oidc_audience="compagnon"
        )
        token = await asyncio.to_thread(provider.token, "ada", **ADA)
        client = Client(server.url, token)

        # when a socket is opened with one
        async with client.socket() as socket:
            await socket.subscribe("subscription { messageEvents { cursor } }")

            # then it closes when the token is over
            assert await socket.closed() == 4401
        assert (await client.ask("{ viewer { email } }")).data == {"viewer": None}
    finally:
        provider.stop()
    assert "ada@" not in server.log and token not in server.log
