"""createProgram, updateProgram: a copy of a template, which its admins change as they like."""

import asyncio
from typing import Any

import pytest

from domain.steps import paced
from domain.templates import templates
from models.users import Locale
from tests.integration.world import TEMPLATE, Answer, Person, World

CREATE = """
mutation($input: CreateProgramInput!) {
  createProgram(input: $input) {
    program {
      id status theme title description topics durationWeeks defaultCapacity requiresConsent
      checkInWeekday group { id } template { key }
      steps { position week title prompt } questions { key role text required }
    }
    errors { code field } } }"""
UPDATE = """
mutation($input: UpdateProgramInput!) {
  updateProgram(input: $input) {
    program { title description topics durationWeeks defaultCapacity requiresConsent checkInWeekday
              steps { title week } }
    errors { code field } } }"""
PROGRAM = "query($id: ID!) { program(id: $id) { title status } }"
PROGRAMS = """
query($id: ID!, $status: [ProgramStatus!]) {
  group(id: $id) { programs(status: $status) { nodes { status } } } }"""


async def create(person: Person, group: str, **said: Any) -> Answer:
    return await person.ask(CREATE, input={"groupId": group, "templateKey": TEMPLATE} | said)


@pytest.mark.parametrize("locale", Locale)
async def test_a_program_starts_as_a_copy_of_its_template_in_one_language(
    world: World, locale: Locale
) -> None:
    # given an admin who reads the other language
    other = Locale.FR if locale is Locale.EN else Locale.EN
    ada = await world.person("Ada", locale=other)
    group = await world.group(ada)

    for key, template in templates().items():
        # when they create a program in this one
        made = (await create(ada, group, templateKey=key, locale=locale)).ok()["program"]

        # then every word of the template is there, in this language
        assert made == {
            "id": made["id"],
            "status": "DRAFT",
            "theme": template.theme,
            "title": template.title.in_(locale),
            "description": template.description.in_(locale),
            "topics": [topic.in_(locale) for topic in template.topics],
            "durationWeeks": template.duration_weeks,
            "defaultCapacity": 1,
            "requiresConsent": False,
            "checkInWeekday": "MONDAY",
            "group": {"id": group},
            "template": {"key": key},
            "steps": [
                {
                    "position": i,
                    "week": step.week,
                    "title": step.title.in_(locale),
                    "prompt": step.prompt.in_(locale),
                }
                for i, step in enumerate(template.steps, start=1)
            ],
            "questions": [
                {
                    "key": question.key,
                    "role": question.role,
                    "text": question.text.in_(locale),
                    "required": question.required,
                }
                for question in template.questions
            ],
        }


async def test_the_language_is_the_admins_own_unless_they_say_another(world: World) -> None:
    fabien = await world.person("Fabien", locale=Locale.FR)
    made = (await create(fabien, await world.group(fabien))).ok()["program"]
    assert made["title"] == templates()[TEMPLATE].title.in_(Locale.FR)


async def test_what_the_admin_says_goes_before_the_template(world: World) -> None:
    ada = await world.person("Ada")
    said = {
        "title": "Nights",
        "description": "",
        "topics": ["Sleep", "sleep ", "Calm"],
        "durationWeeks": 4,
        "defaultCapacity": 3,
        "requiresConsent": True,
        "checkInWeekday": "SUNDAY",
    }
    made = (await create(ada, await world.group(ada), **said)).ok()["program"]
    assert {name: made[name] for name in said} == said | {"topics": ["Sleep", "Calm"]}
    weeks = [step["week"] for step in made["steps"]]
    assert (weeks[0], weeks[-1], weeks) == (1, 4, sorted(weeks))
    assert len(weeks) == len(templates()[TEMPLATE].steps)


async def test_who_may_not_create_a_program_is_told_why(world: World) -> None:
    ada, bob, eve = await world.people("Ada", "Bob", "Eve")
    group, hobby = await world.group(ada, bob), await world.group(ada, category="HOBBY")
    minor, alex = await world.minor("Max"), await world.of_unknown_age("Alex")
    assert (await create(bob, group)).codes == ["FORBIDDEN"]
    assert (await create(eve, group)).codes == ["FORBIDDEN"]
    assert (await create(minor, await world.group(minor))).codes == ["AGE_RESTRICTED"]
    assert (await create(alex, await world.group(alex))).codes == ["AGE_UNKNOWN"]
    assert (await create(ada, hobby)).refusals == [("NOT_ELIGIBLE", ("groupId",))]
    assert (await create(ada, group, templateKey="?")).refusals == [("NOT_FOUND", ("templateKey",))]
    for nowhere in ("garbage", ada.id, "group_" + "0" * 32):
        assert (await create(ada, nowhere)).refusals == [("NOT_FOUND", ("groupId",))]


WRONG = {
    "title": " ",
    "description": "x" * 5001,
    "topics": ["ok", "x" * 61],
    "durationWeeks": 53,
    "defaultCapacity": 0,
}
SAID_OF_WRONG = [
    ("INVALID", ("title",)),
    ("INVALID", ("description",)),
    ("INVALID", ("topics", "1")),
    ("INVALID", ("durationWeeks",)),
    ("INVALID", ("defaultCapacity",)),
]


