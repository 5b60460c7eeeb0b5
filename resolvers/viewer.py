"""The signed-in person, and others as far as they may be known."""

from domain.users import ProfileChange, update_profile
from domain.viewer import Viewer
from models import conversations
from models.enrollments import EnrollmentRow
from models.enrollments import visible_to as enrollments_visible_to
from models.groups import GroupRow
from models.groups import visible_to as groups_visible_to
from models.inbox import MatchOrder
from models.matches import MatchRow, MatchStatus
from models.matches import of_pair as matches_of
from models.users import Locale
from resolvers import pairs
from resolvers.context import Info, viewer_of
from resolvers.cursors import read_moment_cursor
from resolvers.pages import Connection, page, window


def viewer(info: Info) -> Viewer | None:
    found: Viewer | None = info.context.viewer
    return None if found is None or found.is_over() else found


async def groups(
    root: Viewer, info: Info, first: int | None = None, after: str | None = None
) -> Connection[GroupRow]:
    """The groups one is in."""
    read = groups_visible_to(root.id).where("mine.user_id IS NOT NULL")
    return await page(read, "g.id", window(first, after))


async def enrollments(
    root: Viewer, info: Info, first: int | None = None, after: str | None = None
) -> Connection[EnrollmentRow]:
    """One's own enrollments in every program."""
    read = enrollments_visible_to(root.id).where("e.user_id = {0}", root.id)
    return await page(read, "e.id", window(first, after))


async def matches(
    root: Viewer,
    info: Info,
    status: list[MatchStatus] | None = None,
    order_by: MatchOrder | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[MatchRow]:
    """The matches in which one is one of the two; when a pair writes is nobody else's to order
    them by."""
    read = matches_of(root.id)
    if status is not None:
        read = read.where("m.status = ANY ({0})", list(status))
    if order_by is MatchOrder.LAST_MESSAGE:
        wanted = window(first, after, read_cursor=read_moment_cursor)
        return await pairs.latest_page(info, read, wanted)
    return await pairs.page(info, read, window(first, after))


async def unread_count(root: Viewer, info: Info) -> int:
    """Of the partners in all of one's pairs, whatever became of them."""
    counted = await info.context.loaders.load(
        "viewer.unreadCount", conversations.unread_of, root.id
    )
    return counted or 0


async def change_profile(
    info: Info,
    display_name: str | None,
    bio: str | None,
    languages: list[str] | None,
    time_zone: str | None,
    locale: Locale | None,
) -> Viewer:
    change = ProfileChange(display_name, bio, languages, time_zone, locale)
    info.context.viewer = changed = await update_profile(viewer_of(info), change)
    return changed
