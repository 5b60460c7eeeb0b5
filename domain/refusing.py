"""What a refusal is: a code, the place in the input it is about, and a sentence for the person.

`NotFound("pairs", "3")` is about the fourth pair. Nothing was changed.
"""

import inspect
from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, Self

from models.users import Locale


class UserErrorCode(StrEnum):
    INVALID = "INVALID"
    TAKEN = "TAKEN"
    BAD_CREDENTIALS = "BAD_CREDENTIALS"
    NOT_FOUND = "NOT_FOUND"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    NOT_A_MEMBER = "NOT_A_MEMBER"
    ALREADY_ENROLLED = "ALREADY_ENROLLED"
    ENROLLMENT_CLOSED = "ENROLLMENT_CLOSED"
    AT_CAPACITY = "AT_CAPACITY"
    BLOCKED = "BLOCKED"
    ILLEGAL_STATE = "ILLEGAL_STATE"
    CONFLICT = "CONFLICT"
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"


class Refusal(Exception):
    code: ClassVar[UserErrorCode]
    fr: ClassVar[str]

    def __init__(self, *field: str, **facts: object) -> None:
        super().__init__(self.code, field)
        self.field = field
        self.facts = facts
        self.subject: str | None = None
        """The id or key of what it is about, where the place alone does not say it."""

    def about(self, subject: str | None) -> Self:
        """The same, about this one, unless it is about something already."""
        self.subject = self.subject or subject
        return self

    def message(self, locale: Locale) -> str:
        """The sentence for the person, in their language."""
        text = self.fr if locale is Locale.FR else inspect.cleandoc(self.__doc__ or "")
        return text.format(**self.facts)

    def each(self) -> Sequence["Refusal"]:
        """The refusals this one stands for."""
        return (self,)


class Several(Refusal):
    """More than one thing stands in the way."""

    code = UserErrorCode.INVALID
    fr = "Plusieurs choses s’y opposent."

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__()
        self._refusals = tuple(refusals)

    def each(self) -> Sequence[Refusal]:
        return self._refusals
