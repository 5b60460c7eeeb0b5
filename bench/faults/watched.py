"""`compagnon`, which also tells what goes on in it: GET /watched, the number of tasks.

`python -m bench.faults.watched serve ...`; one worker only.
"""

import asyncio
from typing import Any

import server.app
from server.cli import main

PATH = "/watched"
_ours = server.app.app_of


def app_of(settings: Any) -> Any:
    """The application, with the watch in front."""
    ours = _ours(settings)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") != PATH:
            return await ours(scope, receive, send)
        body = str(len(asyncio.all_tasks())).encode()
        head = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})

    return app


if __name__ == "__main__":
    server.app.app_of = app_of
    main()
