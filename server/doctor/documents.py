"""Trusted documents: whether clients will be answered when they ask for them."""

from collections.abc import Iterator

from schema import schema_of
from server.doctor.finding import Finding, Grade
from server.manifests import refused_of
from server.settings import Settings


def examine_documents(settings: Settings) -> Iterator[Finding]:
    """Those of the manifest that will be refused as the server is set up, and why."""
    if settings.trusted_documents is None:
        return
    refused = refused_of(settings.manifest, schema_of(shown=settings.shows_schema))
    for id, why in refused.items():
        yield Finding(Grade.WRONG, f"The trusted document {id} will be refused: {why}")
    if not refused:
        yield Finding(Grade.FINE, "None of the trusted documents will be refused.")
