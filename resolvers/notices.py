"""What moderation has told the viewer."""

from domain.notices import statement
from domain.viewer import Viewer
from models.notices import NoticeRow, visible_to
from resolvers.context import Info
from resolvers.pages import Connection, page, window


async def own(
    root: Viewer,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Connection[NoticeRow]:
    return await page(visible_to(root.id), "n.id", window(first, after, last, before))


def message(root: NoticeRow, info: Info) -> str:
    return statement(root.action, root.reason, info.context.locale)
