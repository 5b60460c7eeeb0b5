"""Manifests: files of documents that are trusted beforehand, as clients' build tools write them."""

from pathlib import Path

import orjson
import structlog
from strawberry import Schema

from execution.faults import fault_of

log = structlog.get_logger("compagnon.documents")


def manifest_of(path: Path | None) -> dict[str, str]:
    """The documents of a file by their ids; ValueError says what is wrong with it.

    `{"id": "document"}`, or Apollo's `{"operations": [{"id": …, "body": …}]}`.
    """
    if path is None:
        return {}
    try:
        content = orjson.loads(path.read_bytes())
        if isinstance(content, dict) and isinstance(content.get("operations"), list):
            content = {one["id"]: one["body"] for one in content["operations"]}
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is no manifest of documents.") from None
    if not isinstance(content, dict) or not all(
        isinstance(text, str) for pair in content.items() for text in pair
    ):
        raise ValueError(f"{path} is no manifest of documents.")
    return content


def refused_of(manifest: dict[str, str], schema: Schema) -> dict[str, str]:
    """Why documents will be refused whoever asks for them, by the ids of these documents."""
    faults = ((id, fault_of(schema, text)) for id, text in manifest.items())
    return {id: fault for id, fault in faults if fault is not None}


def warn_of_refused(manifest: dict[str, str], schema: Schema) -> None:
    """Says which documents will be refused, before clients find out."""
    for id, why in refused_of(manifest, schema).items():
        log.warning("a trusted document will be refused", id=id, why=why)
