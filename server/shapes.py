"""What a message over a socket must look like before anything is done with it."""

from typing import Any

from server.requests import BadRequest, named_in

LONGEST_ID = 200


def complaint_about(message: object) -> str | None:
    """What is wrong with a client's message, in a few words; None when it is well formed."""
    if not isinstance(message, dict):
        return "A message is an object"
    kind, payload, id = message.get("type"), message.get("payload"), message.get("id")
    if not isinstance(kind, str):
        return "A message has a type"
    if kind in ("connection_init", "ping", "pong"):
        return None if isinstance(payload, dict | None) else "The payload is an object"
    if kind not in ("subscribe", "complete"):
        return "There is no such type of message"
    if not isinstance(id, str) or not 0 < len(id) <= LONGEST_ID:
        return f"The id is a text of 1 to {LONGEST_ID} characters"
    return _complaint_about_operation(payload) if kind == "subscribe" else None


def _complaint_about_operation(payload: Any) -> str | None:
    if not isinstance(payload, dict):
        return "The payload is an object"
    if not isinstance(payload.get("variables"), dict | None):
        return "variables is an object"
    try:
        named_in(payload)
    except BadRequest as bad:
        return bad.message
    if not isinstance(payload.get("operationName"), str | None):
        return "operationName is a text"
    return None
