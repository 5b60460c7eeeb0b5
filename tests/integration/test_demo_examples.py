"""The ready examples: each works at once for its person, and says so when it shows a refusal."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime
from itertools import cycle
from typing import Any

import pytest

from domain.clock import clock
from realtime import install
from realtime.hub import Hub
from schema import schema_of
from server.context import context_of
from server.demo import seed
from server.demo.world import CONTENT
from server.examples import examples
from server.ticking import tick
from tests.integration.clients import as_sent
from tests.integration.demo_people import token_of
from tests.integration.world import Answer, Nobody, World, ask_with

ACTIVE = "{ viewer { matches(status: [ACTIVE]) { nodes { id } } } }"
PAUSE = "mutation($id: ID!) { pauseMatch(matchId: $id) { errors { code field } } }"
RESUME = "mutation($id: ID!) { resumeMatch(matchId: $id) { errors { code field } } }"


@pytest.fixture
async def demo(world: World) -> World:
    """The demo as `compagnon seed` leaves it."""
    await seed()
    return world


async def run(example: dict[str, Any]) -> Answer:
    query, variables = example["query"], example["variables"]
    if example["signInAs"] is None:
        return await Nobody().ask(query, **variables)
    return await ask_with(await token_of(example["signInAs"]), query, **variables)


async def offered() -> list[dict[str, Any]]:
    found: Any = (await examples(demo=True))["examples"]
    return list(found)


def is_subscription(example: dict[str, Any]) -> bool:
    return bool(example["query"].startswith("subscription"))


def is_refused(example: dict[str, Any]) -> bool:
    return "refused" in example["title"].lower()


def all_codes(answer: Answer) -> list[str]:
    """The codes at top level and those of every payload."""
    payloads = [p for p in (answer.data or {}).values() if isinstance(p, dict)]
    return answer.codes + [error["code"] for p in payloads for error in p.get("errors", ())]


async def test_every_example_works_and_works_again_when_the_page_is_loaded_anew(
    demo: World,
) -> None:
    for _ in range(2):
        for example in [one for one in await offered() if not is_subscription(one)]:
            codes = all_codes(await run(example))
            assert bool(codes) == is_refused(example), (example["title"], codes)
            assert "INTERNAL_ERROR" not in codes


async def test_the_examples_say_what_the_page_needs_to_run_them(demo: World) -> None:
    offer = await examples(demo=True)
    people: Any = offer["people"]
    addresses = {person["email"] for person in people}

    for person in people:
        assert set(person) == {"name", "email", "password", "what"} and all(person.values())
    shown = await offered()
    assert len({one["title"] for one in shown}) == len(shown) == 24
    for one in shown:
        assert set(one) == {"title", "query", "variables", "signInAs"}
        assert len(one["title"]) <= 40
        assert one["signInAs"] is None or one["signInAs"] in addresses
        assert re.match(r"(query|mutation|subscription) \w+", one["query"])
    files = {path.read_text("utf-8") for path in CONTENT.glob("operations/*.graphql")}
    assert {one["query"] for one in shown} == files


async def test_an_example_about_nothing_that_is_there_any_more_is_left_out(world: World) -> None:
    titles = [one["title"] for one in await offered()]

    assert "Your inbox" in titles
    assert "Send a message" not in titles and "Approve an enrollment" not in titles


async def test_without_the_demo_no_password_is_told(demo: World) -> None:
    assert await examples() == {"examples": [], "people": []}


@pytest.fixture
async def hub() -> AsyncIterator[None]:
    async with Hub("memory://") as started:
        install(started)
        yield
        install(None)


async def test_every_subscription_among_the_examples_tells_what_happens(
    demo: World, hub: None
) -> None:
    followed = [one for one in await offered() if is_subscription(one)]
    assert len(followed) == 3
    for example in followed:
        if "checkInReminders" in example["query"]:
            continue  # told as time passes: see below
        # given somebody who listens
        token = await token_of(example["signInAs"])
        mine = await ask_with(token, ACTIVE)
        match = mine.ok()["matches"]["nodes"][0]["id"]
        stream: Any = await schema_of().subscribe(
            example["query"],
            variable_values=example["variables"],
            context_value=await context_of(f"Bearer {token}", None),
        )
        told = asyncio.ensure_future(anext(stream))

        # when something happens to a pair of theirs, they being listening by then or not yet
        changes = cycle((PAUSE, RESUME))
        while not told.done():
            (await ask_with(token, next(changes), id=match)).ok()
            await asyncio.wait({told}, timeout=0.1)

        # then they are told of it
        assert (await told).errors is None
        await stream.aclose()


async def test_the_reminders_among_the_examples_come_at_the_hour_that_was_foretold(
    demo: World, hub: None
) -> None:
    # given the hour at which the next one will come
    (example,) = [one for one in await offered() if "checkInReminders {" in one["query"]]
    coming = "{ viewer { upcomingReminders(first: 1) { at } } }"
    answer = await ask_with(await token_of(example["signInAs"]), coming)
    at = answer.ok()["upcomingReminders"][0]["at"]

    # when it comes
    clock.set(datetime.fromisoformat(at))
    await tick()

    # then it is told
    token = await token_of(example["signInAs"])
    context = await context_of(f"Bearer {token}", None)
    stream: Any = await schema_of().subscribe(example["query"], context_value=context)
    told = await anext(stream)
    assert told.errors is None
    reminder = as_sent(told.data)["checkInReminders"]
    assert datetime.fromisoformat(reminder["remindedAt"]) <= clock.now()
    await stream.aclose()
