"""What was granted once is not asked again, for as long as it cannot have changed."""

from typing import Any

import pytest
import strawberry
from strawberry import Info
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as Generic

from execution.compiled import CompiledExecutor

pytestmark = pytest.mark.anyio


class IsIn(BasePermission):
    """Asked once for all rooms."""

    message = "You are not in."
    subject = "'all rooms'"

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        info.context["asked"] += 1
        is_in: bool = info.context["is_in"]
        return is_in


def window(root: "Room") -> str | None:
    return f"window of {root.number}"


@strawberry.type
class Room:
    number: int
    window: str | None = strawberry.field(
        resolver=window, extensions=[PermissionExtension([IsIn()])]
    )


@strawberry.type
class Query:
    number: int = 1


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rooms(self) -> list[Room]:
        return [Room(number=1), Room(number=2)]

    @strawberry.mutation
    def leave(self, info: Info) -> list[Room]:
        info.context["is_in"] = False
        return [Room(number=3)]

    @strawberry.mutation
    async def leave_later(self, info: Info) -> list[Room]:
        info.context["is_in"] = False
        return [Room(number=3)]


@pytest.mark.parametrize("way", ["leave", "leaveLater"])
async def test_what_one_step_of_a_mutation_was_granted_is_asked_again_in_the_next(
    way: str,
) -> None:
    # given people who leave between two looks at the same
    document = f"""mutation {{
      before: rooms {{ window }}
      leave: {way} {{ window }} }}"""
    told, asked = [], []
    # when each executor answers
    for kind in (Generic, CompiledExecutor):
        context = {"is_in": True, "asked": 0}
        schema = strawberry.Schema(Query, Mutation, execution_context_class=kind)
        result = await schema.execute(document, context_value=context)
        told.append((result.data, [error.path for error in result.errors or []]))
        asked.append(context["asked"])
    # then they are shown nothing any more, and asked once for each step
    before = [{"window": "window of 1"}, {"window": "window of 2"}]
    assert told == [({"before": before, "leave": [{"window": None}]}, [["leave", 0, "window"]])] * 2
    assert asked == [3, 2]
