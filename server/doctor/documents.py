"""Trusted documents: whether clients will be answered when they ask for them."""

from collections.abc import Iterator
from importlib import import_module

from server.doctor.finding import Finding, Grade
from server.settings import Settings


def examine_documents(settings: Settings) -> Iterator[Finding]:
    """Those of the manifest that will be refused as the server is set up, and why."""
    if settings.trusted_documents is None:
        return
    # To read the schema takes a second, which whoever has no manifest need not wait.
    schema = import_module("schema").schema_of(shown=settings.shows_schema)
    refused = import_module("server.refused").refused_of(settings.manifest, schema)
    for id, why in refused.items():
        yield Finding(Grade.WRONG, f"The trusted document {id} will be refused: {why}")
    if not refused:
        yield Finding(Grade.FINE, "None of the trusted documents will be refused.")
