"""How the server shows itself: production, names, origins, what stands between it and the world."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from server.addresses import is_loopback
from server.doctor.finding import Finding, Grade
from server.settings import Settings

_LOCAL = ("localhost", "")


def examine_serving(settings: Settings) -> Iterator[Finding]:
    """What of the settings does not suit the place where the server runs."""
    if settings.production:
        yield Finding(Grade.FINE, "COMPAGNON_PRODUCTION is on.")
        yield from _production(settings)
    elif not _is_local(settings.host):
        yield Finding(
            Grade.WRONG,
            f"{settings.host} is open to others, and COMPAGNON_PRODUCTION is off: they get the "
            "schema, GraphiQL, and logs that no machine reads.",
        )
    if settings.log_level == "trace":
        yield Finding(Grade.WARNING, "COMPAGNON_LOG_LEVEL=trace logs every statement.")


def _production(settings: Settings) -> Iterator[Finding]:
    if settings.rate_limits == "off":
        yield Finding(Grade.WRONG, "COMPAGNON_RATE_LIMITS is off: anybody may try every password.")
    if not settings.allowed_hosts:
        yield Finding(
            Grade.WRONG,
            "COMPAGNON_ALLOWED_HOSTS is not set: the server answers to whatever name it is called.",
        )
    if not settings.trusted_proxies and _is_local(settings.host):
        yield Finding(
            Grade.WARNING,
            "COMPAGNON_TRUSTED_PROXIES is not set: everybody who comes through a proxy has its "
            "address, and shares what an address may do.",
        )
    for origin in settings.allowed_origins:
        host = urlsplit(origin).hostname or ""
        if origin.startswith("http://") and not _is_local(host):
            yield Finding(
                Grade.WRONG,
                f"COMPAGNON_ALLOWED_ORIGINS: {origin} has no TLS, so that anybody on the way there "
                "may act as its users.",
            )
    if not _is_local(settings.host):
        yield Finding(
            Grade.WARNING,
            f"The server itself speaks plain HTTP, and {settings.host} is open to others: let only "
            "a proxy that speaks TLS reach it.",
        )
    if settings.shows_schema or settings.serves_graphiql:
        yield Finding(Grade.WARNING, "The schema or GraphiQL is open to everybody.")
    if settings.metrics_token is None:
        yield Finding(Grade.WARNING, "COMPAGNON_METRICS_TOKEN is not set: nobody reads /metrics.")
    if settings.is_embedded:
        yield Finding(
            Grade.WARNING,
            "The database is our own, in COMPAGNON_DATA_DIR: see that it is backed up together "
            "with its keys.",
        )
    if settings.database_url is not None and not _is_private(settings.database_url):
        yield Finding(
            Grade.WRONG,
            "COMPAGNON_DATABASE_URL goes over the network without TLS: add sslmode=verify-full.",
        )
    broker = settings.broadcast_url or ""
    if broker.startswith("redis:") and not _is_local(urlsplit(broker).hostname or ""):
        yield Finding(
            Grade.WARNING,
            "COMPAGNON_BROADCAST_URL goes over the network without TLS: rediss:// has it. What "
            "passes there are ids alone.",
        )


def _is_private(url: str) -> bool:
    """Whether nobody on the way can read what passes."""
    parts = urlsplit(url)
    given = parse_qs(parts.query)
    host = parts.hostname or given.get("host", [""])[0]
    mode = given.get("sslmode", given.get("ssl", ["prefer"]))[0]
    return _is_local(host) or mode in ("require", "verify-ca", "verify-full", "true")


def _is_local(host: str) -> bool:
    return host in _LOCAL or host.startswith("/") or is_loopback(host)
