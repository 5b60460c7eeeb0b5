"""Documents run by either executor, and all that can be seen of it."""

import asyncio
import json
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute,
    subscribe,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as Generic

from execution.compiled import CompiledExecutor
from tests.unit.compiled_data import Item, World, without_addresses

__all__ = ["CompiledExecutor", "Generic", "Planned", "answered"]


class Planned(CompiledExecutor):
    """Made as `Prepared` makes them: whole only when somebody asks it for more than its plan."""

    @classmethod
    def build(cls, schema: GraphQLSchema, document: DocumentNode, *args: Any, **given: Any) -> Any:
        made = super().build(schema, document, *args, **given)
        if not isinstance(made, cls) or made.plan is None:
            return made
        constant = {name: getattr(made, name) for name in _CONSTANT}
        planned = cls.planned(constant, made.variable_values, made.context_value)
        planned.find_plan(document)
        return planned


_CONSTANT = (
    *("schema", "fragment_definitions", "fragments", "root_value", "operation"),
    *("field_resolver", "type_resolver", "subscribe_field_resolver", "middleware_manager"),
    *("is_awaitable", "hide_suggestions", "abort_signal", "operation_extensions"),
)
ROUNDS = 12
"""How often the loop goes round until what was left running in the background is over."""


async def answered(
    executor: Any,
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: dict[str, Any] | None = None,
    *,
    seed: int = 0,
    errors: int = 0,
) -> tuple[list[str], list[str]]:
    """Each answer as JSON, with its errors in their order, and what was resolved, in its order."""
    world = World(seed, errors)
    options: dict[str, Any] = {
        "context_value": world,
        "root_value": Item(world, 0),
        "variable_values": variables,
        "executor_class": executor,
        "operation_extensions": None,
        "is_awaitable": optimized_is_awaitable,
    }
    if _subscribes(document):
        stream: Any = subscribe(schema, document, **options)
        stream = await stream if hasattr(stream, "__await__") else stream
        if isinstance(stream, ExecutionResult):
            answers = [_json(stream)]
        else:
            answers = []
            try:
                async for told in stream:
                    answers.append(_json(told))
            except Exception as error:  # the stream itself has failed, and what was told is told
                answers.append(f"failed: {error!r}")
    else:
        result: Any = execute(schema, document, **options)
        answers = [_json(await result if hasattr(result, "__await__") else result)]
    for _ in range(ROUNDS):
        await asyncio.sleep(0)
    return answers, [without_addresses(line) for line in world.log]


def _subscribes(document: DocumentNode) -> bool:
    return any(
        isinstance(each, OperationDefinitionNode) and each.operation is OperationType.SUBSCRIPTION
        for each in document.definitions
    )


def _json(result: ExecutionResult) -> str:
    shown = {"data": result.data, "errors": [error.formatted for error in result.errors or ()]}
    return without_addresses(json.dumps(shown, default=repr))
