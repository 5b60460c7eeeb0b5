"""The plans of documents: made once, kept as long as the document, and never too many."""

import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeAlias

from graphql import (
    DirectiveNode,
    DocumentNode,
    Undefined,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution import Executor
from graphql.execution.values import VariableValues

from execution.compiled.compiler import CompilationUnit, Compiler

DOCUMENTS = 1_000
"""How many documents have plans; beyond it, the one not used for longest loses its own."""
FIELDS = 50_000
"""How many fields all plans have together: one takes about 1.3 kB."""
VARIANTS = 8
"""How many plans one operation has, one for each way its directives turn out."""

Plan: TypeAlias = Callable[[Executor[Any], Any], Any]


class Plans:
    """The plans of all documents. A document is told by its identity: to compare trees is slow."""

    def __init__(self, documents: int = DOCUMENTS, fields: int = FIELDS) -> None:
        self._documents, self._fields = documents, fields
        self._known: OrderedDict[tuple[int, int], DocumentPlans] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def of(self, executor: Executor[Any], document: DocumentNode) -> Plan | None:
        """The plan of the operation that the executor was built for; None: it has none."""
        key = id(executor.schema), id(document)
        found = self._known.get(key)
        if found is None or not found.is_of(executor, document):
            found = self._known[key] = DocumentPlans(executor, document, self._forget(key))
        self._known.move_to_end(key)
        plan, is_new = found.plan(executor)
        if is_new or len(self._known) > self._documents:
            self._make_room()
        return plan

    def _make_room(self) -> None:
        fields = sum(document.fields for document in self._known.values())
        while len(self._known) > 1 and (
            len(self._known) > self._documents or fields > self._fields
        ):
            _, document = self._known.popitem(last=False)
            fields -= document.fields

    def _forget(self, key: tuple[int, int]) -> Callable[[Any], None]:
        known = weakref.ref(self)

        def forget(gone: Any) -> None:
            plans = known()
            if plans is not None and (found := plans._known.get(key)) and found.belongs_to(gone):
                del plans._known[key]

        return forget


class DocumentPlans:
    """The plans of one document."""

    def __init__(
        self, executor: Executor[Any], document: DocumentNode, forget: Callable[[Any], None]
    ) -> None:
        self._document = weakref.ref(document, forget)
        self._schema = weakref.ref(executor.schema, forget)
        found = _Directives()
        visit(document, found)
        self._asks_for_more = found.asks_for_more
        self._conditions = sorted(found.conditions)
        self._plans: dict[Any, Plan | None] = {}
        self._compilers: list[Compiler] = []

    @property
    def fields(self) -> int:
        """How many fields its plans have."""
        return sum(compiler.fields for compiler in self._compilers)

    def is_of(self, executor: Executor[Any], document: DocumentNode) -> bool:
        return self._document() is document and self._schema() is executor.schema

    def belongs_to(self, gone: Any) -> bool:
        return gone is self._document or gone is self._schema

    def plan(self, executor: Executor[Any]) -> tuple[Plan | None, bool]:
        """The plan for how the directives turn out with these variables; whether it is new."""
        key: Any = id(executor.operation)
        if self._conditions:
            given = executor.variable_values.coerced
            key = key, *[given.get(name, Undefined) for name in self._conditions]
        try:
            return self._plans[key], False
        except KeyError:
            pass
        except TypeError:  # something that is no boolean, and no key
            return None, False
        if self._asks_for_more or len(self._plans) >= VARIANTS:
            return None, False
        plan = self._plans[key] = self._compiled(executor)
        return plan, True

    def _compiled(self, executor: Executor[Any]) -> Plan | None:
        if any(fragment.variable_signatures for fragment in executor.fragments.values()):
            return None
        given = executor.variable_values
        variables = VariableValues(
            {name: given.sources[name] for name in self._conditions if name in given.sources},
            {name: given.coerced[name] for name in self._conditions if name in given.coerced},
        )
        unit = CompilationUnit(
            executor.schema,
            executor.operation,
            executor.fragments,
            variables,
            executor.hide_suggestions,
        )
        compiler = Compiler(unit, executor.schema._strawberry_schema)  # type: ignore[attr-defined]
        try:
            plan = compiler.root()
        except Exception:  # whatever is wrong with the document, graphql-core says it best
            return None
        self._compilers.append(compiler)
        return plan


class _Directives(Visitor):
    """The variables that say what is included, and whether anything else may change a plan."""

    def __init__(self) -> None:
        super().__init__()
        self.conditions: set[str] = set()
        self.asks_for_more = False

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        if node.name.value in ("skip", "include"):
            for argument in node.arguments or ():
                if isinstance(argument.value, VariableNode):
                    self.conditions.add(argument.value.name.value)
        else:
            self.asks_for_more |= node.name.value in ("defer", "stream")
