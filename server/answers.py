"""Where one answer is written: its head goes out together with the first of its body.

uvicorn writes a head as soon as it has it, and the body then: two packets, which cost the system,
and the client, as much as two answers. ASGI has a head wait for the first of the body; that may be
empty, where the client should see that something has begun.
"""

from asyncio import Transport

from server.portions import Portions

_NOT_YET = b"HTTP/1.1 100 "
"""How that begins which is told a client before there is an answer: to go on with its body."""


class Answer:
    """A transport for one answer: all that whoever writes it needs of one."""

    __slots__ = ("_has_begun", "_head", "_to")

    def __init__(self, to: Transport | Portions) -> None:
        self._to: Transport = to.bare if isinstance(to, Portions) else to
        self._head = b""
        self._has_begun = False

    def write(self, data: bytes) -> None:
        """The first that is written is the head, and waits."""
        if self._head:
            head, self._head = self._head, b""
            self._to.writelines((head, data))
        elif self._has_begun or data.startswith(_NOT_YET):
            self._to.write(data)
        else:
            self._head, self._has_begun = data, True

    def end(self) -> None:
        """A head that waits still, for a body that there is none of, goes out alone."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """The same, and the connection goes once all is sent."""
        self.end()
        self._to.close()

    def is_closing(self) -> bool:
        """Whether it is being closed: nothing that is written arrives."""
        return self._to.is_closing()
