"""What stands around each payload of a subscription, and what ends it, on either transport."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Frame:
    """`failed`: what a payload has beside its errors when there will be no other."""

    head: bytes
    tail: bytes
    complete: bytes
    failed: Mapping[str, Any]

    def around(self, payload: bytes) -> bytes:
        """The payload in its frame."""
        return b"".join((self.head, payload, self.tail))


EVENTS = Frame(b"event: next\ndata: ", b"\n\n", b"event: complete\ndata:\n\n", {})
"""Of a subscription that is a stream of events by itself."""
_NO_DATA = {"data": None}


def message_frame(id: str) -> Frame:
    """Of the subscription of this id among all those of a socket."""
    named = orjson.dumps(id)
    head = b'{"id":%b,"type":"next","payload":' % named
    return Frame(head, b"}", b'{"id":%b,"type":"complete"}' % named, _NO_DATA)
