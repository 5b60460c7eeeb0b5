"""Errors at top level: each with a code, in the viewer's language, and never with our insides."""

import re
import secrets
import traceback
from collections.abc import Sequence
from types import NoneType
from typing import Any

import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.schema.exceptions import (
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
)

from domain.denials import Denial, RateLimited
from execution.budget import TOO_COMPLEX, TOO_DEEP
from execution.trusted import DocumentRefused, NotFound
from models.users import Locale

log = structlog.get_logger("compagnon.errors")

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
"""Of a document that was named and is not known: clients send it then."""
INTERNAL = "INTERNAL_ERROR"

_HINT = re.compile(r"\s*Did you mean .*", re.DOTALL)
_hints = True

_CLIENTS_FAULT = (NoneType, CannotGetOperationTypeError, InvalidOperationTypeError)
_TOO_LONG = "Document contains more than"
"""How the parser begins to say that it stops after so many tokens."""
_LONGEST = 300
_AT_MOST = 20
_MASKED = {Locale.EN: "Something went wrong on our side.", Locale.FR: "Une erreur est survenue."}


def formatted(errors: Sequence[GraphQLError], locale: Locale) -> list[dict[str, Any]]:
    """The errors as clients get them: expected ones by their code, all others masked and logged."""
    return [_formatted(error, locale) for error in errors[:_AT_MOST]]


def give_hints(wanted: bool) -> None:
    """Whether this process tells clients what they may have meant: it gives the schema away."""
    global _hints
    _hints = wanted


def code_of(error: GraphQLError) -> str:
    """The code under which clients get this error."""
    cause = _cause(error)
    if isinstance(cause, Denial):
        return cause.code
    if isinstance(error, GraphQLSyntaxError):
        return TOO_COMPLEX if _TOO_LONG in error.message else PARSE_FAILED
    if (code := (error.extensions or {}).get("code")) in (TOO_DEEP, TOO_COMPLEX):
        return str(code)
    return VALIDATION_FAILED if isinstance(cause, _CLIENTS_FAULT) and not error.path else INTERNAL


class CodedError(GraphQLError):
    """An error that formats itself the way `formatted` says; for transports that ask it to."""

    def __init__(self, shown: dict[str, Any]) -> None:
        super().__init__(shown["message"])
        self._shown = shown

    @property
    def formatted(self) -> Any:
        return self._shown


def masked(error: BaseException, locale: Locale = Locale.EN, **facts: object) -> dict[str, Any]:
    """What clients are told of an error of ours: an id, to find it in the log."""
    error_id = secrets.token_hex(8)
    log.error("masked error", error_id=error_id, **facts, **traced(error))
    extensions = {"code": INTERNAL, "errorId": error_id}
    return {"message": _MASKED[locale], "extensions": extensions}


def traced(error: BaseException) -> dict[str, object]:
    """What was raised and where; never its text or a frame's values: they hold people's words."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "sqlstate": getattr(error, "sqlstate", None),
        "constraint": getattr(error, "constraint_name", None),
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def refusal(message: str, code: str, **more: object) -> dict[str, Any]:
    """The answer to a request that never became an operation."""
    return {"errors": [{"message": message[:_LONGEST], "extensions": {"code": code, **more}}]}


def denied(denial: Denial, locale: Locale) -> dict[str, Any]:
    """The answer to somebody who may not ask that at all."""
    return {"errors": [{"message": denial.message(locale), "extensions": denial.extensions}]}


def not_served(refused: DocumentRefused) -> dict[str, Any]:
    """The answer to a request for a document that is not there, or may not be."""
    code = NOT_FOUND if isinstance(refused, NotFound) else VALIDATION_FAILED
    return refusal(str(refused), code)


def too_often(errors: Sequence[GraphQLError] | None) -> RateLimited | None:
    """Why an operation was not run at all, if that is why."""
    causes = (_cause(error) for error in errors or () if not error.path)
    return next((cause for cause in causes if isinstance(cause, RateLimited)), None)


def _formatted(error: GraphQLError, locale: Locale) -> dict[str, Any]:
    cause = _cause(error)
    message = error.message if _hints else _HINT.sub("", error.message)
    shown: dict[str, Any] = {"message": message[:_LONGEST]}
    if error.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        shown["path"] = error.path
    if isinstance(cause, Denial):
        shown["message"] = cause.message(locale)
        shown["extensions"] = cause.extensions
    elif (code := code_of(error)) != INTERNAL:
        shown["extensions"] = {"code": code}
    else:
        shown |= masked(cause or error, locale, path=error.path)
    return shown


def _cause(error: GraphQLError) -> BaseException | None:
    """What was raised, under however many GraphQL errors it was wrapped."""
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause
