"""What is counted of an operation that does not end well."""

import asyncio
from typing import Any

import pytest
from prometheus_client import REGISTRY

from resolvers.context import Context
from server import metrics, patience
from server.observing import observed
from server.patience import Patience, Rounds


def counted(outcome: str) -> float:
    metrics.count()
    labels = {"kind": "none", "name": "", "outcome": outcome}
    return REGISTRY.get_sample_value("compagnon_operations_total", labels) or 0


async def test_an_operation_that_breaks_is_counted_as_failed() -> None:
    async def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("what somebody wrote")

    before = counted("failed")
    with pytest.raises(RuntimeError):
        await observed(broken)("{ a }", context_value=Context(None))
    assert counted("failed") == before + 1


async def endless(*_: Any, **__: Any) -> Any:
    await asyncio.Event().wait()


async def test_an_operation_that_takes_too_long_is_counted_as_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "EVERY", 0.01)

    async def ask() -> None:
        with Patience(Rounds()) as waited:
            waited.until(0.02)
            await observed(endless)("{ a }", context_value=Context(None))

    before = counted("failed"), counted("left")
    with pytest.raises(TimeoutError):
        await ask()
    assert (counted("failed"), counted("left")) == (before[0] + 1, before[1])


async def test_an_operation_that_nobody_waits_for_any_more_is_counted_as_left() -> None:
    before = counted("left")
    waiting = asyncio.create_task(observed(endless)("{ a }", context_value=Context(None)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert counted("left") == before + 1


def test_what_cannot_be_counted_is_not_tried_again_and_again() -> None:
    metrics.count()
    metrics.operation("none", "", ["no word"], 0, ())  # type: ignore[arg-type]

    with pytest.raises(TypeError):
        metrics.count()

    # then whoever comes next has nothing to do with it
    before = counted("ok")
    metrics.operation("none", "", "ok", 0, ())
    assert counted("ok") == before + 1
