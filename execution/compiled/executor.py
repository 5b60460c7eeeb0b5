"""The executor: what it can, it runs as compiled; all else as graphql-core does."""

from collections.abc import Awaitable, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfoHelpers,
    GraphQLSchema,
)
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

    @property
    def async_helpers(self) -> GraphQLResolveInfoHelpers:
        """Made when somebody asks for them. Kept, they and the executor would hold each other, and
        all that was read for an operation would stay until the garbage is collected."""
        return GraphQLResolveInfoHelpers(self.gather_async_work, self.track_async_work)

    @async_helpers.setter
    def async_helpers(self, _: GraphQLResolveInfoHelpers) -> None:
        pass

    @classmethod
    def build(cls, schema: GraphQLSchema, document: DocumentNode, *args: Any, **kwargs: Any) -> Any:
        """An executor that knows its plan, or a list of errors."""
        executor = super().build(schema, document, *args, **kwargs)
        if isinstance(executor, cls):
            executor.find_plan(document)
        return executor

    def find_plan(self, document: DocumentNode) -> None:
        """Takes the plan of its operation of this document, if that can have one."""
        if self._can_be_compiled():
            self.plan = self.plans.of(self, document)

    def execute_operation(self, serially: bool | None = None) -> Any:
        """The answer, or an awaitable of it. A plan knows its fields: they are not collected."""
        if self.plan is None or serially:
            return super().execute_operation(serially)
        try:
            data = self.plan(self, self.root_value)
        except GraphQLError as error:
            self.collected_errors.add(error, None)
            return self.build_response(None)
        return self._answered(data) if self.is_awaitable(data) else self.build_response(data)

    async def _answered(self, data: Awaitable[dict[str, Any]]) -> Any:
        try:
            answer = await data
        except GraphQLError as error:
            self.collected_errors.add(error, None)
            return self.build_response(None)
        except Exception:
            await self.cancel_incremental_work()
            self.run_async_work_finished_hook()
            raise
        return self.build_response(answer)

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
