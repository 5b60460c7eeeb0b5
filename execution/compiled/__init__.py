"""HOW a document is run: it becomes Python once, and what cannot is left to graphql-core.

`Schema(execution_context_class=CompiledExecutor)` is all; docs/execution.md explains.
"""

from execution.compiled.executor import CompiledExecutor
from execution.compiled.instances import InstanceOf
from execution.compiled.leaves import AsItIs
from execution.compiled.prepared import Prepared
from execution.compiled.shortcuts import inlined

__all__ = ["AsItIs", "CompiledExecutor", "InstanceOf", "Prepared", "inlined"]