async def test_everything_wrong_with_a_program_is_said_at_once(world: World) -> None:
    ada = await world.person("Ada")
    group = await world.group(ada)
    program = await world.program(ada, group)
    assert (await create(ada, group, **WRONG)).refusals == SAID_OF_WRONG
    changed = await ada.ask(UPDATE, input={"programId": program} | WRONG)
    assert changed.refusals == SAID_OF_WRONG
    for number in (-1, 0, 101, 2**31 - 1):
        answer = await ada.ask(UPDATE, input={"programId": program, "defaultCapacity": number})
        assert answer.refusals == [("INVALID", ("defaultCapacity",))]


async def test_a_draft_is_there_for_admins_alone(world: World) -> None:
    # given a draft
    ada, bob, eve = await world.people("Ada", "Bob", "Eve")
    group = await world.group(ada, bob)
    program = await world.program(ada, group, title="Secret")

    # when a member and a stranger look for it
    for person in (bob, eve):
        seen = await person.ask(PROGRAM, id=program)
        changed = await person.ask(UPDATE, input={"programId": program, "title": "Mine"})
        listed = await person.ask(PROGRAMS, id=group)

        # then there is no such program, in whatever way they ask
        assert (seen.data, seen.errors) == ({"program": None}, [])
        assert changed.refusals == [("NOT_FOUND", ("programId",))]
        assert listed.payload["programs"]["nodes"] == []
    assert (await ada.ask(PROGRAM, id=program)).payload == {"title": "Secret", "status": "DRAFT"}
    assert (await ada.ask(PROGRAMS, id=group)).payload["programs"]["nodes"] == [{"status": "DRAFT"}]


async def test_any_adult_sees_a_program_that_is_no_draft(world: World) -> None:
    ada, eve = await world.people("Ada", "Eve")
    group = await world.group(ada)
    program = await world.open_program(ada, group, title="Open")
    assert (await eve.ask(PROGRAM, id=program)).payload == {"title": "Open", "status": "OPEN"}
    answer = await eve.ask(UPDATE, input={"programId": program, "title": "Mine"})
    assert answer.codes == ["FORBIDDEN"]
    for status, count in ((["OPEN", "CLOSED"], 1), (["DRAFT", "ARCHIVED"], 0), ([], 0), (None, 1)):
        listed = await eve.ask(PROGRAMS, id=group, status=status)
        assert len(listed.payload["programs"]["nodes"]) == count


async def test_programs_are_shut_to_minors_and_those_of_unknown_age(world: World) -> None:
    ada = await world.person("Ada")
    group = await world.group(ada)
    program = await world.open_program(ada, group)
    for person, code in (
        (await world.minor("Max"), "AGE_RESTRICTED"),
        (await world.of_unknown_age("Alex"), "AGE_UNKNOWN"),
        (await world.person("Sue", suspended=True), "SUSPENDED"),
        (world.nobody, "UNAUTHENTICATED"),
    ):
        answer = await person.ask(PROGRAM, id=program)
        assert (answer.data, answer.codes) == ({"program": None}, [code])
    max_ = await world.minor("Max")
    listed = await max_.ask(PROGRAMS, id=group)
    assert (listed.payload, listed.codes) == ({"programs": None}, ["AGE_RESTRICTED"])


async def test_what_is_said_changes_and_the_rest_stays(world: World) -> None:
    ada = await world.person("Ada")
    program = await world.program(ada, await world.group(ada), title="Old", defaultCapacity=5)
    before = (await ada.ask(UPDATE, input={"programId": program})).ok()["program"]
    said = {"title": "New", "topics": [], "requiresConsent": True, "checkInWeekday": "FRIDAY"}
    after = (await ada.ask(UPDATE, input={"programId": program} | said)).ok()["program"]
    assert after == before | said
    kept = await ada.ask(UPDATE, input={"programId": program, "title": None, "topics": None})
    assert kept.ok()["program"] == after


async def test_another_duration_paces_the_steps_anew(world: World) -> None:
    ada = await world.person("Ada")
    program = await world.program(ada, await world.group(ada))
    before = templates()[TEMPLATE]
    for duration in (16, 4, 52, 1):
        answer = await ada.ask(UPDATE, input={"programId": program, "durationWeeks": duration})
        steps = answer.ok()["program"]["steps"]
        weeks = [step["week"] for step in steps]
        assert [s["title"] for s in steps] == [s.title.in_(Locale.EN) for s in before.steps]
        assert weeks == sorted(weeks)
        assert (weeks[0], weeks[-1]) == (1, duration)


async def test_two_durations_set_at_once_are_set_one_after_the_other(world: World) -> None:
    # given where steps of 8 weeks go by way of 52 weeks to 26, or the other way round
    ada = await world.person("Ada")
    group = await world.group(ada)
    eight = [step.week for step in templates()[TEMPLATE].steps]
    ways = [
        [paced(paced(week, 8, one), one, other) for week in eight]
        for one, other in ((52, 26), (26, 52))
    ]
    for _ in range(3):
        # when both durations are set at the same moment
        program = await world.program(ada, group, durationWeeks=8)
        changes = [{"programId": program, "durationWeeks": weeks} for weeks in (52, 26)]
        await asyncio.gather(*(ada.ask(UPDATE, input=change) for change in changes))

        # then the steps went one of these ways
        now = (await ada.ask(UPDATE, input={"programId": program})).ok()["program"]
        assert [step["week"] for step in now["steps"]] in ways
