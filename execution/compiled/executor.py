"""The executor: what it can, it runs as compiled; all else as graphql-core does."""

from collections.abc import Sequence
from typing import Any

from graphql import DocumentNode, GraphQLObjectType, GraphQLSchema
from graphql.execution.collect_fields import DeferUsage, GroupedFieldSet
from graphql.pyutils.is_awaitable import is_awaitable
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution.compiled.plans import Plan, Plans

_KNOWN = (is_awaitable, optimized_is_awaitable)


class CompiledExecutor(StrawberryGraphQLCoreExecutionContext):
    """Runs operations by their plans: `Schema(execution_context_class=CompiledExecutor)`."""

    plans = Plans()
    plan: Plan | None = None

    @classmethod
    def build(cls, schema: GraphQLSchema, document: DocumentNode, *args: Any, **kwargs: Any) -> Any:
        """An executor that knows its plan, or a list of errors."""
        executor = super().build(schema, document, *args, **kwargs)
        if isinstance(executor, cls) and executor._can_be_compiled():
            executor.plan = cls.plans.of(executor, document)
        return executor

    def execute_collected_root_fields(
        self,
        root_type: GraphQLObjectType,
        root_value: Any,
        grouped_field_set: GroupedFieldSet,
        serially: bool,
        new_defer_usages: Sequence[DeferUsage],
    ) -> Any:
        """The data of the operation, or an awaitable of it."""
        if self.plan is not None:
            return self.plan(self, root_value)
        return super().execute_collected_root_fields(
            root_type, root_value, grouped_field_set, serially, new_defer_usages
        )

    def _can_be_compiled(self) -> bool:
        """Whether nobody looks at each field, breaks off, or has a word of their own for async."""
        return (
            self.is_awaitable in _KNOWN
            and self.abort_signal is None
            and not (self.middleware_manager and self.middleware_manager.middlewares)
            and hasattr(self.schema, "_strawberry_schema")
        )
