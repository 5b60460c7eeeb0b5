"""An executor that has answered makes another answer: as if it were new, or not at all."""

from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import parse
from strawberry import Info
from strawberry.permission import BasePermission, PermissionExtension

from execution.compiled import CompiledExecutor, InstanceOf, Prepared

ASK = parse("query ($n: Int!) { room(number: $n) { number window again: window guest { name } } }")


class IsIn(BasePermission):
    """Asked once for all rooms."""

    message = "You are not in."
    subject = "'all rooms'"

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        info.context["asked"] += 1
        return bool(info.context["is_in"])


@dataclass
class GuestRow:
    """Said to stay as it is while an operation runs."""

    name: str


@strawberry.type
class Guest:
    is_type_of = InstanceOf(GuestRow, steady=True)

    name: str


def window(root: "Room") -> str:
    return f"window of {root.number}"


def guest(info: Info) -> Any:
    return info.context["guest"]


@strawberry.type
class Room:
    number: int
    window: str | None = strawberry.field(
        resolver=window, extensions=[PermissionExtension([IsIn()])]
    )
    guest: Guest = strawberry.field(resolver=guest)


@strawberry.type
class Query:
    @strawberry.field
    def room(self, number: int) -> Room:
        return Room(number=number)


SCHEMA = strawberry.Schema(Query, execution_context_class=CompiledExecutor)


def context_of(guest: GuestRow, *, is_in: bool = True) -> dict[str, Any]:
    return {"guest": guest, "is_in": is_in, "asked": 0}


def executor_of(context: Any) -> CompiledExecutor:
    prepared = Prepared.of(SCHEMA, ASK, None)
    assert prepared is not None
    made = prepared.executor(context, {"n": 7})
    assert isinstance(made, CompiledExecutor) and made.plan is not None
    return made


def test_it_keeps_its_plan_and_its_variables_and_forgets_what_was_granted_and_seen() -> None:
    # given one that has answered, and an object that is another by now
    one = context_of(GuestRow("Ana"))
    executor = executor_of(one)
    first = {"number": 7, "window": "window of 7", "again": "window of 7"}
    assert executor.execute_operation().data == {"room": first | {"guest": {"name": "Ana"}}}
    assert one["asked"] == 1
    one["guest"].name = "Bea"
    # (as it is, it knows what it has seen, and what was granted)
    assert executor.execute_operation().data == {"room": first | {"guest": {"name": "Ana"}}}
    assert one["asked"] == 1
    plan, variables = executor.plan, executor.variable_values
    executor.root_value = object()

    # when it answers somebody else
    other = context_of(one["guest"])
    assert executor.renew(other)
    assert executor.root_value is None and executor.context_value is other
    assert executor.execute_operation().data == {"room": first | {"guest": {"name": "Bea"}}}

    # then they were asked for themselves, and nothing was made anew
    assert (one["asked"], other["asked"]) == (1, 1)
    assert executor.plan is plan and executor.variable_values is variables


def test_nobody_is_shown_what_another_was_granted() -> None:
    executor = executor_of(context_of(GuestRow("Ana")))
    assert not executor.execute_operation().errors

    assert executor.renew(context_of(GuestRow("Ana"), is_in=False))
    refused = executor.execute_operation()

    assert refused.data["room"]["window"] is None and len(refused.errors) == 2
    # and one that something has gone wrong in is not used again
    assert not executor.renew(context_of(GuestRow("Ana")))


def test_one_that_was_made_whole_or_has_no_plan_is_not_used_again() -> None:
    whole, unplanned = executor_of(None), executor_of(None)
    assert whole.renew(None) and unplanned.renew(None)

    # when one is asked for what a plan has no need of, and one goes the way of graphql-core
    assert not whole.collected_errors.errors
    unplanned.plan = None

    assert not whole.renew(None) and not unplanned.renew(None)
