"""updateProfile: what people say of themselves, and what nobody may change."""

from datetime import UTC, datetime

from domain.clock import clock
from models.users import Locale
from tests.integration.world import World

UPDATE = """
mutation($input: UpdateProfileInput!) {
  updateProfile(input: $input) {
    viewer { locale user { displayName bio languages timeZone } }
    errors { code message field } } }"""
VIEWER = "{ viewer { locale isAdult adultFrom user { displayName bio languages timeZone } } }"


async def test_what_is_said_changes_and_the_rest_stays(world: World) -> None:
    # given somebody with a profile
    ada = await world.person("Ada")

    # when they change some of it
    changed = (
        await ada.ask(UPDATE, input={"bio": " Mother of two ", "languages": ["FR", "pt-br"]})
    ).ok()

    # then that is changed and nothing else, in the answer and afterwards
    assert changed["viewer"] == {
        "locale": "EN",
        "user": {
            "displayName": "Ada",
            "bio": "Mother of two",
            "languages": ["fr", "pt-BR"],
            "timeZone": "Europe/Paris",
        },
    }
    assert (await ada.ask(VIEWER)).payload["user"] == changed["viewer"]["user"]


async def test_null_leaves_a_field_and_an_empty_bio_removes_it(world: World) -> None:
    ada = await world.person("Ada")
    (await ada.ask(UPDATE, input={"bio": "Mother of two"})).ok()
    kept = (await ada.ask(UPDATE, input={"bio": None, "displayName": None})).ok()
    assert kept["viewer"]["user"]["bio"] == "Mother of two"
    assert kept["viewer"]["user"]["displayName"] == "Ada"
    gone = (await ada.ask(UPDATE, input={"bio": "  "})).ok()
    assert gone["viewer"]["user"]["bio"] is None


async def test_everything_wrong_is_said_at_once_and_nothing_is_changed(world: World) -> None:
    ada = await world.person("Ada")
    answer = await ada.ask(
        UPDATE,
        input={
            "displayName": " ",
            "bio": "x" * 2001,
            "languages": ["en", "english!"],
            "timeZone": "Paris",
            "locale": "FR",
        },
    )
    assert answer.refusals == [
        ("INVALID", ("displayName",)),
        ("INVALID", ("bio",)),
        ("INVALID", ("languages", "1")),
        ("INVALID", ("timeZone",)),
    ]
    assert answer.payload["viewer"] is None
    assert (await ada.ask(VIEWER)).payload["locale"] == "EN"


async def test_the_next_answer_speaks_the_new_language(world: World) -> None:
    ada = await world.person("Ada")
    (await ada.ask(UPDATE, input={"locale": "FR"})).ok()
    answer = await ada.ask(UPDATE, input={"displayName": ""})
    assert [error["message"] for error in answer.payload["errors"]] == [
        "Il manque quelque chose ici."
    ]


async def test_the_language_of_the_account_goes_before_what_the_client_accepts(
    world: World,
) -> None:
    fabien = await world.person("Fabien", locale=Locale.FR)
    fabien.accepts = Locale.EN
    eve = await world.person("Eve", locale=Locale.EN)
    eve.accepts = Locale.FR
    for person, message in (
        (fabien, "Ce n’est pas à vous de le voir ou de le faire."),
        (eve, "This is not yours to see or do."),
    ):
        group = await world.group(await world.person("Ada"))
        answer = await person.ask(
            "query($id: ID!) { group(id: $id) { members { nodes { role } } } }", id=group
        )
        assert [error["message"] for error in answer.errors] == [message]


async def test_a_birth_date_is_no_part_of_a_profile(world: World) -> None:
    minor = await world.minor("Max")
    answer = await minor.ask(
        'mutation { updateProfile(input: {birthDate: "1980-01-01"}) { errors { code } } }'
    )
    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]


async def test_the_viewer_learns_when_their_gate_opens_and_that_it_has(world: World) -> None:
    # given somebody whose 18th birthday is on 17 May
    max_ = await world.person("Max", adult_from=datetime(2026, 5, 17, tzinfo=UTC).date())

    # when they ask a moment before it has come in the last zone, and at that moment
    clock.set(datetime(2026, 5, 17, 11, 59, 59, tzinfo=UTC))
    before = (await max_.ask(VIEWER)).payload
    clock.set(datetime(2026, 5, 17, 12, tzinfo=UTC))
    after = (await max_.ask(VIEWER)).payload

    # then the day is said until it is there
    assert (before["isAdult"], before["adultFrom"]) == (False, "2026-05-17")
    assert (after["isAdult"], after["adultFrom"]) == (True, None)


async def test_somebody_of_unknown_age_is_no_adult_and_has_no_day(world: World) -> None:
    alex = await world.of_unknown_age("Alex")
    viewer = (await alex.ask(VIEWER)).payload
    assert (viewer["isAdult"], viewer["adultFrom"]) == (False, None)


async def test_nobody_and_the_suspended_are_kept_out(world: World) -> None:
    assert (await world.nobody.ask("{ viewer { email } }")).payload is None
    assert (await world.nobody.ask(UPDATE, input={})).codes == ["UNAUTHENTICATED"]
    eve = await world.person("Eve", suspended=True)
    assert (await eve.ask(UPDATE, input={"bio": "x"})).codes == ["SUSPENDED"]
    assert (await eve.ask(VIEWER)).payload["user"]["displayName"] == "Eve"
