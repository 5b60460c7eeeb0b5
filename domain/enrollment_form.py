"""What an enrollment form says, checked against what its program asks, and sealed to be stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from domain.form import Form
from domain.programs import questions_for
from domain.refusals import QuestionUnanswered, Repeated, UnknownQuestion
from models.encryption import Sealed
from models.programs import ProgramRole, ProgramRow, Question


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    question_key: str
    text: str


@dataclass(frozen=True, slots=True)
class EnrollmentForm:
    """What a person says when enrolling, or changes later; None: the default, or leave it."""

    topics: list[str] | None = None
    goal: str | None = None
    answers: Sequence[GivenAnswer] | None = None
    capacity: int | None = None
    languages: list[str] | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class SealedFields:
    """The same as it is stored: what people wrote can be read with the enrollment's key alone."""

    topics: list[str] | None
    goal: bytes | None
    answers: bytes | None
    capacity: int | None
    languages: list[str] | None
    time_zone: str | None


def sealed_fields(
    program: ProgramRow,
    role: ProgramRole,
    said: EnrollmentForm,
    enrollment: UUID,
    data_key: bytes,
    *,
    complete: bool,
) -> SealedFields:
    """What is said, checked and sealed; `complete`: every required question has to be answered."""
    form = Form()
    sealed = Sealed(data_key, enrollment)
    topics, languages = said.topics, said.languages
    if topics is not None:
        topics = form.topics(topics, "topics")
    goal = form.optional_text(said.goal, "goal", longest=2000)
    if languages is not None:
        languages = form.languages(languages, "languages")
    zone = None if said.time_zone is None else form.time_zone(said.time_zone, "timeZone")
    if said.capacity is not None:
        most = 100 if role is ProgramRole.MENTOR else 1
        form.number(said.capacity, "capacity", low=1, high=most)
    given = said.answers if said.answers is not None else () if complete else None
    answers = None if given is None else _answers(questions_for(program, role), given, form)
    form.check()
    return SealedFields(
        topics,
        sealed.seal(goal, b"goal") if goal else None,
        None if answers is None else sealed.seal(answers, b"answers"),
        said.capacity,
        languages,
        zone,
    )


def _answers(asked: Sequence[Question], given: Sequence[GivenAnswer], form: Form) -> str:
    """The answers with their questions as they were asked, as JSON."""
    questions = {question.key: question for question in asked}
    texts: dict[str, str] = {}
    for i, answer in enumerate(given[: len(asked) + 100]):
        checked = _checked(answer, questions, texts, "answers", str(i))
        form.take(checked, about=answer.question_key)
    for question in asked:
        if question.required and question.key not in texts:
            missing = QuestionUnanswered("answers", question=question.text)
            form.refuse(missing.about(question.key))
    stored = [
        {"question": questions[key].stored(), "text": texts[key]} for key in texts if texts[key]
    ]
    return orjson.dumps(stored).decode()


def _checked(
    answer: GivenAnswer, questions: Mapping[str, Question], texts: dict[str, str], *place: str
) -> Form:
    """What is wrong with one answer; its text is put to those of the others."""
    form, key = Form(), answer.question_key
    question = questions.get(key)
    if question is None:
        form.refuse(UnknownQuestion(*place, "questionKey"))
    elif key in texts:
        form.refuse(Repeated(*place, "questionKey"))
    else:
        text = texts[key] = form.text(answer.text, *place, "text", longest=2000, shortest=0)
        if question.required and not text and not form.has_complaints:
            form.refuse(QuestionUnanswered(*place, "text", question=question.text))
    return form
