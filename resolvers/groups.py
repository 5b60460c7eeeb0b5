"""Groups: found, joined, looked after."""

from functools import partial
from uuid import UUID

from strawberry import ID

from domain import groups
from models.groups import (
    GroupCategory,
    GroupMemberRow,
    GroupRole,
    GroupRow,
    count_members,
    member_counts,
    members_visible_to,
    visible_to,
)
from models.ids import id_of
from models.programs import ProgramRow, ProgramStatus
from models.programs import visible_to as programs_visible_to
from models.words import holds_words
from resolvers.context import Info, viewer_of
from resolvers.ids import demand_id
from resolvers.loading import loaded
from resolvers.pages import Connection, page, page_of, window
from resolvers.words import words_of


async def find(
    info: Info,
    category: list[GroupCategory] | None = None,
    search: str | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[GroupRow]:
    """All groups, or those of some categories, or with these words in name or description,
    whatever their case and accents."""
    read = visible_to(viewer_of(info).id)
    if category is not None:
        read = read.where("g.category = ANY ({0})", list(category))
    if words := words_of(search):
        read = read.where(holds_words("g.words"), words)
    return await page(read, "g.id", window(first, after))


async def one(info: Info, id: ID) -> GroupRow | None:
    return await by_id(info, id_of("group", id))


async def by_id(info: Info, id: UUID | None) -> GroupRow | None:
    return await loaded(info, "group", visible_to, "g.id", id)


def offers_mentorship(root: GroupRow) -> bool:
    return groups.offers_mentorship(root.category)


async def member_count(root: GroupRow, info: Info) -> int:
    return await info.context.loaders.load("group.memberCount", member_counts, root.id) or 0


async def members(
    root: GroupRow,
    info: Info,
    search: str | None = None,
    role: GroupRole | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[GroupMemberRow]:
    """In the order in which they joined; those with each of these words in their name."""
    viewer, words = viewer_of(info).id, words_of(search)
    return await page_of(
        info,
        root.id,
        members_visible_to(viewer, role, words),
        column="gm.group_id",
        key="gm.id",
        wanted=window(first, after),
        question=("group.members", role, words),
        counts=partial(count_members, viewer, role, words),
    )


async def programs(
    root: GroupRow,
    info: Info,
    status: list[ProgramStatus] | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[ProgramRow]:
    read = programs_visible_to(viewer_of(info).id)
    if status is not None:
        read = read.where("p.status = ANY ({0})", list(status))
    return await page_of(
        info,
        root.id,
        read,
        column="p.group_id",
        key="p.id",
        wanted=window(first, after),
        question=("group.programs", tuple(status or ()), status is None),
    )


async def create(info: Info, name: str, description: str, category: GroupCategory) -> GroupRow:
    return await groups.create_group(viewer_of(info), name, description, category)


async def update(
    info: Info,
    group_id: ID,
    name: str | None,
    description: str | None,
    category: GroupCategory | None,
) -> GroupRow:
    group = demand_id("group", group_id, "groupId")
    return await groups.update_group(viewer_of(info), group, name, description, category)


async def join(info: Info, group_id: ID) -> GroupRow:
    return await groups.join_group(viewer_of(info), demand_id("group", group_id, "groupId"))


async def leave(info: Info, group_id: ID) -> GroupRow:
    return await groups.leave_group(viewer_of(info), demand_id("group", group_id, "groupId"))


async def set_role(info: Info, group_id: ID, user_id: ID, role: GroupRole) -> GroupRow:
    group = demand_id("group", group_id, "groupId")
    return await groups.set_role(viewer_of(info), group, id_of("user", user_id), role)


async def remove_member(info: Info, group_id: ID, user_id: ID) -> GroupRow:
    group = demand_id("group", group_id, "groupId")
    return await groups.remove_member(viewer_of(info), group, id_of("user", user_id))
