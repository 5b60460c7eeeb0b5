"""Whom one keeps away."""

import strawberry

from schema.errors import UserError
from schema.users import User


@strawberry.type
class BlockPayload:
    user: User | None
    errors: list[UserError]
