"""S1: the two of each of many pairs listen while messages are written; how late and how costly."""

from dataclasses import dataclass

from bench.population import Person
from bench.processes import Load, Postgres, Server, cpu_of, memory_of


@dataclass(frozen=True, slots=True)
class Pace:
    """So many pairs listen, and so many messages are written in each second for so long."""

    pairs: int
    per_second: float
    seconds: float

    @property
    def messages(self) -> int:
        return int(self.per_second * self.seconds)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How messages reached those who listen; `kilobytes` is the memory of each idle subscriber.

    `per_second`: how many messages were really written in a second. It is less than the pace asks
    for where whoever writes them cannot keep up.
    """

    pace: Pace
    per_second: float
    seconds: list[float]
    cpu: float
    kilobytes: float
    lost: int
    twice: int


def measure(
    server: Server, load: Load, pairs: list[tuple[Person, Person]], postgres: Postgres, pace: Pace
) -> Delivered:
    """Everybody connects and waits; then messages are written. CPU and memory are the server's."""
    empty = memory_of(server.pid)
    listening = [
        {"match": pair[0].match, "tokens": [person.token for person in pair]}
        for pair in pairs[: pace.pairs]
    ]
    load.do(listen=listening, port=server.port)
    full = memory_of(server.pid)
    before = cpu_of(server.pid)
    done = load.do(
        write=pace.messages,
        per_second=pace.per_second,
        database=postgres.url,
        as_bytes=server.name == "floor",
    )
    spent = cpu_of(server.pid) - before
    load.do(leave=True)
    kilobytes = (full - empty) / 1024 / (2 * len(listening))
    return Delivered(
        pace,
        pace.messages / done["writing"],
        done["seconds"],
        spent,
        kilobytes,
        done["lost"],
        done["twice"],
    )
