"""The program templates: curricula to start from, in every language of the product."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from models.programs import ProgramRole, ProgramTheme
from models.users import Locale

_TEXTS = Path(__file__).parent / "template_texts"


@dataclass(frozen=True, slots=True)
class Localized:
    """One text in every language."""

    texts: Mapping[Locale, str]

    def in_(self, locale: Locale) -> str:
        return self.texts[locale]


@dataclass(frozen=True, slots=True)
class TemplateStep:
    week: int
    title: Localized
    prompt: Localized


@dataclass(frozen=True, slots=True)
class TemplateQuestion:
    key: str
    role: ProgramRole | None
    text: Localized
    required: bool


@dataclass(frozen=True, slots=True)
class Template:
    key: str
    theme: ProgramTheme
    title: Localized
    description: Localized
    duration_weeks: int
    topics: tuple[Localized, ...]
    steps: tuple[TemplateStep, ...]
    questions: tuple[TemplateQuestion, ...]


@cache
def templates() -> Mapping[str, Template]:
    """Every template by its key, in the order of the themes."""
    read = [_template(tomllib.loads(p.read_text("utf-8"))) for p in sorted(_TEXTS.glob("*.toml"))]
    themes = list(ProgramTheme)
    return {t.key: t for t in sorted(read, key=lambda t: themes.index(t.theme))}


def _template(data: dict[str, Any]) -> Template:
    return Template(
        key=data["key"],
        theme=ProgramTheme(data["theme"]),
        title=_localized(data["title"]),
        description=_localized(data["description"]),
        duration_weeks=data["duration_weeks"],
        topics=tuple(_localized(topic) for topic in data["topics"]),
        steps=tuple(
            TemplateStep(s["week"], _localized(s["title"]), _localized(s["prompt"]))
            for s in data["steps"]
        ),
        questions=tuple(
            TemplateQuestion(
                q["key"],
                ProgramRole(q["role"]) if "role" in q else None,
                _localized(q["text"]),
                q["required"],
            )
            for q in data["questions"]
        ),
    )


def _localized(texts: dict[str, str]) -> Localized:
    return Localized({locale: texts[locale.lower()].strip() for locale in Locale})
