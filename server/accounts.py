"""The system user that PostgreSQL runs as: whoever we are, or another one when that is root."""

import logging
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.failing import CannotStart

log = logging.getLogger("compagnon.embedded")

NAME = "pgserver"


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs PostgreSQL's programs and owns its files; None: whoever runs this process."""

    ids: tuple[int, int] | None

    def spawning(self) -> dict[str, Any]:
        """What `subprocess` needs to run a program as this user."""
        if self.ids is None:
            return {}
        user, group = self.ids
        return {"user": user, "group": group, "extra_groups": []}

    def give(self, directory: Path) -> None:
        """Makes it the owner of a directory, and lets it in there and nobody else."""
        directory.chmod(0o700)
        if self.ids is not None:
            os.chown(directory, *self.ids)
            self._open_way(directory)

    def let_use(self, installed: Path) -> None:
        """Sees to it that this user can reach, read and run what root has installed."""
        if self.ids is None:
            return
        self._open_way(installed)
        if not _mode(installed) & stat.S_IXOTH:
            for path in [installed, *installed.rglob("*")]:
                is_open = stat.S_IXUSR & _mode(path) and not path.is_symlink()
                _add(path, stat.S_IROTH | (stat.S_IXOTH if is_open else 0))

    def _open_way(self, path: Path) -> None:
        """Others may pass through the directories above, not list them: less would lock us out."""
        for parent in path.parents:
            if not _mode(parent) & stat.S_IXOTH and parent.stat().st_uid != (self.ids or (0,))[0]:
                log.warning("others may pass through %s from now on, as PostgreSQL must", parent)
                _add(parent, stat.S_IXOTH)


def account_for(cluster: Path) -> Account:
    """The owner of a cluster that is there; else ourselves, or for root a user of its own."""
    if os.geteuid() != 0:
        return Account(None)
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account((owner.st_uid, owner.st_gid))
    try:
        found = pwd.getpwnam(NAME)
    except KeyError:
        found = _made()
    return Account((found.pw_uid, found.pw_gid))


def _made() -> pwd.struct_passwd:
    try:
        subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", NAME],  # noqa: S607
            check=True,
            capture_output=True,
        )
        return pwd.getpwnam(NAME)
    except (OSError, subprocess.CalledProcessError, KeyError):
        raise CannotStart(
            f"PostgreSQL does not run as root, and the system user {NAME} could not be made: "
            "run as another user, or set COMPAGNON_DATABASE_URL."
        ) from None


def _mode(path: Path) -> int:
    return path.stat().st_mode


def _add(path: Path, bits: int) -> None:
    path.chmod(stat.S_IMODE(_mode(path)) | bits)
