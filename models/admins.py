"""Who is admin of what, for every `visible_to` that asks; `{0}` is the viewer."""


def admin_of_group(group: str) -> str:
    """The condition that the viewer is admin of the group with this id (an SQL expression)."""
    return (
        f"EXISTS (SELECT FROM group_members a"
        f" WHERE a.group_id = {group} AND a.user_id = {{0}} AND a.role = 'ADMIN')"
    )


def admin_of_program(program: str) -> str:
    """The condition that the viewer is admin of the group whose program has this id."""
    return (
        f"EXISTS (SELECT FROM programs own"
        f" WHERE own.id = {program} AND {admin_of_group('own.group_id')})"
    )
