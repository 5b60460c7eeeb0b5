"""What is counted and measured, for Prometheus: bounded labels, never a person or their words.

What comes with each request is noted, and counted once a second and before it is told. With several
workers each writes its numbers into files of a directory that all of them know, and whichever is
asked adds them up: `server.scraping`.
"""

from collections import Counter as Counted
from collections.abc import Collection
from functools import cache
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

operations = Counter(
    "compagnon_operations",
    "Operations that are over: their kind, their name if it is in COMPAGNON_OPERATION_NAMES, and "
    "what came of them (ok, refused, denied, invalid, failed, left).",
    ["kind", "name", "outcome"],
)
operation_seconds = Histogram(
    "compagnon_operation_seconds",
    "How long queries and mutations took.",
    ["kind", "name"],
    buckets=_SECONDS,
)
refusals = Counter(
    "compagnon_refusals", "Codes of refusals in payloads and of errors at top level.", ["code"]
)
_rate_limited = Counter(
    "compagnon_rate_limited", "What was refused because it was often enough, by rule.", ["rule"]
)
_responses = Counter("compagnon_http_responses", "Answers over HTTP.", ["status"])

sockets_open = Gauge("compagnon_sockets_open", "Open sockets.", multiprocess_mode="livesum")
socket_closes = Counter(
    "compagnon_socket_closes", "Sockets that the server has closed or lost, by code.", ["code"]
)
subscriptions_open = Gauge(
    "compagnon_subscriptions_open", "Subscriptions under way.", multiprocess_mode="livesum"
)
events = Counter("compagnon_subscription_events", "Events handed to subscribers.")

wake_ups = Counter("compagnon_wake_ups", "Topics woken, whoever had written.")
hub_listening = Gauge(
    "compagnon_hub_listening",
    "1 while every worker hears from the broker.",
    multiprocess_mode="livemin",
)
hub_silence = Gauge(
    "compagnon_hub_silence_seconds",
    "Since a worker has last heard from the broker; the worker that has waited longest.",
    multiprocess_mode="livemax",
)
hub_restarts = Counter("compagnon_hub_restarts", "How often listening has begun again.")
hub_lost = Counter("compagnon_hub_lost_topics", "Topics that could not be published by name.")

tick_age = Gauge(
    "compagnon_tick_age_seconds",
    "Since a worker has last done all that time brings; the worker where it is longest ago.",
    multiprocess_mode="livemax",
)
tick_seconds = Histogram(
    "compagnon_tick_seconds", "How long one round of what time brings took.", buckets=_SECONDS
)
tick_failures = Counter("compagnon_tick_failures", "Work of time left undone.", ["work"])

connections = Gauge(
    "compagnon_database_connections",
    "Connections of the pools, idle or used.",
    ["state"],
    multiprocess_mode="livesum",
)
connections_most = Gauge(
    "compagnon_database_connections_most",
    "How many connections the pools may open.",
    multiprocess_mode="livesum",
)

loop_lag = Gauge(
    "compagnon_loop_lag_seconds",
    "How late the event loop was at the last look; the worker where it was latest.",
    multiprocess_mode="livemax",
)
resident = Gauge("compagnon_resident_bytes", "Memory of the workers.", multiprocess_mode="livesum")
processor = Counter("compagnon_processor_seconds", "Processor time of the workers.")


AT_ONCE = 1_000
"""So many operations at most are counted together: in a row it takes a third of the time."""
_operations: list[tuple[str, str, str, float, Collection[str]]] = []
_statuses: list[int] = []


def operation(kind: str, name: str, outcome: str, seconds: float, codes: Collection[str]) -> None:
    """Notes an operation that is over; a subscription's length says nothing, and is left out."""
    _operations.append((kind, name, outcome, seconds, codes))
    if len(_operations) >= AT_ONCE:
        count()


def response(status: int) -> None:
    """Notes an answer over HTTP."""
    _statuses.append(status)
    if len(_statuses) >= AT_ONCE:
        count()


def count() -> None:
    """Counts what was noted, and has not been counted yet."""
    noted, statuses = _operations.copy(), _statuses.copy()
    _operations.clear()  # first: what cannot be counted is not tried with each request to come
    _statuses.clear()
    for kind, name, outcome, seconds, codes in noted:
        _labelled(operations, kind, name, outcome).inc()
        if kind != "subscription":
            _labelled(operation_seconds, kind, name).observe(seconds)
        for code in codes:
            _labelled(refusals, code).inc()
    for status, times in Counted(statuses).items():
        _labelled(_responses, status).inc(times)


def rate_limited(rule: str) -> None:
    """Counts one refusal by a rate limit; `rule` is the name of a rule, never of who met it."""
    _labelled(_rate_limited, rule).inc()


@cache
def _labelled(metric: Any, *labels: object) -> Any:
    """The number under these labels. `labels` itself takes longer than counting does."""
    return metric.labels(*labels)
