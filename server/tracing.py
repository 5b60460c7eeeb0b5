"""One OpenTelemetry span for each operation: kind, name, outcome, codes; never what was in it.

Where they go is said by OpenTelemetry's own OTEL_* variables.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from server.failing import CannotStart
from server.settings import Settings

_provider: Any = None
_tracer: Any = None
_NONE = nullcontext()


def begin(settings: Settings) -> None:
    """From now on spans are sent to a collector, if the settings say so."""
    if not settings.tracing:
        return
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.exporter") is None:
        raise CannotStart("For COMPAGNON_TRACING, run `pip install 'compagnon[tracing]'`.")
    sdk = import_module("opentelemetry.sdk.trace")
    exporting = import_module("opentelemetry.sdk.trace.export")
    resources = import_module("opentelemetry.sdk.resources")
    otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    resource = resources.Resource({"service.name": "compagnon"}).merge(
        resources.OTELResourceDetector().detect()
    )
    provider = sdk.TracerProvider(resource=resource)
    provider.add_span_processor(exporting.BatchSpanProcessor(otlp.OTLPSpanExporter()))
    use(provider)


def use(provider: Any) -> None:
    """Makes spans with this provider; None: none any more."""
    global _provider, _tracer
    _provider = provider
    _tracer = None if provider is None else provider.get_tracer("compagnon")


def end() -> None:
    """Sends what is still here, and stops. It may take seconds: not for the event loop."""
    provider = _provider
    use(None)
    if provider is not None:
        provider.shutdown()


def operation_span() -> AbstractContextManager[Any]:
    """A span around an operation, under which others find themselves; None without tracing.

    What is raised in it is not recorded: the words of an exception may be people's.
    """
    return _NONE if _tracer is None else _operation_span()


@contextmanager
def _operation_span() -> Iterator[Any]:
    with _tracer.start_as_current_span(
        "operation", record_exception=False, set_status_on_exception=False
    ) as span:
        yield span


def stream_span() -> Any:
    """A span for a subscription, which goes on in whatever task reads it; None without tracing."""
    return None if _tracer is None else _tracer.start_span("operation")


def describe(span: Any, kind: str, name: str, outcome: str, codes: list[str]) -> None:
    """Says what it was; `name` is one that may be told, or empty."""
    if span is None:
        return
    span.update_name(f"{kind} {name}".strip())
    span.set_attribute("graphql.operation.type", kind)
    if name:
        span.set_attribute("graphql.operation.name", name)
    span.set_attribute("compagnon.outcome", outcome)
    if codes:
        span.set_attribute("compagnon.codes", sorted(set(codes)))
    if outcome == "failed":
        status = import_module("opentelemetry.trace")
        span.set_status(status.Status(status.StatusCode.ERROR))
