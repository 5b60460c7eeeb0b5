"""`compagnon`, which also tells what goes on in it: GET /watched, the number of tasks; GET /holds,
the long turns of the event loop since it was last asked.

`python -m bench.faults.watched serve ...`; of several workers one answers.
"""

import asyncio
from typing import Any

import orjson

import server.app
from bench.holds import PATH as HOLDS
from bench.holds import Watch
from server.cli import main

PATH = "/watched"
_ours = server.app.app_of


def app_of(settings: Any) -> Any:
    """The application, with the watch in front."""
    ours, watch = _ours(settings), Watch()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") not in (PATH, HOLDS):
            return await ours(scope, receive, send)
        is_of_holds = scope["path"] == HOLDS
        found = watch.longest() if is_of_holds else len(asyncio.all_tasks())
        body = orjson.dumps(found)
        head = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})

    return app


if __name__ == "__main__":
    server.app.app_of = app_of
    main()
