"""Program templates."""

import strawberry
from strawberry import ID

import resolvers.templates
from resolvers.rows import ProgramRole, ProgramTheme, Question, Template
from resolvers.templates import TemplateStepRow
from schema.fields import field
from schema.nodes import shown


@shown(row=TemplateStepRow, visible_to="everybody")
class TemplateStep:
    week: int
    title: str
    prompt: str


@shown(row=Question, visible_to="everybody who sees what asks it")
class EnrollmentQuestion:
    key: ID
    role: ProgramRole | None = strawberry.field(description="Null: asked of both.")
    text: str
    required: bool


@shown(
    row=Template,
    visible_to="everybody",
    description="A curriculum to start from, in the viewer's locale, else that of Accept-Language, "
    "else English.",
)
class ProgramTemplate:
    key: ID
    theme: ProgramTheme
    title: str = field(resolvers.templates.title)
    description: str = field(resolvers.templates.description)
    duration_weeks: int
    steps: list[TemplateStep] = field(resolvers.templates.steps)
    questions: list[EnrollmentQuestion] = field(resolvers.templates.questions)
