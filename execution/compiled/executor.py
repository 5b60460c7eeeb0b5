"""The executor: what it can, it runs as compiled; all else as graphql-core does."""

from collections import defaultdict
from collections.abc import Awaitable, Sequence
from typing import Any, Self

from graphql import (
    DocumentNode,
    ExecutionResult,
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
    _given: dict[str, Any] | None = None
    granted: dict[Any, object]
    """For each permission, the last subject for which it was granted."""
    seen: defaultdict[Any, dict[int, Any]]
    """What was answered for objects that stay as they are, by the function that did and the object.
    """

    @classmethod
    def planned(cls, constant: dict[str, Any], variables: Any, context: Any) -> Self:
        """An executor that has what a plan reads: all else is made when somebody asks for it.

        `constant` are the arguments of the constructor, by their names as attributes, but for these
        two. What an executor of graphql-core has besides takes as long to make as a small answer.
        """
        made = cls.__new__(cls)
        made.__dict__.update(constant)
        made.variable_values, made.context_value = variables, context
        made._given = constant
        return made

    def __getattr__(self, name: str) -> Any:
        """What is not there yet: the executor is made whole, and keeps its plan."""
        given = self._given
        if given is None or name.startswith("__"):
            raise AttributeError(name)
        self._given = None
        own = ("root_value", "variable_values", "context_value")  # perhaps set since it was made
        now = {each: getattr(self, each) for each in own}
        self.__init__(**given | now)  # type: ignore[misc]
        return getattr(self, name)

    def renew(self, context: Any) -> bool:
        """Makes it as good as new for another answer to the same variables, after a first one; or
        says False, where that has left something in it."""
        if self._given is None or self.plan is None:
            return False
        self.root_value, self.context_value = None, context
        self.granted, self.seen = {}, defaultdict(dict)
        return True

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
        self.granted, self.seen = {}, defaultdict(dict)
        if self._can_be_compiled():
            self.plan = self.plans.of(self, document)

    def build_per_event_executor(self, payload: Any) -> Any:
        """One for an event; what was seen of another one does not count."""
        self.collected_errors  # noqa: B018 -- made whole, for what the two share
        made = super().build_per_event_executor(payload)
        if isinstance(made, CompiledExecutor):
            made.granted, made.seen = {}, defaultdict(dict)
        return made

    def execute_operation(self, serially: bool | None = None) -> Any:
        """The answer, or an awaitable of it. A plan knows its fields: they are not collected."""
        if self.plan is None or serially:
            return super().execute_operation(serially)
        try:
            data = self.plan(self, self.root_value)
        except GraphQLError as error:
            self.collected_errors.add(error, None)
            return self.build_response(None)
        return self._answered(data) if self.is_awaitable(data) else self._response(data)

    def _response(self, data: dict[str, Any]) -> Any:
        """Nothing has gone wrong where nothing was asked of the executor itself."""
        if self._given is not None:
            return ExecutionResult(data, None)
        return self.build_response(data)

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
        return self._response(answer)

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
