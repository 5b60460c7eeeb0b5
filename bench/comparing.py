"""Whether both servers do the same work: the same requests must get the same JSON."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

from bench.operations import INBOX, PING, candidates, page, request, send
from bench.population import Population
from bench.processes import Server


@dataclass
class Compared:
    """How many answers were the same, and the first one that was not."""

    same: int = 0
    different: list[str] = field(default_factory=list)


def compare(ours: Server, floor: Server, population: Population) -> Compared:
    """Asks both the same, one after the other."""
    found = Compared()
    for name, asked, in_turn in _questions(ours, floor, population):
        answers = [server.ask(asked) for server in in_turn]
        if answers[0] == answers[1]:
            found.same += 1
        else:
            texts = [str(answer)[:600] for answer in answers]
            found.different.append("\n  ".join([name, *texts]))
    return found


def _questions(
    ours: Server, floor: Server, population: Population
) -> Iterator[tuple[str, bytes, tuple[Server, Server]]]:
    """A message is sent to one and then, with the same key, to the other, which answers with it."""
    either = ours, floor
    for person in population.readers[:5]:
        yield "inbox", request(person.token, INBOX), either
        yield "ping", request(person.token, PING), either
        yield "page", page(person), either
    for admin in population.admins[:5]:
        yield "candidates", candidates(admin), either
    someone = population.readers[0].token
    yield "forged token", request(someone[:-4] + "AAAA", PING), either
    yield "no token", request(None, INBOX), either
    for writer in population.writers[:5]:
        for order in (either, either[::-1]):
            message = send(writer.token, writer.match, key=uuid4().hex, body="Bon courage à toi ! ")
            yield "sendMessage", message, order
    writer, stranger = population.writers[0], population.readers[0]
    yield "not one's pair", send(stranger.token, writer.match, key="1" * 32), either
    key = uuid4().hex
    yield "first words", send(writer.token, writer.match, key=key), either
