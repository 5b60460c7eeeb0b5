"""What a schema may say of itself, so that generated code has less to do. All of it is optional."""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def inlined(expression: str) -> Callable[[F], F]:
    """A resolver that does no more than this expression of Python, in which its object is `src`.

    It takes nothing but the object. Where documents are compiled the expression stands in its
    place; where they are walked it is called.
    """
    compile(expression, "<inlined>", "eval")

    def mark(resolver: F) -> F:
        resolver.inlined = expression  # type: ignore[attr-defined]
        return resolver

    return mark


def inlined_of(resolver: object) -> str | None:
    """The expression of a resolver that has one."""
    found = getattr(resolver, "inlined", None)
    return found if isinstance(found, str) else None


def subject_of(permission: object) -> str | None:
    """What of an object alone decides whether this permission grants its field.

    A permission says so by an expression of its own, `subject`, in which the object is `src`. It is
    asked once, not for each object, as long as one after the other has the same subject (the very
    same: it is told by identity).
    """
    found = getattr(permission, "subject", None)
    return found if isinstance(found, str) else None
