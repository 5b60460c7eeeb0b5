"""One person follows by so many subscriptions and no more, over all their sockets and streams."""

import orjson

from tests.integration.lines import PING, PONG, Site
from tests.integration.subscribers import Endpoint
from tests.integration.world import World


async def test_what_is_one_too_many_is_refused_by_itself_wherever_the_others_are(
    world: World, home: Endpoint
) -> None:
    maya, mina = await world.people("Maya", "Mina")
    site = Site(most=3)
    # given somebody who follows at two sockets, by as many subscriptions as there may be
    async with site.socket(maya) as first, site.socket(maya) as second:
        assert [await first.follow("a"), await first.follow("b")] == [PONG, PONG]
        assert await second.follow("a") == PONG
        # when they begin another one, then it is refused at either, and nothing else is
        for socket in (first, second):
            refused = await socket.follow("c")
            assert (refused["type"], refused["id"]) == ("error", "c")
            assert [one["extensions"]["code"] for one in refused["payload"]] == ["RATE_LIMITED"]
            assert orjson.loads((await socket.hear())["text"]) == PONG
        async with site.stream(maya) as stream:
            assert stream.status == 429
        # and others follow as they like
        async with site.socket(mina) as another, site.stream(mina) as stream:
            assert (await another.follow("a"), stream.status) == (PONG, 200)
        # and for one that ends there is another, which may be a stream
        assert await first.tell({"type": "complete", "id": "a"}, PING) == PONG
        async with site.stream(maya) as stream:
            assert stream.status == 200
            assert (await second.follow("c"))["type"] == "error"
            assert orjson.loads((await second.hear())["text"]) == PONG
        assert await second.follow("c") == PONG
    # and nothing of it is held when they have gone
    assert not site.crowd._open
    assert not site.crowd._carried
