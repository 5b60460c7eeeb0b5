"""Program templates, in the language asked for."""

from dataclasses import dataclass

from domain.templates import Template, templates
from models.programs import ProgramTheme, Question
from models.users import Locale
from resolvers.context import Info


@dataclass(frozen=True, slots=True)
class TemplateStepRow:
    week: int
    title: str
    prompt: str


def all_of(info: Info, theme: ProgramTheme | None = None) -> list[Template]:
    return [t for t in templates().values() if theme in (None, t.theme)]


def title(root: Template, info: Info, locale: Locale | None = None) -> str:
    return root.title.in_(locale or info.context.locale)


def description(root: Template, info: Info, locale: Locale | None = None) -> str:
    return root.description.in_(locale or info.context.locale)


def steps(root: Template, info: Info, locale: Locale | None = None) -> list[TemplateStepRow]:
    wanted = locale or info.context.locale
    return [TemplateStepRow(s.week, s.title.in_(wanted), s.prompt.in_(wanted)) for s in root.steps]


def questions(root: Template, info: Info, locale: Locale | None = None) -> list[Question]:
    wanted = locale or info.context.locale
    return [Question(q.key, q.role, q.text.in_(wanted), q.required) for q in root.questions]
