"""What is answered where there is nothing: JSON, as everywhere, that says where to ask."""

from typing import cast

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.denials import NothingThere
from server.errors import VALIDATION_FAILED, refusal


async def led_back(request: Request, error: Exception) -> Response:
    """The answer to a path or a method that is none of ours."""
    known = cast(HTTPException, error)
    allowed = Headers(known.headers).get("allow")
    if allowed is None:
        said = refusal("There is nothing here: the graph is at /graphql.", NothingThere.code)
    else:
        said = refusal(f"Not by {request.method}: here one asks by {allowed}.", VALIDATION_FAILED)
    return JSONResponse(said, known.status_code, known.headers)
