"""People who were declined."""

from typing import Any

from tests.integration.deciding import decline
from tests.integration.world import World

LEAVE = "mutation($id: ID!) { leaveGroup(groupId: $id) { errors { code field } } }"
JOIN = "mutation($id: ID!) { joinGroup(groupId: $id) { errors { code field } } }"
ENROLL = """mutation($id: ID!) {
  enroll(input: {programId: $id, role: MENTEE, topics: []}) { errors { code field } } }"""


class Scene:
    """Ada's open program, in which Mona, Theo and Tess have enrolled and been declined."""

    async def built(self, world: World) -> "Scene":
        self.ada, self.mona, self.theo, self.tess = await world.people(
            "Ada", "Mona", "Theo", "Tess"
        )
        self.group = await world.group(self.ada)
        self.program = await world.open_program(self.ada, self.group)
        said: dict[str, Any] = {"approved": False, "goal": "Rest"}
        self.by_mona = await world.enroll(self.mona, self.program, "MENTOR", **said)
        self.for_theo = await world.enroll(self.theo, self.program, "MENTEE", **said)
        self.for_tess = await world.enroll(self.tess, self.program, "MENTEE", **said)
        self.all = [self.by_mona, self.for_theo, self.for_tess]
        (await decline(self.ada, *self.all)).ok()
        return self
