"""People, as others may know them."""

from strawberry import ID

from resolvers.rows import UserRow
from schema.nodes import Node, node_id, shown


@shown(
    row=UserRow,
    visible_to="themselves, those of a group they share, partners, admins they enrolled with",
    description="An erased account keeps its id and nothing else.",
)
class User(Node):
    id: ID = node_id("user")
    display_name: str
    bio: str | None
    languages: list[str]
    time_zone: str
    is_deleted: bool
