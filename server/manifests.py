"""Manifests: files of documents that are trusted beforehand, as clients' build tools write them."""

from pathlib import Path

import orjson


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
