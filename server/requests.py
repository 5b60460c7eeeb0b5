"""What a client asks for over HTTP: an operation, or nothing that can be answered."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
from msgspec import Struct

from execution.trusted import Named
from server.bodies import LONGEST_BODY, announced, is_unwieldy, longest_body
from server.errors import PARSE_FAILED
from server.incoming import Incoming
from server.patience import Patience

READ_WITHIN = 10.0
"""Seconds a client may take to send a body: one that trickles must not hold a connection."""
_PLAIN = "application/json"
_LONGEST_TYPE = 200
_TEXTS, _JSON = ("query", "operationName", "documentId"), ("variables", "extensions")
"""The parameters of an address."""


class Operation(Struct, frozen=True):
    """What a client asks to have done."""

    document: Named
    variables: dict[str, Any] | None
    name: str | None


@dataclass
class BadRequest(Exception):
    """A request that is no operation, and how it is answered."""

    status: int
    message: str
    code: str = PARSE_FAILED
    headers: dict[str, str] = field(default_factory=dict)


async def operation_of(request: Incoming, patience: Patience) -> Operation:
    """The operation in the body, or of a GET in the address; BadRequest for anything else."""
    if request.method == "POST":
        return read_operation(await _body(request, patience))
    said = request.parameters
    return _operation({name: said[name] for name in _TEXTS if name in said} | _json(said))


def read_operation(body: bytes) -> Operation:
    """The operation in a JSON body; BadRequest for anything else."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:  # says what and where, and repeats nothing
        raise BadRequest(400, f"The body is not JSON: {error}.") from None
    if not isinstance(data, dict):
        raise BadRequest(400, "The body must be one JSON object; batches are not served.")
    operation = _operation(data)
    if len(body) > LONGEST_BODY and is_unwieldy(operation.document.query, operation.variables):
        raise _too_long(LONGEST_BODY)
    return operation


def _operation(data: dict[str, Any]) -> Operation:
    document = named_in(data)
    if not (document.query.strip() or document.id or document.sha256):
        raise BadRequest(400, "`query` must be a GraphQL document.")
    variables, name = data.get("variables"), data.get("operationName")
    if not isinstance(variables, dict | None):
        raise BadRequest(400, "`variables` must be an object.")
    if not isinstance(name, str | None):
        raise BadRequest(400, "`operationName` must be a string.")
    return Operation(document, variables, name or None)


def named_in(data: dict[str, Any]) -> Named:
    """Which document is meant; BadRequest when it is none, or not said as it should be."""
    query, id, extensions = data.get("query"), data.get("documentId"), data.get("extensions")
    if not isinstance(extensions, dict | None):
        raise BadRequest(400, "`extensions` must be an object.")
    persisted = (extensions or {}).get("persistedQuery")
    sha256 = persisted.get("sha256Hash") if isinstance(persisted, dict) else persisted
    if not isinstance(sha256, str | None) or not isinstance(id, str | None):
        raise BadRequest(400, "`documentId` and `sha256Hash` must be strings.")
    if query is None and (id or sha256):
        query = ""
    if not isinstance(query, str):
        raise BadRequest(400, "`query` must be a GraphQL document.")
    return Named(query, id, sha256)


def _json(said: Any) -> dict[str, Any]:
    """The parameters of an address that are JSON."""
    try:
        return {name: orjson.loads(said[name]) for name in _JSON if said.get(name)}
    except orjson.JSONDecodeError:
        raise BadRequest(400, "`variables` and `extensions` must be JSON.") from None


async def _body(request: Incoming, patience: Patience) -> bytes:
    _demand_json(request)
    length = announced(request)
    longest = await longest_body(request, length)
    if length > longest:
        raise _too_long(longest)
    patience.until(READ_WITHIN, _too_slow)
    body = await request.body(longest)
    if body is None:
        raise _too_long(longest)
    return body


def _demand_json(request: Incoming) -> None:
    if not _is_json(request.header(b"content-type") or ""):
        raise BadRequest(415, "The content type must be application/json, in UTF-8.")
    if request.header(b"content-encoding") not in (None, "identity"):
        raise BadRequest(415, "Compressed bodies are not read.")


def _is_json(said: str) -> bool:
    return said == _PLAIN or _is_in_other_words(said[:_LONGEST_TYPE])


@lru_cache(maxsize=100)
def _is_in_other_words(said: str) -> bool:
    content_type, *parameters = said.lower().split(";")
    charsets = [
        value.strip(' "')
        for name, _, value in (one.partition("=") for one in parameters)
        if name.strip() == "charset"
    ]
    return content_type.strip() == _PLAIN and not set(charsets) - {"utf-8", "utf8"}


def _too_slow() -> BadRequest:
    closing = {"connection": "close"}  # who trickles on is not listened to
    return BadRequest(408, "The body did not arrive in time.", headers=closing)


def _too_long(longest: int) -> BadRequest:
    return BadRequest(413, f"The body is longer than {longest} bytes.")
