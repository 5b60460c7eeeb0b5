"""Where the files of tests are: in memory, if it has room for them."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - only mkdtemp and pytest make anything there
ROOM = 4 << 30
"""Bytes that must be free: small machines keep their memory for the tests themselves."""


def keep_in_memory() -> None:
    """Databases are files by the hundred, made and removed ten times as quickly there. Whoever has
    said where temporary files belong has them there."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
