"""The tour of the demo: operations that work at once, each with the person who may run it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from models.groups import GroupCategory
from server.demo import finding
from server.demo.world import CONTENT

_MAYA, _NKECHI, _HANNE = "maya@example.org", "nkechi@example.org", "hanne@example.org"
_BEATRIZ, _NOOR, _GRACE = "beatriz@example.org", "noor@example.org", "grace@example.org"
_KENJI, _TIMO, _ROSARIO = "kenji@example.org", "timo@example.org", "rosario@example.org"

_WORDS = "Whatever Sunday brings, Maya: there is cake."


@dataclass(frozen=True, slots=True)
class Stop:
    """One operation of the tour; `person` is the address of who runs it, None for anybody."""

    title: str
    operation: str
    """The name of its file."""
    person: str | None
    variables: Mapping[str, object] | None
    """None when there is nothing left that it could be about."""

    @property
    def query(self) -> str:
        return (CONTENT / "operations" / f"{self.operation}.graphql").read_text("utf-8")


async def tour() -> list[Stop]:
    """Every stop in order, about what there is now. Those that show a refusal say so."""
    stops = [*await _pair(), *await _newcomers(), *await _admins(), *await _refused()]
    return [stop for stop in stops if stop.variables is not None]


async def _pair() -> list[Stop]:
    """What the two of a pair do."""
    mothers = await finding.conversation(_NKECHI, _MAYA)
    match = mothers and mothers.match
    recent = mothers and mothers.shortly_before
    read = mothers and mothers.last_number
    step = mothers and mothers.step
    words = _input(matchId=match, body=_WORDS, clientKey=str(uuid4()))
    check_in = await finding.check_in(_MAYA)
    proposal = await finding.proposal(_NOOR)
    return [
        Stop("Your inbox", "inbox", _MAYA, {}),
        Stop("Follow a conversation", "follow", _MAYA, _about(match=match, after=recent)),
        Stop("Send a message", "send", _NKECHI, words),
        Stop("Mark it as read", "mark_read", _MAYA, _about(match=match, upToNumber=read)),
        Stop("Complete a step", "complete_step", _MAYA, _about(match=match, step=step)),
        Stop("This week’s check-in", "check_ins", _MAYA, _about(match=match)),
        Stop("Answer a check-in", "answer_check_in", _MAYA, _about(checkIn=check_in)),
        Stop("Follow one’s reminders", "reminders", _MAYA, {}),
        Stop("Follow one’s matches", "match_changed", _BEATRIZ, {}),
        Stop("Accept a match", "accept", _NOOR, _about(match=proposal)),
    ]


async def _newcomers() -> list[Stop]:
    """What anybody may look at, and how they come to be somebody."""
    makers = await finding.group(_GRACE, GroupCategory.PROFESSIONAL)
    newcomer = {
        "email": f"newcomer-{uuid4().hex[:8]}@example.org",
        "password": "a long sentence is a good password",
        "displayName": "Newcomer",
        "birthDate": "1984-02-29",
        "timeZone": "America/Montevideo",
        "languages": ["es", "en"],
    }
    return [
        Stop("Find a group", "find_groups", _KENJI, {"words": "sell hands"}),
        Stop("A group’s programs", "programs", _KENJI, _about(group=makers)),
        Stop("The templates, in French", "templates", None, {}),
        Stop("Sign up", "sign_up", None, {"input": newcomer}),
    ]


async def _admins() -> list[Stop]:
    """What a group's admin sees and decides, and a moderator of the platform."""
    program = await finding.program(_HANNE)
    pending = await finding.pending_enrollment(_HANNE)
    pair = await finding.pairing(_HANNE)
    decided = _about(enrollments=pending and [pending])
    return [
        Stop("A program, as its admin", "admin", _HANNE, _about(program=program)),
        Stop("Approve an enrollment", "approve", _HANNE, decided),
        Stop("Whom to pair, and why", "proposal", _HANNE, _about(program=program)),
        Stop("Pair two people", "pair", _HANNE, _about(input=pair)),
        Stop("A moderator’s reports", "moderation", _ROSARIO, {}),
    ]


async def _refused() -> list[Stop]:
    """What is refused, to whom, and with which code."""
    mothers = await finding.conversation(_NKECHI, _MAYA)
    match = mothers and mothers.match
    program = await finding.program(_HANNE)
    makers = await finding.group(_GRACE, GroupCategory.PROFESSIONAL)
    stars = await finding.group(_KENJI, GroupCategory.HOBBY)
    both = _about(match=match, program=program)
    words = _input(matchId=match, body="May I join in?", clientKey=str(uuid4()))
    hobby = _input(groupId=stars, templateKey="skill-building")
    return [
        Stop("Refused: an admin reading along", "reading_along", _HANNE, _about(match=match)),
        Stop("Refused: a stranger looking in", "stranger", _KENJI, both),
        Stop("Refused: a stranger writing", "send", _KENJI, words),
        Stop("Refused: under 18", "minor", _TIMO, _about(group=makers)),
        Stop("Refused: a program in a hobby group", "hobby", _KENJI, hobby),
    ]


def _about(**variables: object) -> Mapping[str, object] | None:
    return None if None in variables.values() else variables


def _input(**fields: object) -> Mapping[str, object] | None:
    return _about(input=_about(**fields))
