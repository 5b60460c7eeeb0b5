"""What people get who ask for all that is held on them, and how they go."""

from typing import Any

import orjson

from tests.integration.world import Person

EXPORT = "mutation { exportMyData { data errors { code } } }"
DELETE = """
mutation($password: String) {
  deleteMyAccount(input: {password: $password}) { errors { code message field } } }"""


async def export(person: Person) -> dict[str, Any]:
    """What the person gets, read as a client reads it."""
    answer = await person.ask(EXPORT)
    data: dict[str, Any] = orjson.loads(await answer.ok()["data"].whole())
    return data
