"""PostgreSQL of our own, from the wheel: who comes first starts it, who leaves last stops it.

It listens on a socket in its directory alone, which no other user may enter. Nobody counts: each
process holds a file lock while it uses the database, and the system lets go of a dead one's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.cluster import Cluster
from server.failing import CannotStart
from server.keys import LOCK
from server.locking import is_held_alone, locked, shared

NAME = "postgres"


@contextmanager
def attached(directory: Path) -> Iterator[str]:
    """The URL of the database in `directory`, which runs at least until this is left."""
    cluster = Cluster(directory / NAME)
    users = shared(directory / "users")
    try:
        with locked(directory / LOCK):
            url = cluster.start()
        yield url
    finally:
        with users, locked(directory / LOCK):
            if is_held_alone(users):
                cluster.stop()


def revive(directory: Path) -> bool:
    """Starts it again if it has died, and says whether it had. For those attached to it."""
    with locked(directory / LOCK):
        cluster = Cluster(directory / NAME)
        if cluster.is_running:
            return False
        cluster.start()
        return True


def directory_of(path: Path) -> Path:
    """The data directory, made if need be; with no links in it, so that all name it alike."""
    directory = path.expanduser().resolve()
    try:
        directory.mkdir(mode=0o711, parents=True, exist_ok=True)
        (directory / LOCK).open("a").close()
    except OSError as error:
        raise CannotStart(f"{directory} cannot be written: {error.strerror}.") from None
    return directory


def has_cluster(directory: Path) -> bool:
    """Whether a database has been made in this data directory."""
    return (directory / NAME).exists()
