"""Secret words are planted wherever words can be: every path is walked as every kind of viewer, and
each word is read by those it is meant for, and by nobody else; nor does it stand in a log."""

import json
from functools import partial
from typing import Any

import httpx2
import orjson
import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection

from models.database import fetch
from permissions import IsPairMember
from schema import schema_of
from server.http import graphql_http
from tests.access.conftest import House
from tests.access.crawler import Crawler
from tests.access.doors import door_within
from tests.access.sockets import code_in, received, socket, subscribed
from tests.access.table import VIEWERS
from tests.graph import GRAPH
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300), pytest.mark.xdist_group("crawl")]

TABLES = {
    "user": "users",
    "group": "groups",
    "program": "programs",
    "enrollment": "enrollments",
    "match": "matches",
    "message": "messages",
    "checkin": "check_ins",
    "reminder": "check_in_reminders",
    "report": "reports",
}
FOLLOWED = """
subscription($id: ID) { messageEvents(matchId: $id, after: "") {
  __typename cursor match { id mentor { displayName } mentee { displayName } }
  ... on MessageAdded { message { body replyTo { body } } }
  ... on MessageEdited { message { body replyTo { body } } }
  ... on MessageDeleted { message { body replyTo { body } } } } }"""


def pair_of(house: House) -> dict[str, str]:
    """Two who might be paired, for whoever explains pairs."""
    ids = {"mentorEnrollmentId": "free", "menteeEnrollmentId": "waiting"}
    return {argument: f'"{house.ids[name]}"' for argument, name in ids.items()}


async def every_id(house: House) -> list[str]:
    """The ids of all there is, and of a step or two."""
    ids = [id for name, id in house.ids.items() if "step" in name]
    for noun, table in TABLES.items():
        rows = await fetch(f"SELECT replace(id::text, '-', '') FROM {table} ORDER BY id")
        ids += [f"{noun}_{row[0]}" for row in rows]
    return ids


def readers_in(house: House, viewer: str, texts: list[bytes]) -> set[tuple[str, str]]:
    """Each secret in these texts, with the viewer who has read it."""
    everything = b"\n".join(texts)
    return {(word, viewer) for word in house.stage.secrets if word.encode() in everything}


async def test_each_secret_is_read_by_those_it_is_for_and_by_nobody_else(house: House) -> None:
    # given secrets, and who may read each
    meant = {(word, reader) for word, readers in house.stage.secrets.items() for reader in readers}
    meant = {(word, reader) for word, reader in meant if reader in VIEWERS}
    ids = await every_id(house)

    # when every kind of viewer walks every path, and follows every conversation
    async def read_by(viewer: str) -> tuple[set[tuple[str, str]], int]:
        crawler = await Crawler(GRAPH, partial(house.raw, viewer), ids, pair_of(house)).crawl()
        heard = await followed(house, viewer)
        return readers_in(house, viewer, [*crawler.texts, *heard]), crawler.walked

    found = [await read_by(viewer) for viewer in VIEWERS]
    read = {pair for pairs, _ in found for pair in pairs}
    assert sum(walked for _, walked in found) > 1000

    # then each secret has got to those it is for, which shows that they were found, and no further
    assert read == meant
    # and nowhere else is any
    logs = [house.server.log.encode()]
    async with httpx2.AsyncClient(base_url=house.server.url, timeout=PATIENCE) as http:
        pages = [await http.get(path) for path in ("/metrics", "/readyz", "/healthz")]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert b'compagnon_operations_total{kind="query"' in pages[0].content
    logs += [page.content for page in pages]
    assert readers_in(house, "whoever runs it", logs) == set()


async def followed(house: House, viewer: str) -> list[bytes]:
    """All that comes of following each conversation from its beginning."""
    heard: list[bytes] = []
    rows = await fetch("SELECT replace(id::text, '-', '') AS id, last_seq FROM matches")
    async with socket(house, viewer) as (connection, closed):
        for row in [] if closed else rows:
            await subscribed(connection, row["id"], FOLLOWED, id=f"match_{row['id']}")
            heard += await _until_told(connection, row["id"], row["last_seq"])
    return heard


async def _until_told(connection: ClientConnection, name: str, number: int) -> list[bytes]:
    heard: list[bytes] = []
    while len(heard) < number:
        message = await received(connection)
        if message.get("id") != name:
            continue
        heard.append(orjson.dumps(message))
        if code_in(message) or message["type"] == "complete":
            break
    await connection.send(json.dumps({"id": name, "type": "complete"}))
    return heard


class FoundError(Exception):
    """Enough has been read."""


async def test_a_leak_that_is_planted_is_found(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a permission that lets in whoever sees the match
    monkeypatch.setattr(IsPairMember, "has_permission", lambda *_, **__: True)
    app = Starlette(routes=[graphql_http(schema_of())])
    leaked: set[str] = set()

    # when its admin walks every path until they have read what was not for them
    async with door_within(app) as door:
        here = House(house.stage, house.server, door)

        async def ask(document: str, variables: Any) -> bytes:
            content = await here.raw("admin", document, variables)
            leaked.update(word for word, _ in readers_in(house, "admin", [content]))
            if {"secret-of-the-pair", "secret-of-former", "secret-of-other"} <= leaked:
                raise FoundError
            return content

        # then they come to it
        crawler = Crawler(GRAPH, ask, await every_id(house), pair_of(house))
        with pytest.raises(FoundError):
            await crawler.crawl()
