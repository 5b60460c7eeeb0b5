"""The keys of the embedded mode: generated once, in a file that only its owner reads."""

import base64
import binascii
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from models.encryption import KEY_LENGTH
from server.failing import CannotStart
from server.locking import locked

FILE, LOCK = "keys.json", "lock"


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs access tokens, and what wraps data keys (comma-separated base64)."""

    secret_key: str = field(repr=False)
    master_keys: str = field(repr=False)


def keys_in(directory: Path, *, is_empty: bool) -> Keys:
    """The keys of this directory; made at first, never again once there is something to decrypt."""
    path = directory / FILE
    with locked(directory / LOCK):
        if not path.exists():
            if not is_empty:
                raise CannotStart(
                    f"{path} is missing, and without it nobody reads what was written: restore it."
                )
            _write(path, Keys(secrets.token_urlsafe(KEY_LENGTH), _random_key()))
        return _read(path)


def keys_of(text: str, place: str) -> list[bytes]:
    """Master keys in base64, commas or ends of lines between them; ValueError names `place`."""
    keys = []
    for part in text.strip().replace("\n", ",").split(","):
        try:
            key = base64.b64decode(part.strip().replace("-", "+").replace("_", "/"), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != KEY_LENGTH:
            raise ValueError(f"{place} must be {KEY_LENGTH}-byte keys in base64, comma-separated.")
        keys.append(key)
    return keys


def _read(path: Path) -> Keys:
    try:
        content = json.loads(path.read_text())
        keys = Keys(str(content["secret_key"]), str(content["master_keys"]))
        if len(keys.secret_key) < KEY_LENGTH or not keys.master_keys:
            raise ValueError
        return keys
    except (ValueError, KeyError, TypeError):
        raise CannotStart(f"{path} does not hold a secret_key and master_keys.") from None
    except PermissionError:
        raise CannotStart(f"{path} belongs to another user; run as that user.") from None


def _write(path: Path, keys: Keys) -> None:
    """All or nothing: a crash in the middle leaves no file under that name."""
    content = {"secret_key": keys.secret_key, "master_keys": keys.master_keys}
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_LENGTH)).decode()
