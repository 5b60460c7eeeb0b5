"""Why matches end, as it is stored and as each viewer is told."""

from enum import StrEnum


class EndCause(StrEnum):
    """Why a match ended, as stored; what each viewer is told of it is `end_reason`."""

    BY_ADMIN = "BY_ADMIN"
    BY_MEMBER = "BY_MEMBER"
    INACTIVE = "INACTIVE"
    PROGRAM_ARCHIVED = "PROGRAM_ARCHIVED"
    LEFT_GROUP = "LEFT_GROUP"


class MatchEndReason(StrEnum):
    BY_ADMIN = "BY_ADMIN"
    BY_YOU = "BY_YOU"
    ENDED_BY_PARTNER = "ENDED_BY_PARTNER"
    INACTIVE = "INACTIVE"
    PROGRAM_ARCHIVED = "PROGRAM_ARCHIVED"
    LEFT_GROUP = "LEFT_GROUP"


END_REASONS = {
    **{
        MatchEndReason(cause.value): f"m.end_cause = '{cause}'"
        for cause in EndCause
        if cause is not EndCause.BY_MEMBER
    },
    MatchEndReason.BY_YOU: f"m.end_cause = '{EndCause.BY_MEMBER}' AND m.ended_by_id = {{0}}",
    MatchEndReason.ENDED_BY_PARTNER: (
        f"m.end_cause = '{EndCause.BY_MEMBER}' AND m.ended_by_id IS DISTINCT FROM {{0}}"
    ),
}
"""What `MatchRow.end_reason` tells the viewer `{0}`, as conditions on a match (`m`)."""


def end_reason_told(viewer: str) -> str:
    """What this viewer, a place in a statement such as `$1`, is told of the end of a match (`m`) as
    its text; NULL of one that has none."""
    told = [f"WHEN {of_it.format(viewer)} THEN '{each}'" for each, of_it in END_REASONS.items()]
    return f"CASE {' '.join(told)} END"
