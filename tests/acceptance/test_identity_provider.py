"""An OpenID Connect provider is in charge of who people are: accounts, ages, sessions."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from domain.clock import clock
from models.database import execute, fetch
from server.identity import trusting
from tests.acceptance.fronts import ADA, Front
from tests.providers import Provider

pytestmark = pytest.mark.xdist_group("identity")


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
        ("{eighteen}", False, ["AGE_RESTRICTED"]),
        ("{ten}-02-03", False, ["AGE_RESTRICTED"]),
        ("0000-05-01", False, ["AGE_UNKNOWN"]),
        ("2999-01-01", False, ["AGE_UNKNOWN"]),
        (None, False, ["AGE_UNKNOWN"]),
    ],
)
async def test_the_gate_opens_by_the_birth_date_the_provider_says_and_by_nothing_else(
    front: Front, provider: Provider, birthdate: str | None, is_adult: bool, codes: Sequence[str]
) -> None:
    # Who says no day may have been born on the year's last, on which the gate opens at noon by UTC.
    year = (clock.now() + timedelta(hours=13)).year
    born = birthdate and birthdate.format(eighteen=year - 18, ten=year - 10)
    said = {"birthdate": born} if born else {}

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


async def test_a_session_is_used_while_its_tokens_are_shown_and_that_is_no_write_each_time(
    front: Front, provider: Provider, monkeypatch: pytest.MonkeyPatch, statements: list[str]
) -> None:
    # given somebody who has just come
    clock.set(clock.now().replace(microsecond=0))
    began, token = clock.now(), provider.token("ada", sid="at home", **ADA)

    async def used() -> list[timedelta]:
        shown = (await front.ask(token, "{ viewer { sessions { createdAt lastUsedAt } } }"))["data"]
        (session,) = shown["viewer"]["sessions"]
        told = [datetime.fromisoformat(session[one]) for one in ("createdAt", "lastUsedAt")]
        return [at - began for at in told]

    now, later = timedelta(0), timedelta(minutes=20)
    assert await used() == [now, now]
    # when they ask again at once, then nothing is written
    statements.clear()
    clock.set(began + later)
    assert await used() == [now, now]
    assert not [sql for sql in statements if "INTO sessions" in sql]
    # and when they do once the token is to be verified anew, it was used by then
    monkeypatch.setattr(trusting, "_FOR", -1.0)
    token = provider.token("ada", sid="at home", **ADA)
    assert await used() == [now, later]
    clock.set(began + 2 * later)
    assert await used() == [now, 2 * later]


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
