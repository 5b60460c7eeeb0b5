"""What one field of a mutation was granted says nothing of the next: who asks may be another."""

from typing import Any

import pytest
import strawberry
from strawberry import Info
from strawberry.permission import BasePermission
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as Generic

from execution.compiled import CompiledExecutor
from tests.unit.compiled_permissions import guards

pytestmark = pytest.mark.anyio


class IsTrusted(BasePermission):
    message = "Not trusted."
    subject = "'all'"

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        return bool(info.context["who"] == "Ada")


def _page() -> str:
    return "Dear diary"


@strawberry.type
class Diary:
    page: str | None = strawberry.field(resolver=_page, extensions=guards(IsTrusted()))


@strawberry.type
class Query:
    name: str = ""


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def sign_in(self, info: Info, who: str) -> Diary:
        info.context["who"] = who
        return Diary()


@pytest.mark.parametrize("executor", [Generic, CompiledExecutor])
async def test_who_signs_in_as_another_is_asked_anew_what_they_may(executor: Any) -> None:
    schema = strawberry.Schema(Query, Mutation, execution_context_class=executor)
    answer = await schema.execute(
        'mutation { a: signIn(who: "Ada") { page } b: signIn(who: "Eve") { page } }',
        context_value={},
    )
    assert answer.data == {"a": {"page": "Dear diary"}, "b": {"page": None}}
    assert [error.path for error in answer.errors or ()] == [["b", "page"]]
