"""What may be wrong with a deployment's settings, each by itself and all of them together."""

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from realtime.connection import SCHEMES
from server.identity.addresses import KEY_TYPES, is_safe

if TYPE_CHECKING:
    from server.settings import Settings

PREFIX = "COMPAGNON_"
CONNECTIONS = 200
"""How many connections a PostgreSQL of our own takes; some are for commands beside the server."""
_BESIDE = 20
_SHORTEST_SECRET = 32
_SHORTEST_TOKEN = 16
_MOST_NAMES = 200


def complaints_about(settings: "Settings") -> Iterator[str]:
    """What is wrong with each setting, and with all of them together."""
    if settings.database_url is not None:
        if _scheme(settings.database_url) not in ("postgres", "postgresql"):
            yield "COMPAGNON_DATABASE_URL must begin with postgresql://: no other database will do."
        for name, is_set in (
            ("SECRET_KEY", settings.secret_key is not None),
            ("MASTER_KEYS", settings.has_master_keys),
        ):
            if not is_set:
                yield f"With COMPAGNON_DATABASE_URL, {PREFIX}{name} must be set too."
    elif settings.workers * (settings.pool_size + 2) > CONNECTIONS - _BESIDE:
        yield "COMPAGNON_WORKERS times COMPAGNON_POOL_SIZE is too much for the embedded database."
    if settings.broadcast_url is not None:
        scheme = _scheme(settings.broadcast_url)
        if scheme not in SCHEMES:
            yield "COMPAGNON_BROADCAST_URL must begin with postgresql:// or redis://."
        if scheme == "memory" and settings.workers > 1:
            yield "A memory:// broadcaster reaches one process, so COMPAGNON_WORKERS must be 1."
    secret_key = settings.secret_key
    if secret_key and len(secret_key.get_secret_value().encode()) < _SHORTEST_SECRET:
        yield f"COMPAGNON_SECRET_KEY must be {_SHORTEST_SECRET} bytes long, or longer."
    yield from _identity_complaints(settings)
    metrics_token = settings.metrics_token
    if metrics_token and len(metrics_token.get_secret_value()) < _SHORTEST_TOKEN:
        yield f"COMPAGNON_METRICS_TOKEN must be {_SHORTEST_TOKEN} characters long, or longer."
    if len(settings.operation_names) > _MOST_NAMES:
        yield f"COMPAGNON_OPERATION_NAMES may hold {_MOST_NAMES} names at most."
    if settings.master_keys is not None and settings.master_key_files:
        yield "Set COMPAGNON_MASTER_KEYS or COMPAGNON_MASTER_KEY_FILES, not both."
    if settings.has_master_keys:
        try:
            settings.master_key_bytes  # noqa: B018 -- read to see whether it can be
        except ValueError as error:
            yield str(error)
    if settings.trusted_documents_only and settings.trusted_documents is None:
        yield "COMPAGNON_TRUSTED_DOCUMENTS_ONLY needs COMPAGNON_TRUSTED_DOCUMENTS."
    try:
        settings.manifest  # noqa: B018 -- read to see whether it can be
    except ValueError as error:
        yield f"COMPAGNON_TRUSTED_DOCUMENTS: {error}"
    for proxy in settings.trusted_proxies:
        if not _is_network(proxy):
            yield f"COMPAGNON_TRUSTED_PROXIES: {proxy} is no address, and no network."
    for origin in settings.allowed_origins:
        if not _is_origin(origin):
            yield f"COMPAGNON_ALLOWED_ORIGINS: {origin} is no origin like https://example.org."
    if 0 < settings.keep_audit_months <= settings.keep_applications_months:
        yield "COMPAGNON_KEEP_AUDIT_MONTHS must be more than COMPAGNON_KEEP_APPLICATIONS_MONTHS."
    if settings.production and settings.demo:
        yield "The demo's passwords are public, so COMPAGNON_DEMO is refused in production."


def _identity_complaints(settings: "Settings") -> Iterator[str]:
    if settings.oidc_issuer is None:
        if settings.oidc_audience:
            yield "COMPAGNON_OIDC_AUDIENCE says nothing without COMPAGNON_OIDC_ISSUER."
        return
    if not is_safe(settings.oidc_issuer, like=_scheme(settings.oidc_issuer)):
        yield "COMPAGNON_OIDC_ISSUER must begin with https://, or be on this machine."
    if not settings.oidc_audience:
        yield "With COMPAGNON_OIDC_ISSUER, COMPAGNON_OIDC_AUDIENCE must be set too."
    for algorithm in settings.oidc_algorithms:
        if algorithm not in KEY_TYPES:
            yield f"COMPAGNON_OIDC_ALGORITHMS: {algorithm} is none of {', '.join(KEY_TYPES)}."
    if not settings.oidc_algorithms:
        yield "COMPAGNON_OIDC_ALGORITHMS must name one at least."
    if settings.demo:
        yield "The demo's people have passwords, which COMPAGNON_OIDC_ISSUER leaves no use for."


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def _is_origin(text: str) -> bool:
    scheme, separator, host = text.partition("://")
    return scheme in ("http", "https") and bool(separator and host) and "/" not in host


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True
