"""What hubs tell each other: the sender's name, its running number, then topics, one a line."""

from collections.abc import Iterable

EVERYTHING = "*"
"""Stands for all topics: whoever hears it wakes all its watchers."""

MESSAGE_BYTES = 7_900  # PostgreSQL refuses a notification of 8,000
HEADING_BYTES = 100
TOPIC_BYTES = 200

_KNOWN_SENDERS = 256


def encode(sender: str, number: int, topics: Iterable[str]) -> str:
    """The message; without topics it is a beat."""
    return "\n".join([f"{sender} {number}", *topics])


def can_travel(topic: str) -> bool:
    """A topic travels if it is printable ASCII of at most 200 bytes."""
    return 0 < len(topic) <= TOPIC_BYTES and topic.isascii() and topic.isprintable()


class Decoder:
    """Reads the messages of one connection in their order and notices when one is missing.

    A broker may drop in silence what it cannot deliver, and a driver may renew a subscription in
    silence. The numbers tell, at the sender's next beat.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._last_from: dict[str, int] = {}

    def topics_of(self, message: str) -> list[str]:
        """The topics to wake: another hub's, none for our own echo, EVERYTHING after a gap."""
        heading, *topics = message.split("\n")
        sender, _, digits = heading.partition(" ")
        if not digits.isdecimal() or len(digits) > 18:
            return []  # not a hub's: whoever reaches the broker can write to the channel
        if self._misses_one(sender, int(digits)):
            return [EVERYTHING]
        return [] if sender == self._name else topics

    def _misses_one(self, sender: str, number: int) -> bool:
        last = self._last_from.pop(sender, number)
        self._last_from[sender] = max(last, number)
        if len(self._last_from) > _KNOWN_SENDERS:
            del self._last_from[next(iter(self._last_from))]  # the one silent for longest
        return number > last + 1
