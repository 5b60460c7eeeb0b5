"""HOW a document is run, compiled: each one becomes Python once, and falls back where it must.

`Schema(execution_context_class=CompiledExecutor)` is all there is to do. docs/execution.md explains.
"""

from execution.compiled.executor import CompiledExecutor

__all__ = ["CompiledExecutor"]
