"""Items of lists are answered as ever, whether they are as most are or not."""

import os
from typing import Any

import pytest
import strawberry
from graphql import parse, validate
from strawberry import Info
from strawberry.permission import BasePermission

from execution.compiled import InstanceOf, Prepared, compiler, inlined
from execution.compiled.plans import Plans
from execution.compiled.straight import FIELDS, straight
from tests.unit.compiled_permissions import guards
from tests.unit.compiled_runs import CompiledExecutor, Generic, answered
from tests.unit.compiled_schema import schema_of

pytestmark = [
    pytest.mark.anyio,
    # graphql-core does not await all that it has, when what it belongs to is null already.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.usefixtures("tidied"),
]

SCHEMA = schema_of()._schema
SEEDS = 300 if os.environ.get("TESTS_AT_LENGTH") else 25
ASKED = {
    "everything": """text whole colour colourOrNull texts textsOrNull read guarded __typename
        mine: text again { text } other { texts colour other { whole } again { text } }""",
    "what all may see": "whole again { text } other { again { whole } }",
    "one thing": "whole",
    "what most have as something else": "id guarded momentOrNull other { id }",
    "what has to be called": "word whole",
}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was written for the items of each list of objects; None: nothing."""
    found: list[Any] = []

    def note(*given: Any) -> Any:
        found.append(straight(*given))
        return found[-1]

    monkeypatch.setattr(compiler, "straight", note)
    monkeypatch.setattr(CompiledExecutor, "plans", Plans())
    return found


async def both(text: str, seed: int, errors: int) -> None:
    """Both executors answer the same."""
    document = parse(text)
    assert not validate(SCHEMA, document)
    expected = await answered(Generic, SCHEMA, document, seed=seed, errors=errors)
    assert await answered(CompiledExecutor, SCHEMA, document, seed=seed, errors=errors) == expected


@pytest.mark.parametrize("errors", [0, 5, 40, 200])
@pytest.mark.parametrize("asked", ASKED)
async def test_whatever_is_in_a_list_its_items_are_answered_as_ever(
    asked: str, errors: int, written: list[Any]
) -> None:
    # given lists of objects that may lack anything, or hold what they should not
    text = f"{{ items {{ stillsOrNull {{ {ASKED[asked]} }} }} }}"

    # when both executors answer, then nobody can tell them apart
    for seed in range(SEEDS):
        await both(text, seed, errors)

    # and what is nothing but attributes was answered in the loop, what has to be called was not
    inner, outer = written[:2]
    assert outer is None and (inner is None) == (asked == "what has to be called")


async def test_what_is_asked_for_at_length_is_written_but_once(written: list[Any]) -> None:
    fields = " ".join(f"a{number}: text" for number in range(FIELDS + 1))

    await both(f"{{ must {{ stillsOrNull {{ {fields} }} }} }}", seed=1, errors=20)

    assert written == [None]


class AllAlike(BasePermission):
    """The same for whatever is in a list."""

    subject = "'all alike'"

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        info.context.append(source)
        return True


class Row:
    text = "the same"


@inlined("src.text")
def _text(root: Row) -> str:
    return root.text


@strawberry.type
class Alike:
    is_type_of = InstanceOf(Row, steady=True)

    text: str = strawberry.field(resolver=_text, extensions=guards(AllAlike()))


@strawberry.type
class AllOfThem:
    @strawberry.field
    def alike(self) -> list[Alike]:
        return [Row(), Row(), Row()]  # type: ignore[list-item]


def test_what_does_not_depend_on_the_items_is_asked_once_for_all_of_them() -> None:
    schema = strawberry.Schema(AllOfThem, execution_context_class=CompiledExecutor)
    prepared, asked = Prepared.of(schema, parse("{ alike { text } }"), None), list[Any]()
    assert prepared is not None

    executor = prepared.executor(asked, {})

    assert not isinstance(executor, list)
    assert executor.execute_operation().data == {"alike": [{"text": "the same"}] * 3}
    assert len(asked) == 1
