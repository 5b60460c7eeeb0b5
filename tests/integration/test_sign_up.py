"""signUp: a new account, signed in; of a birth date nothing is kept but a minor's gate."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

from domain.clock import clock
from models.database import fetch
from models.ids import new_id
from models.users import Locale
from tests.integration.world import Nobody, World

SIGN_UP = """
mutation($input: SignUpInput!) {
  signUp(input: $input) {
    session { accessToken refreshToken expiresAt }
    viewer { email isAdult adultFrom isModerator locale
             user { id displayName bio languages timeZone isDeleted } }
    errors { code message field } } }"""

ADA = {
    "email": "Ada@Example.org",
    "password": "correct horse",
    "displayName": " Ada ",
    "birthDate": "1985-03-17",
    "timeZone": "Europe/Paris",
}


async def stored() -> list[dict[str, Any]]:
    return [dict(row) for row in await fetch("SELECT * FROM users")]


async def test_an_adult_signs_up_and_is_signed_in(world: World) -> None:
    # when an adult signs up
    made = (await world.nobody.ask(SIGN_UP, input=ADA)).ok()

    # then they hold a session and are the viewer, with defaults for what they did not say
    assert all(made["session"].values())
    assert made["viewer"] == {
        "email": "ada@example.org",
        "isAdult": True,
        "adultFrom": None,
        "isModerator": False,
        "locale": "EN",
        "user": {
            "id": made["viewer"]["user"]["id"],
            "displayName": "Ada",
            "bio": None,
            "languages": ["en"],
            "timeZone": "Europe/Paris",
            "isDeleted": False,
        },
    }


async def test_the_birth_date_of_an_adult_is_nowhere_in_the_database(world: World) -> None:
    # given an adult who signed up
    (await world.nobody.ask(SIGN_UP, input=ADA)).ok()

    # when everything that is stored is looked through
    (row,) = await stored()
    tables = await fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    dump = [
        str(line)
        for (table,) in tables
        for (line,) in await fetch(f'SELECT t::text FROM "{table}" t')
    ]

    # then neither the date nor the day of coming of age is there
    assert row["age_known"] is True
    assert [name for name, value in row.items() if type(value) is date] == []
    for trace in ("1985-03-17", "2003-03-17", "17/03/1985", "19850317", "20030317"):
        assert not [line for line in dump if trace in line], trace


async def test_of_a_minor_only_the_day_the_gate_opens_is_kept(world: World) -> None:
    # given a day on which somebody born in 2010 is under age
    clock.set(datetime(2026, 6, 1, 12, tzinfo=UTC))

    # when they sign up
    made = (await world.nobody.ask(SIGN_UP, input=ADA | {"birthDate": "2010-02-03"})).ok()

    # then they have an account, and what is kept is the day and not the date of birth
    assert made["viewer"]["isAdult"] is False
    assert made["viewer"]["adultFrom"] == "2028-02-03"
    (row,) = await stored()
    assert [value for value in row.values() if type(value) is date] == [date(2028, 2, 3)]


async def test_the_gate_turns_when_the_day_has_come_in_the_last_zone(world: World) -> None:
    for now, born, is_adult in (
        ("2026-05-17T11:59:59+00:00", "2008-05-17", False),
        ("2026-05-17T12:00:00+00:00", "2008-05-17", True),
        ("2026-03-01T11:59:59+00:00", "2008-02-29", False),
        ("2026-03-01T12:00:00+00:00", "2008-02-29", True),
    ):
        clock.set(datetime.fromisoformat(now))
        said = {"birthDate": born, "email": f"{new_id().hex}@example.org"}
        made = (await world.nobody.ask(SIGN_UP, input=ADA | said)).ok()
        assert made["viewer"]["isAdult"] is is_adult, now


async def test_an_address_that_is_registered_is_taken_in_any_letter_case(world: World) -> None:
    # given an account
    (await world.nobody.ask(SIGN_UP, input=ADA)).ok()

    # when somebody signs up with the same address in capitals
    again = await world.nobody.ask(SIGN_UP, input=ADA | {"email": " ADA@EXAMPLE.ORG "})

    # then it is taken, and there is still one account and no session for the second
    assert again.refusals == [("TAKEN", ("email",))]
    assert again.payload["session"] is again.payload["viewer"] is None
    assert len(await stored()) == 1


async def test_of_two_who_sign_up_with_one_address_at_once_one_gets_it(world: World) -> None:
    answers = await asyncio.gather(
        world.nobody.ask(SIGN_UP, input=ADA),
        world.nobody.ask(SIGN_UP, input=ADA | {"email": "ada@EXAMPLE.org"}),
    )
    assert sorted(answer.refusals for answer in answers) == [[], [("TAKEN", ("email",))]]
    assert len(await stored()) == 1


async def test_everything_wrong_with_the_form_is_said_at_once(world: World) -> None:
    # when nothing is right
    answer = await world.nobody.ask(
        SIGN_UP,
        input={
            "email": "not an address",
            "password": "1234567",
            "displayName": "  ",
            "birthDate": "2999-01-01",
            "timeZone": "Mars/Olympus",
            "languages": ["en", "?"],
        },
    )

    # then each place is named, and nothing was written
    assert answer.refusals == [
        ("INVALID", ("email",)),
        ("INVALID", ("password",)),
        ("INVALID", ("displayName",)),
        ("INVALID", ("birthDate",)),
        ("INVALID", ("timeZone",)),
        ("INVALID", ("languages", "1")),
    ]
    assert await stored() == []


async def test_what_cannot_be_stored_is_refused(world: World) -> None:
    for field, value in (
        ("email", "İ" * 200 + "@example.org"),  # longer in lower case
        ("email", "a" * 250 + "@x.org"),
        ("email", "a\0@example.org"),
        ("password", "x" * 1001),
        ("password", "with a \0 in it"),
        ("displayName", "x" * 81),
        ("displayName", "\0"),
        ("birthDate", "1850-01-01"),
        ("birthDate", "9999-12-31"),
        ("timeZone", ""),
        ("timeZone", "../../etc/passwd"),
        ("languages", ["en"] * 21),
    ):
        answer = await world.nobody.ask(SIGN_UP, input=ADA | {field: value})
        assert answer.refusals == [("INVALID", (field,))], value


async def test_a_date_that_is_none_is_refused_before_anything_runs(world: World) -> None:
    for born in ("2001-02-29", "17/03/1985", "1985-3-17", "", 19850317):
        answer = await world.nobody.ask(SIGN_UP, input=ADA | {"birthDate": born})
        assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]


async def test_refusals_come_in_the_language_the_client_accepts(world: World) -> None:
    for locale, message in (
        (Locale.EN, "This is not an e-mail address."),
        (Locale.FR, "Ce n’est pas une adresse e-mail."),
    ):
        answer = await Nobody(locale).ask(SIGN_UP, input=ADA | {"email": "nobody"})
        assert [error["message"] for error in answer.payload["errors"]] == [message]


async def test_a_french_account_answers_in_french_and_speaks_it(world: World) -> None:
    made = (await world.nobody.ask(SIGN_UP, input=ADA | {"locale": "FR"})).ok()
    assert made["viewer"]["locale"] == "FR"
    assert made["viewer"]["user"]["languages"] == ["fr"]
