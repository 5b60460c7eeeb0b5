"""Answers to a request that may not be made at all: errors at top level, with a code.

GraphQL reads `extensions` off the exception; the docstring is the message.
"""

import inspect
from typing import ClassVar

from domain.refusing import Refusal
from models.users import Locale


class Denial(Exception):
    code: ClassVar[str]
    fr: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.message(Locale.EN))

    @property
    def extensions(self) -> dict[str, object]:
        return {"code": self.code}

    def message(self, locale: Locale) -> str:
        """The sentence for the person, in their language."""
        return self.fr if locale is Locale.FR else inspect.cleandoc(self.__doc__ or "")


class Unauthenticated(Denial):
    """Sign in first."""

    code = "UNAUTHENTICATED"
    fr = "Connectez-vous d’abord."


class Forbidden(Denial):
    """This is not yours to see or do."""

    code = "FORBIDDEN"
    fr = "Ce n’est pas à vous de le voir ou de le faire."


class NothingThere(Denial):
    """There is no such thing here for you."""

    code = "NOT_FOUND"
    fr = "Rien de tel ici pour vous."


class AgeRestricted(Denial):
    """Mentorship is for people of 18 and over."""

    code = "AGE_RESTRICTED"
    fr = "Le mentorat est réservé aux personnes de 18 ans et plus."


class AgeUnknown(Denial):
    """Mentorship is for people of 18 and over, and we do not know your age."""

    code = "AGE_UNKNOWN"
    fr = "Le mentorat est réservé aux personnes de 18 ans et plus, et nous ignorons votre âge."


class Suspended(Denial):
    """This account is suspended."""

    code = "SUSPENDED"
    fr = "Ce compte est suspendu."


class RateLimited(Denial):
    """That was often enough for now; try again later."""

    code = "RATE_LIMITED"
    fr = "C’est assez pour le moment\u202f; réessayez plus tard."

    def __init__(self, retry_after: int | None = None) -> None:
        self.retry_after = retry_after
        """Seconds, where it is known."""
        super().__init__()

    @property
    def extensions(self) -> dict[str, object]:
        after = {} if self.retry_after is None else {"retryAfter": self.retry_after}
        return {"code": self.code, **after}


class BadCursor(Denial):
    """This cursor was not given out for this list."""

    code = "BAD_CURSOR"
    fr = "Ce curseur n’a pas été donné pour cette liste."


class BadPage(Denial):
    """Ask for a page with `first`, or with `last`, of 0 or more."""

    code = "GRAPHQL_VALIDATION_FAILED"
    fr = "Demandez une page avec `first`, ou avec `last`, de 0 ou plus."


class TooComplex(Denial):
    """This asks for too much at once."""

    code = "QUERY_TOO_COMPLEX"
    fr = "C’est trop demander en une fois."


class TooLargeToMatch(Denial):
    """There are too many people waiting to work this out in time: try again, or ask for less."""

    code = "QUERY_TOO_COMPLEX"
    fr = "Trop de personnes attendent pour le calculer à temps\u00a0: réessayez, ou demandez moins."


class Unpinnable(Denial):
    """A pair that cannot be made is pinned."""

    code = "GRAPHQL_VALIDATION_FAILED"
    fr = "Un binôme impossible est épinglé."

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__()

    @property
    def extensions(self) -> dict[str, object]:
        refused = self.refusal
        about = {"subjectId": refused.subject} if refused.subject else {}
        return {"code": self.code, "reason": refused.code, "field": list(refused.field), **about}

    def message(self, locale: Locale) -> str:
        """Which pair, and what stands in its way."""
        return f"{'.'.join(self.refusal.field)}: {self.refusal.message(locale)}"
