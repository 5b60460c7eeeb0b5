"""Manifests: files of documents that are trusted beforehand, as clients' build tools write them."""

from pathlib import Path

import orjson
import structlog
from graphql import GraphQLError, GraphQLSchema, validate

from execution.limits import Limits
from execution.reading import read

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


def warn_of_invalid(manifest: dict[str, str], schema: GraphQLSchema) -> None:
    """Says which documents cannot be run any more: whoever asks for them gets errors."""
    for id, text in manifest.items():
        try:
            errors = validate(schema, read(text, Limits()), max_errors=1)
        except GraphQLError as error:
            errors = [error]
        if errors:
            log.warning("a trusted document is not valid", id=id, why=errors[0].message)
