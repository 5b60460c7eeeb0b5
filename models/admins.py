"""Who is admin of what, for every `visible_to` that asks; `{0}` is the viewer.

Told from the groups the viewer is in, which are few, once for a whole statement: beginning with
the row, PostgreSQL would read all programs as soon as there are some rows.
"""

_IS_ADMIN = "a.user_id = {0} AND a.role = 'ADMIN'"


def admin_of_group(group: str) -> str:
    """The condition that the viewer is admin of the group with this id (an SQL expression)."""
    return f"{group} IN (SELECT a.group_id FROM group_members a WHERE {_IS_ADMIN})"


def admin_of_program(program: str) -> str:
    """The condition that the viewer is admin of the group whose program has this id."""
    return (
        f"{program} IN (SELECT own.id FROM group_members a"
        f" JOIN programs own ON own.group_id = a.group_id WHERE {_IS_ADMIN})"
    )
