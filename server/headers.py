"""What every answer tells the browser about itself."""

from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
_SENT = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class SecurityHeaders:
    """Adds to each answer the headers that it does not carry by itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", ())
                message["headers"] = [*own, *_missing(tuple([name for name, _ in own]))]
            await send(message)

        await self.app(scope, receive, send_with_headers)


@lru_cache(maxsize=100)
def _missing(names: tuple[bytes, ...]) -> list[tuple[bytes, bytes]]:
    own = {name.lower() for name in names}
    return [header for header in _SENT if header[0] not in own]
