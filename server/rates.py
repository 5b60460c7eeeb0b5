"""How often things may be done: the whole table. docs/http.md says it in words.

Only what costs something to be tried or done again and again has a line of its own; all the rest
falls under the general ones. How many cases somebody may report a day is a rule of reporting.
"""

from dataclasses import dataclass
from enum import Enum, auto


class By(Enum):
    """By whom something is counted."""

    ADDRESS = auto()
    """The client's network: an IPv4 address, a /64 of IPv6."""
    PERSON = auto()
    """Who is signed in; nobody for all others."""
    ACCOUNT = auto()
    """The account that an argument names, whoever tries, but for its owner who succeeds. Where they
    have signed in from lately it does not keep them out."""
    ACCOUNT_FROM = auto()
    """The same, for each address by itself: who guesses does not keep the owner out as well.
    Forgotten once the owner has shown there to be who they are."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many of these fields; with no fields, requests and subscriptions of any kind."""

    name: str
    by: By
    at_most: str
    fields: frozenset[str] = frozenset()
    named_in: tuple[str, ...] = ()
    """Where the argument that names an account stands."""
    known_by: tuple[str, ...] = ()
    """Where the argument stands that only its owner knows."""
    only_with: str | None = None
    """The argument without which they are not counted."""
    shared: bool = False
    """Counted for all workers together, which costs a statement; else each counts for itself."""


def _mutations(*names: str) -> frozenset[str]:
    return frozenset(f"Mutation.{name}" for name in names)


def _of_programs(*names: str) -> frozenset[str]:
    return frozenset(f"Program.{name}" for name in names)


SIGN_UP, SIGN_IN = _mutations("signUp"), _mutations("signIn")
PASSWORD = _mutations("changePassword", "deleteMyAccount")
_OF_PEOPLE = frozenset({"Group.members", "Program.enrollments"})
_EMAIL, _PASSWORD = ("input", "email"), ("input", "password")
GUESSES, ALL_GUESSES = "20/minute; 100/hour", "200/minute; 1000/hour"

RATES = (
    Rate("requests", By.ADDRESS, "6000/minute"),
    Rate("requests", By.PERSON, "3000/minute"),
    Rate("accounts", By.ADDRESS, "30/minute; 300/hour", SIGN_UP, shared=True),
    Rate("signing in", By.ADDRESS, "60/minute; 1000/hour", SIGN_IN, shared=True),
    Rate("guesses", By.ACCOUNT_FROM, GUESSES, SIGN_IN, _EMAIL, shared=True),
    Rate("guesses", By.ACCOUNT, ALL_GUESSES, SIGN_IN, _EMAIL, _PASSWORD, shared=True),
    Rate("guesses", By.PERSON, GUESSES, PASSWORD, shared=True),
    Rate("refreshing", By.ADDRESS, "300/minute", _mutations("refreshSession")),
    Rate("messages", By.PERSON, "600/minute", _mutations("sendMessage", "editMessage")),
    Rate("enrolling", By.PERSON, "60/minute", _mutations("enroll"), shared=True),
    Rate("copies", By.PERSON, "30/minute", _mutations("copyProgram")),
    Rate("exports", By.PERSON, "10/minute", _mutations("exportMyData")),
    Rate("searches", By.PERSON, "120/minute", frozenset({"Match.searchMessages"})),
    Rate("finding people", By.PERSON, "300/minute", _OF_PEOPLE, only_with="search"),
    Rate(
        "proposals", By.PERSON, "120/minute", _of_programs("assignmentProposal", "recruitingAdvice")
    ),
    Rate("suggestions", By.PERSON, "300/minute", _of_programs("matchSuggestions", "explainPair")),
)
NEARBY = 20
"""So many times as much by address for a client on this machine: it is a proxy, or who runs it."""
