"""A copy of one's data, and its end."""

import strawberry
from strawberry import UNSET

from schema.errors import UserError
from schema.scalars import JSON


@strawberry.type
class ExportPayload:
    data: JSON | None = strawberry.field(
        description="Account, sessions, memberships, enrollments, matches, steps, messages sent "
        "and received, and what was done and decided; docs/data.md lists every key."
    )
    errors: list[UserError]


@strawberry.input
class DeleteMyAccountInput:
    password: str | None = strawberry.field(
        default=UNSET, description="Needed where the account has one."
    )


@strawberry.type
class DeletePayload:
    errors: list[UserError]
