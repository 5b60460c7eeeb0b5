"""Steps of a program, and a pair's way through them."""

import datetime

from strawberry import ID

from resolvers.rows import MatchStepRow, MatchStepState, ProgramStepRow
from schema.nodes import Node, node_id, shown
from schema.users import User


@shown(row=ProgramStepRow, visible_to="everybody who sees the program")
class ProgramStep(Node):
    id: ID = node_id("step")
    position: int
    week: int
    title: str
    prompt: str


@shown(
    row=MatchStepRow,
    visible_to="the two people of the match",
    description="Completing a step twice changes nothing.",
)
class MatchStep:
    step: ProgramStep
    state: MatchStepState
    completed_at: datetime.datetime | None
    completed_by: User | None
