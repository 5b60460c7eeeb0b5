"""Clients that hang up in the middle of a query: no connection is lost."""

import random
import time
from typing import Any

import pytest

from models.ids import id_of
from tests.chaos.impatient_clients import (
    AT_ONCE,
    INBOX,
    SEND,
    Outcome,
    demand_connections,
    hung_up_on_all,
    seconds_for,
)
from tests.crowds import crowd
from tests.integration.world import World

PROPOSE = """query($id: ID!) { program(id: $id) { assignmentProposal {
  placed pairs { mentor { id user { displayName } } mentee { id } reasons { detail } }
  certificate { problem seatPrices { price } } } } }"""


# What was to be read beside the part that was cancelled is dropped by graphql-core unread.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
async def test_a_read_whose_client_hangs_up_loses_no_connection(database: Any) -> None:
    pair = await World().pair()
    for i in range(30):
        (await pair.mentor.ask(SEND, match=pair.match, key=str(i))).ok()
    chance = random.Random(6)
    outcome = Outcome(patience=await seconds_for(lambda: pair.mentee.ask(INBOX)))
    for _ in range(10):
        reads = [lambda: pair.mentee.ask(INBOX)] * AT_ONCE
        await hung_up_on_all(reads, chance, outcome)
    assert outcome.seen["cancelled"] > 50
    await demand_connections()


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
async def test_a_proposal_whose_reader_hangs_up_loses_no_connection(database: Any) -> None:
    # given a program whose proposal is read, worked out, and answered in many parts
    world = World()
    pair = await world.pair()
    key = id_of("program", pair.program)
    assert key is not None
    await crowd(key, mentors=80, mentees=160, capacity=2)
    chance, outcome = random.Random(7), Outcome()
    began = time.monotonic()
    for _ in range(2):  # the first time a process is started
        began = time.monotonic()
        (await pair.admin.ask(PROPOSE, id=pair.program)).ok()
    outcome.patience = 2 * (time.monotonic() - began)

    # when it is asked for again and again, by somebody who is gone at any moment
    proposal = [lambda: pair.admin.ask(PROPOSE, id=pair.program)]
    for _ in range(25):
        await hung_up_on_all(proposal, chance, outcome)

    # then it was given up at moments of all kinds, and nothing is lost
    assert outcome.seen["cancelled"] > 5
    await demand_connections()
    assert (await pair.admin.ask(PROPOSE, id=pair.program)).ok()["assignmentProposal"]["placed"]
