"""Expected refusals, as payloads carry them."""

import strawberry

from resolvers.rows import UserErrorCode


@strawberry.type(
    description="Expected refusals come back in `errors` of a payload; nothing was changed when it "
    "is not empty. `field` is the path in the input, list positions counted from 0."
)
class UserError:
    code: UserErrorCode
    message: str
    field: list[str] | None
