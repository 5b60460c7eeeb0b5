"""Answers to a request that may not be made at all: errors at top level, with a code.

GraphQL reads `extensions` off the exception; the docstring is the message.
"""

import inspect
from enum import StrEnum
from typing import ClassVar

from domain.refusing import Refusal
from models.users import Locale


class Absence(StrEnum):
    """Why nobody is signed in: what a client has to do about it.

    UNREADABLE is said before anything is looked up: whoever makes up tokens is told the same of
    sessions that are there and of those that are not.
    """

    NO_TOKEN = "NO_TOKEN"  # noqa: S105 -- a word for clients
    UNREADABLE = "UNREADABLE"
    """None of ours, or not whole."""
    EXPIRED = "EXPIRED"
    """It was good: the session may go on, with the next one."""
    SESSION_ENDED = "SESSION_ENDED"
    """Signed out, here or elsewhere, run out, or gone with the account."""


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

    def __init__(self, reason: Absence) -> None:
        self.reason = reason
        super().__init__()

    @property
    def extensions(self) -> dict[str, object]:
        return {"code": self.code, "reason": self.reason}


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

    def __init__(self, retry_after: int = 1) -> None:
        self.retry_after = retry_after
        """Seconds; one where it is not time that helps, but the end of something else."""
        super().__init__()

    @property
    def extensions(self) -> dict[str, object]:
        return {"code": self.code, "retryAfter": self.retry_after}


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


class BadPair(Denial):
    """A pair that cannot be made is pinned, or one that cannot be is excluded."""

    code = "GRAPHQL_VALIDATION_FAILED"
    fr = "Un binôme impossible est épinglé, ou exclu."

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
