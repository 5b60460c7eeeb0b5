"""What people may have of the data that is theirs: a copy, and its end."""

from domain import erasure, export
from domain.export import Export
from domain.refusals import ExportNotSent
from resolvers.context import Info, viewer_of


async def export_data(info: Info) -> Export:
    made = await export.export_data(viewer_of(info))
    info.context.has_export = True
    return made


async def delete_account(info: Info, password: str | None) -> None:
    viewer = viewer_of(info)
    if info.context.has_export:
        raise ExportNotSent
    await erasure.delete_account(viewer, password)
    info.context.sign_out()
