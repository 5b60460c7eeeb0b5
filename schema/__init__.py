"""WHAT clients see: types, inputs, payloads, the three roots. Declarative, no logic."""

from graphql import GraphQLError
from strawberry import Schema
from strawberry.extensions import DisableIntrospection
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext

import schema.enums  # noqa: F401 -- names the enumerations before a type uses one
from execution.budget import Budget
from execution.compiled import CompiledExecutor
from execution.validating import Validating
from schema.messages import (
    MessageAdded,
    MessageDeleted,
    MessageEdited,
    MessagesRead,
    TypingChanged,
)
from schema.mutation import Mutation
from schema.operations import OneOperation
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription

__all__ = ["schema_of", "sdl"]


class QuietSchema(Schema):
    """Leaves the logging of errors to the server, which knows the expected ones from the others."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        return None


def schema_of(*, compiled: bool = True, shown: bool = True) -> Schema:
    """The schema, ready to run: documents compiled, or walked by graphql-core each time; shown to
    whoever asks for it, or without introspection and hints at its names."""
    hidden = () if shown else (DisableIntrospection,)
    return QuietSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[MessageAdded, MessageEdited, MessageDeleted, MessagesRead, TypingChanged],
        extensions=[OneOperation, Budget, Validating, *hidden],
        execution_context_class=CompiledExecutor if compiled else None,
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=not shown),
    )


def sdl() -> str:
    """The text of schema.graphql."""
    return schema_of().as_str() + "\n"
