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
    subject_id: strawberry.ID | None = strawberry.field(
        description="Which one it is about, where `field` does not say it: the key of the question "
        "that an answer is given to, or is missing for; the id of a step that was left out; of the "
        "enrollment that stands in the way of a pair, where it is one of the two alone."
    )
