"""Documents with very much that is wrong: the first of it is told, and the rest not looked for."""

import pytest

from execution.budget import TOO_COMPLEX
from schema import schema_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "document",
    [
        "{ viewer { nothing } }" + "\n" * 1001,
        "{ viewer { nothing } }" + "\r\n" * 1001,
    ],
)
async def test_what_would_be_slow_to_read_is_not_read(document: str) -> None:
    result = await schema_of().execute(document)

    assert [(error.extensions or {})["code"] for error in result.errors or []] == [TOO_COMPLEX]


async def test_of_what_is_wrong_the_first_is_told() -> None:
    document = f"{{ viewer {{ {' '.join(f'nothing{i}' for i in range(200))} }} }}"

    result = await schema_of().execute(document + "\n" * 990)

    told = [error.message for error in result.errors or []]
    assert len(told) == 11
    assert "Too many validation errors" in told[-1]
