"""What tests start servers with: commands that begin at once, on ports that are nobody else's."""

import errno
import os
import socket

import pytest

from tests import prepared
from tests.ports import free_port
from tests.servers import environment, run


def test_a_command_that_nobody_waits_for_keeps_no_other_from_being_begun() -> None:
    with open(os.devnull, "wb") as nothing:
        command = prepared.begin(["--version"], environment({}), nothing, nothing)
    command._told.close()

    assert [run("--version").returncode for _ in range(2)] == [0, 0]


def test_a_port_is_free_for_who_asks_for_it_and_taken_for_all_others() -> None:
    port = free_port()

    with pytest.raises(OSError, match=os.strerror(errno.EADDRINUSE)), socket.socket() as other:
        other.bind(("127.0.0.1", port))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    for _ in range(2):
        with (
            socket.create_server(("127.0.0.1", port)) as serving,
            socket.create_connection(("127.0.0.1", port)),
        ):
            serving.accept()[0].close()
