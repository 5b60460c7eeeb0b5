"""Variables are read as graphql-core reads them, or left to it."""

from itertools import product
from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse
from graphql.execution.values import get_variable_values

from execution.compiled.variables import variables_reader

SCHEMA = build_schema(
    """
    input Inner { flag: Boolean, text: String! }
    input Outer { id: ID!, number: Int, inner: Inner, must: Inner! }
    input Usual { number: Int = 3 }
    input One @oneOf { a: Int, b: Int }
    scalar Own
    type Query { f(a: Outer, b: [Int], c: Usual, d: One, e: Own, g: ID, h: Int!): Int }
    """
)
MISSING: Any = object()
VALUES: tuple[Any, ...] = (MISSING, None, "a", "", 7, 2**31, True, 1.5, [], {"text": "a"})


def reader_of(variables: str) -> tuple[Any, Any]:
    (operation,) = parse(f"query({variables}) {{ f(h: 1) }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    definitions = operation.variable_definitions or ()
    return variables_reader(SCHEMA, definitions), definitions


@pytest.mark.parametrize("type", ["ID", "ID!", "Int", "Int!", "String!", "Boolean", "Outer!"])
def test_what_is_read_is_what_graphql_core_reads(type: str) -> None:
    read, definitions = reader_of(f"$v: {type}")
    inputs = [
        *({"v": value} for value in VALUES),
        *({"v": {"id": a, "must": b, "inner": c}} for a, b, c in product(VALUES, repeat=3)),
        {"v": {"id": "a", "must": {"text": "b"}, "more": 1}},
    ]
    read_by_itself = 0
    for given in map(without_missing, inputs):
        found = read(given)
        # Whatever is unusual is left to it; all else is the same.
        if found is not None:
            read_by_itself += 1
            expected: Any = get_variable_values(SCHEMA, definitions, given)
            assert found.coerced == expected.coerced
            assert values_of(found) == values_of(expected)
    assert read_by_itself > 0


@pytest.mark.parametrize("type", ["[Int]", "Usual", "One", "Own", "Int = 3"])
def test_what_is_not_read_at_a_glance_is_left_to_graphql_core(type: str) -> None:
    assert reader_of(f"$v: {type}")[0] is None


def values_of(found: Any) -> dict[str, Any]:
    return {name: source.value for name, source in found.sources.items()}


def without_missing(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {k: without_missing(v) for k, v in value.items() if v is not MISSING}
