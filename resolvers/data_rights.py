"""What people may have of the data that is theirs: a copy, and its end."""

from domain import erasure, export
from domain.export import Export
from resolvers.context import Info, viewer_of


async def export_data(info: Info) -> Export:
    return await export.export_data(viewer_of(info))


async def delete_account(info: Info, password: str | None) -> None:
    await erasure.delete_account(viewer_of(info), password)
    info.context.viewer = None
