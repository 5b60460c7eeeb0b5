"""What people may have of the data that is theirs: a copy, and its end."""

from domain import erasure, export
from domain.export import Export
from domain.refusals import ExportNotSent
from resolvers.asked import asks_for
from resolvers.context import Info, viewer_of


async def export_data(info: Info) -> Export:
    return await export.export_data(viewer_of(info))


def demand_no_export(info: Info) -> None:
    """ILLEGAL_STATE where the same document asks for the viewer's data, in whatever order: it is
    read while the answer is sent, and as long as the session goes."""
    if asks_for(info, "exportMyData"):
        raise ExportNotSent


async def delete_account(info: Info, password: str | None) -> None:
    viewer = viewer_of(info)
    demand_no_export(info)
    await erasure.delete_account(viewer, password)
    info.context.sign_out()
