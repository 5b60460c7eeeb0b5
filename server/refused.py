"""Trusted documents that will be refused, known before a client finds out."""

import structlog
from strawberry import Schema

from execution.faults import fault_of

log = structlog.get_logger("compagnon.documents")


def refused_of(manifest: dict[str, str], schema: Schema) -> dict[str, str]:
    """Why documents will be refused whoever asks for them, by the ids of these documents."""
    faults = ((id, fault_of(schema, text)) for id, text in manifest.items())
    return {id: fault for id, fault in faults if fault is not None}


def warn_of_refused(manifest: dict[str, str], schema: Schema) -> None:
    """Says which documents will be refused, before clients find out."""
    for id, why in refused_of(manifest, schema).items():
        log.warning("a trusted document will be refused", id=id, why=why)
