"""Secrets: whether they can be guessed, and who else may read their files."""

import stat
from collections.abc import Iterator
from pathlib import Path

from server.doctor.finding import Finding, Grade
from server.keys import FILE
from server.settings import Settings

_FEWEST = 10
"""Different characters in a secret, or bytes in a key; a random one has more."""


def examine_keys(settings: Settings) -> Iterator[Finding]:
    """What signs tokens, what seals words, what opens the metrics, and their files."""
    secrets = {
        "COMPAGNON_SECRET_KEY": settings.secret_key,
        "COMPAGNON_METRICS_TOKEN": settings.metrics_token,
    }
    for name, secret in secrets.items():
        if secret is not None and len(set(secret.get_secret_value())) < _FEWEST:
            yield Finding(Grade.WRONG, f"{name} can be guessed: let `openssl rand -base64 48` say.")
    keys = settings.master_key_bytes
    if any(len(set(key)) < _FEWEST for key in keys):
        yield Finding(
            Grade.WRONG, "A master key can be guessed: `openssl rand -base64 32` says one."
        )
    if len(set(keys)) < len(keys):
        yield Finding(Grade.WARNING, "A master key is there twice.")
    for path in _files(settings):
        yield _who_reads(path)


def _files(settings: Settings) -> list[Path]:
    generated = settings.data_dir.expanduser() / FILE
    own = [generated] if settings.is_embedded and generated.exists() else []
    return [*settings.master_key_files, *own]


def _who_reads(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding(
            Grade.WRONG, f"{path} is open to others (mode {mode:03o}): run `chmod 600 {path}`."
        )
    return Finding(Grade.FINE, f"{path} is its owner's alone.")
