"""Community groups: who is in them, and who looks after them."""

from uuid import UUID

from domain.audit import record
from domain.clock import clock
from domain.configuration import configuration
from domain.denials import Forbidden
from domain.form import Form
from domain.parting import end_matches_of_leaver
from domain.refusals import LastAdmin, NotEligible, NotFound
from domain.seeing import demand
from domain.viewer import Viewer
from models.database import execute, fetch, fetch_one
from models.groups import GroupCategory, GroupRole, GroupRow, visible_to
from models.ids import global_id, new_id
from models.transactions import transactional


def offers_mentorship(category: GroupCategory) -> bool:
    """Whether groups of this category may have programs; which ones is configuration."""
    return category in configuration().mentoring_categories


def demand_mentorship(category: GroupCategory, *field: str) -> None:
    """NOT_ELIGIBLE unless the category offers mentorship: no new program, enrollment or match."""
    if not offers_mentorship(category):
        raise NotEligible(*field)


@transactional
async def create_group(
    viewer: Viewer, name: str, description: str, category: GroupCategory
) -> GroupRow:
    """A new group, its founder the first admin."""
    form = Form()
    name = form.text(name, "name", longest=120)
    description = form.text(description, "description", longest=5000, shortest=0)
    form.check()
    group, now = new_id(), clock.now()
    await execute(
        """INSERT INTO groups (id, name, description, category, created_at)
           VALUES ($1, $2, $3, $4, $5)""",
        *(group, name, description, category, now),
    )
    await _add(group, viewer.id, GroupRole.ADMIN)
    await record("group.created", actor=viewer.id, group=group, details={"category": category})
    return await _seen(viewer, group)


@transactional
async def update_group(
    viewer: Viewer,
    group: UUID,
    name: str | None,
    description: str | None,
    category: GroupCategory | None,
) -> GroupRow:
    """Changes what the group says of itself. Leaving an eligible category stops new programs,
    enrollments and matches; pairs that exist go on."""
    await _lock_as_admin(viewer, group)
    form = Form()
    if name is not None:
        name = form.text(name, "name", longest=120)
    if description is not None:
        description = form.text(description, "description", longest=5000, shortest=0)
    form.check()
    await execute(
        """UPDATE groups SET name = coalesce($2, name), description = coalesce($3, description),
               category = coalesce($4, category) WHERE id = $1""",
        *(group, name, description, category),
    )
    await record(
        "group.updated",
        actor=viewer.id,
        group=group,
        details={"category": category} if category else {},
    )
    return await _seen(viewer, group)


@transactional
async def join_group(viewer: Viewer, group: UUID) -> GroupRow:
    """Joins; joining twice changes nothing."""
    await _lock(group)
    if await _role(group, viewer.id) is None:
        await _add(group, viewer.id, GroupRole.MEMBER)
        await record("group.joined", actor=viewer.id, group=group)
    return await _seen(viewer, group)


@transactional
async def leave_group(viewer: Viewer, group: UUID) -> GroupRow:
    """Leaves, which ends one's matches and enrollments there. The last admin cannot leave."""
    await _lock(group)
    role = await _role(group, viewer.id)
    if role is not None:
        await _remove(viewer, group, viewer.id, role, "groupId")
        await record("group.left", actor=viewer.id, group=group)
    return await _seen(viewer, group)


@transactional
async def set_role(viewer: Viewer, group: UUID, user: UUID | None, role: GroupRole) -> GroupRow:
    """Makes a member an admin, or an admin a member again. One admin always stays."""
    await _lock_as_admin(viewer, group)
    before = await _role(group, user) if user else None
    if user is None or before is None:
        raise NotFound("userId")
    if before is not role:
        if before is GroupRole.ADMIN:
            await _demand_other_admin(group, user, "role")
        await execute(
            "UPDATE group_members SET role = $3 WHERE group_id = $1 AND user_id = $2",
            *(group, user, role),
        )
        await record(
            "group.role_set",
            actor=viewer.id,
            group=group,
            subject=global_id("user", user),
            details={"role": role},
        )
    return await _seen(viewer, group)


@transactional
async def remove_member(viewer: Viewer, group: UUID, user: UUID | None) -> GroupRow:
    """Takes a member out, as if they had left."""
    await _lock_as_admin(viewer, group)
    role = await _role(group, user) if user else None
    if user is None or role is None:
        raise NotFound("userId")
    await _remove(viewer, group, user, role, "userId")
    await record(
        "group.member_removed", actor=viewer.id, group=group, subject=global_id("user", user)
    )
    return await _seen(viewer, group)


async def is_admin(group: UUID, user: UUID) -> bool:
    """Whether this person is admin of the group."""
    return await _role(group, user) is GroupRole.ADMIN


async def has_other_admin(group: UUID, user: UUID) -> bool:
    """Whether the group has an admin who is somebody else, and not suspended: who can act."""
    return bool(
        await fetch(
            """SELECT 1 FROM group_members m JOIN users u ON u.id = m.user_id
               WHERE m.group_id = $1 AND m.user_id <> $2 AND m.role = 'ADMIN'
                 AND u.suspended_at IS NULL LIMIT 1""",
            *(group, user),
        )
    )


async def _remove(viewer: Viewer, group: UUID, user: UUID, role: GroupRole, field: str) -> None:
    if role is GroupRole.ADMIN:
        await _demand_other_admin(group, user, field)
    await end_matches_of_leaver(group, user, actor=viewer.id)
    await execute("DELETE FROM group_members WHERE group_id = $1 AND user_id = $2", group, user)


async def _demand_other_admin(group: UUID, user: UUID, field: str) -> None:
    if not await has_other_admin(group, user):
        raise LastAdmin(field)


async def _add(group: UUID, user: UUID, role: GroupRole) -> None:
    await execute(
        """INSERT INTO group_members (id, group_id, user_id, role, joined_at)
           VALUES ($1, $2, $3, $4, $5)""",
        *(new_id(), group, user, role, clock.now()),
    )


async def _role(group: UUID, user: UUID) -> GroupRole | None:
    row = await fetch_one(
        "SELECT role FROM group_members WHERE group_id = $1 AND user_id = $2", group, user
    )
    return GroupRole(row["role"]) if row else None


async def _lock(group: UUID) -> None:
    """One change of membership at a time: two last admins must not leave at once."""
    if not await fetch("SELECT 1 FROM groups WHERE id = $1 FOR NO KEY UPDATE", group):
        raise NotFound("groupId")


async def _lock_as_admin(viewer: Viewer, group: UUID) -> None:
    await _lock(group)
    if not await is_admin(group, viewer.id):
        raise Forbidden


async def _seen(viewer: Viewer, group: UUID) -> GroupRow:
    return await demand(visible_to(viewer.id).where("g.id = {0}", group), "groupId")
