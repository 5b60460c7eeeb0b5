"""How long the body of a request may be: pairing two thousand people at once takes a long one."""

from server.context import context_of
from server.incoming import Incoming

LONGEST_BODY = 64 * 1024
"""Of anybody."""
LONGEST_SIGNED_IN = 1024 * 1024
"""Of somebody signed in, who says beforehand how long it is."""
LONGEST_LIST = 5000
"""How many entries a list in a long body may have: more than anything that takes a list."""


async def longest_body(request: Incoming, length: int) -> int:
    """How many bytes are read of this request, which announces so many. Whoever sends no long body
    is not looked up."""
    if length <= LONGEST_BODY:
        return LONGEST_BODY
    said, language = request.header(b"authorization"), request.header(b"accept-language")
    context = await context_of(said, language)
    return LONGEST_BODY if context.viewer is None else LONGEST_SIGNED_IN


def announced(request: Incoming) -> int:
    """The length a client announces; 0 when it does not."""
    length = request.header(b"content-length") or ""
    return int(length) if length.isdecimal() and len(length) < 20 else 0


def is_unwieldy(query: str, variables: object) -> bool:
    """Whether a long body is long for another reason than lists of ids: it takes too long to read.

    The document itself has no need to be longer than anybody's, nor has a list to be endless.
    """
    if len(query) > LONGEST_BODY:
        return True
    waiting, seen = [variables], 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, list | dict):
            if len(value) > LONGEST_LIST:
                return True
            waiting.extend(value.values() if isinstance(value, dict) else value)
        seen += 1
        if seen > 4 * LONGEST_LIST:
            return True
    return False
