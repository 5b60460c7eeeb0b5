"""Transactions that always finish, whoever stops waiting for them."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import asyncpg

from models.database import PLANNED, Transaction, lender, running
from models.finishing import to_its_end
from models.lending import is_open

P = ParamSpec("P")
T = TypeVar("T")

_ATTEMPTS = 5


class Overtaken(Exception):
    """Others were faster, again and again: nothing was changed, and it may be tried anew."""


def transactional(rule: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Runs a rule in one transaction that always finishes, whoever stops waiting for it.

    A client that leaves cancels its request at any await; a cancelled BEGIN would leak the pooled
    connection. So the transaction has a task of its own and cancellation ends only the waiting.
    Inside another transaction the rule joins it. A deadlock or serialization failure runs it anew.
    """
    return _always_finished(rule, _begin_to_commit)


def single_statement(rule: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """The same for a rule of one statement, which is a transaction by itself: two trips less."""
    return _always_finished(rule, _at_once)


def finished(rule: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Runs a rule of several transactions to its end, whoever stops waiting for it."""

    @wraps(rule)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return await to_its_end(rule(*args, **kwargs))

    return run


def after_commit(call: Callable[[], None]) -> None:
    """Calls once the running transaction is committed, never if it is not; without one: now."""
    transaction = running.get()
    if transaction is None:
        call()
    else:
        transaction.calls.append(call)


def _always_finished(
    rule: Callable[P, Awaitable[T]],
    attempt: Callable[[Callable[[], Awaitable[T]]], Awaitable[tuple[T, Transaction]]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    @wraps(rule)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if running.get() is not None:
            return await rule(*args, **kwargs)
        return await to_its_end(_tried_again(lambda: attempt(lambda: rule(*args, **kwargs))))

    return run


async def _tried_again(attempt: Callable[[], Awaitable[tuple[T, Transaction]]]) -> T:
    for number in range(1, _ATTEMPTS + 1):
        try:
            result, committed = await attempt()
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            if number == _ATTEMPTS:
                raise Overtaken from error
            await asyncio.sleep(random.uniform(0, 0.02 * number))  # noqa: S311 -- no secret
            continue
        except asyncpg.LockNotAvailableError as error:
            raise Overtaken from error
        finally:
            running.set(None)
        for call in committed.calls:
            call()
        return result
    raise AssertionError("unreachable")


async def _begin_to_commit(rule: Callable[[], Awaitable[T]]) -> tuple[T, Transaction]:
    async with lender().lend() as connection, _transaction(connection):
        transaction = Transaction(connection)
        running.set(transaction)
        return await rule(), transaction


@asynccontextmanager
async def _transaction(connection: Any) -> AsyncIterator[None]:
    await connection.execute(f"BEGIN; {PLANNED}")
    try:
        yield
    except BaseException:
        if is_open(connection) and connection.is_in_transaction():
            with suppress(Exception):  # lost by now: what was raised says more
                await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")


async def _at_once(rule: Callable[[], Awaitable[T]]) -> tuple[T, Transaction]:
    transaction = Transaction(None)
    running.set(transaction)
    return await rule(), transaction
