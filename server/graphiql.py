"""The GraphiQL page, served wholly from our own files: it works with the network unplugged."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FILES = Path(__file__).parent / "static" / "graphiql"

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # The one style element GraphiQL makes: it stops the page behind an open dialog scrolling.
        "style-src 'self' 'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='",
        "img-src 'self' data:",  # GraphiQL's style sheet carries its images and fonts inline
        "font-src data:",
        "connect-src 'self'",  # covers ws: and wss: to the same host and port
        "base-uri 'none'",
        "form-action 'none'",  # were the script missing, the sign-in form could not send itself
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def routes(examples: Callable[[], Awaitable[dict[str, object]]]) -> list[BaseRoute]:
    """GET / is the page; `examples` is asked at each load for what the page offers to run."""

    async def page(request: Request) -> Response:
        return FileResponse(FILES / "index.html", headers=_never_stored())

    async def ready_examples(request: Request) -> Response:
        return JSONResponse(await examples(), headers=_never_stored())

    return [
        Route("/", page, name="graphiql"),
        Route("/graphiql/examples.json", ready_examples),
        Mount("/graphiql", _PageFiles(directory=FILES)),
    ]


class _PageFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        if path.endswith(".py"):
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers.update(SECURITY_HEADERS)
        # A vendored file's name carries its version; ours keep their names: ask again.
        vendored = path.startswith("vendor")
        lifetime = "public, max-age=31536000, immutable" if vendored else "no-cache"
        response.headers["cache-control"] = lifetime
        return response


def _never_stored() -> dict[str, str]:
    return {**SECURITY_HEADERS, "cache-control": "no-store"}
