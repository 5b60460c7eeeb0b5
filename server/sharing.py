"""Where the workers of one server add up what they count."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""The name is prometheus-client's. It looks there when it is first imported, and never again."""


@contextmanager
def shared_by_workers() -> Iterator[Path]:
    """A directory for what is counted by modules that are first imported meanwhile."""
    with tempfile.TemporaryDirectory(prefix="compagnon-metrics-") as directory:
        os.environ[DIRECTORY] = directory
        try:
            yield Path(directory)
        finally:
            del os.environ[DIRECTORY]
