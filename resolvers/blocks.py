"""Whom one keeps away."""

from strawberry import ID

from domain import blocks
from domain.viewer import Viewer
from models.blocks import blocked_by
from models.users import UserRow
from resolvers.context import Info, viewer_of
from resolvers.ids import demand_id


async def blocked_users(root: Viewer, info: Info) -> list[UserRow]:
    return await blocked_by(root.id).all("b.id")


async def block(info: Info, user_id: ID) -> UserRow:
    return await blocks.block(viewer_of(info), demand_id("user", user_id, "userId"))


async def unblock(info: Info, user_id: ID) -> UserRow:
    return await blocks.unblock(viewer_of(info), demand_id("user", user_id, "userId"))
