"""Which write wakes whom: the one table of wake-up topics.

| what was written                          | topics          | who waits              |
|-------------------------------------------|-----------------|------------------------|
| a message, edit, deletion, mark or typing | `conversation`  | `messageEvents`        |
| a match proposed, its status changed      | `status`        | `matchChanged`, rights |
| a reminder fell due                       | `reminders`     | `checkInReminders`     |
| a session ended, its person suspended or  | `session`       | its sockets, rights    |
| found to be under age                     |                 |                        |

A `conversation` is the match and the two people.
"""

from uuid import UUID


def match(id: UUID) -> str:
    """What happens in one pair."""
    return f"m:{id.hex}"


def person(id: UUID) -> str:
    """What happens in any of a person's pairs."""
    return f"p:{id.hex}"


def pairings(id: UUID) -> str:
    """That one of a person's matches is new, or its status another."""
    return f"c:{id.hex}"


def reminders(id: UUID) -> str:
    """That somebody is reminded of something."""
    return f"r:{id.hex}"


def session(id: UUID) -> str:
    """That a session has ended."""
    return f"s:{id.hex}"


def conversation(id: UUID, mentor: UUID, mentee: UUID) -> tuple[str, str, str]:
    """Everybody who follows this pair, by itself or among all their pairs."""
    return match(id), person(mentor), person(mentee)


def status(id: UUID, mentor: UUID, mentee: UUID) -> tuple[str, ...]:
    """Everybody who follows this pair, and who follows what becomes of the two's matches."""
    return *conversation(id, mentor, mentee), pairings(mentor), pairings(mentee)
