"""programTemplates: in the language asked for, else the account's, else the client's."""

from domain.templates import templates
from models.users import Locale
from tests.integration.world import Nobody, World

TEMPLATES = """
query($theme: ProgramTheme, $locale: Locale) {
  programTemplates(theme: $theme) {
    key theme durationWeeks title(locale: $locale) description(locale: $locale)
    steps(locale: $locale) { week title prompt }
    questions(locale: $locale) { key role text required } } }"""


def in_(locale: Locale) -> list[dict[str, object]]:
    return [
        {
            "key": template.key,
            "theme": template.theme,
            "durationWeeks": template.duration_weeks,
            "title": template.title.in_(locale),
            "description": template.description.in_(locale),
            "steps": [
                {"week": s.week, "title": s.title.in_(locale), "prompt": s.prompt.in_(locale)}
                for s in template.steps
            ],
            "questions": [
                {"key": q.key, "role": q.role, "text": q.text.in_(locale), "required": q.required}
                for q in template.questions
            ],
        }
        for template in templates().values()
    ]


async def test_templates_speak_the_language_asked_for_else_the_accounts_else_the_clients(
    world: World,
) -> None:
    # given people of both languages whose clients accept the other one
    ada, fabien = await world.person("Ada"), await world.person("Fabien", locale=Locale.FR)
    ada.accepts, fabien.accepts = Locale.FR, Locale.EN

    # when they ask, saying a language or none
    for person, locale, spoken in (
        (Nobody(Locale.EN), None, Locale.EN),
        (Nobody(Locale.FR), None, Locale.FR),
        (Nobody(Locale.FR), "EN", Locale.EN),
        (ada, None, Locale.EN),
        (ada, "FR", Locale.FR),
        (fabien, None, Locale.FR),
        (fabien, "EN", Locale.EN),
    ):
        # then every text is in that language
        assert (await person.ask(TEMPLATES, locale=locale)).payload == in_(spoken)


async def test_templates_are_found_by_theme(world: World) -> None:
    for template in templates().values():
        found = (await world.nobody.ask(TEMPLATES, theme=template.theme)).payload
        assert [shown["key"] for shown in found] == [template.key]
