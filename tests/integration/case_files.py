"""Reports as they are filed, and as those who may read them get them: every field of them."""

from typing import Any

from tests.integration.world import Answer, Person, World

REPORT = """mutation($input: ReportInput!) { report(input: $input) {
  report {
    id reason details status resolvedAt reporter { id } reportedUser { id } program { id }
    evidence { sender { id } body sentAt messageId } }
  errors { code field message } } }"""
OWN = """{ viewer { reports { nodes {
  id details status reporter { id } reportedUser { id } program { id }
  evidence { body messageId } } } } }"""
QUEUE = """{ moderation { reports { nodes {
  id details reporter { id } reportedUser { id } program { id }
  evidence { sender { id } body sentAt messageId } resolution { note } } } } }"""


async def report(person: Person, subject: dict[str, Any], *evidence: str, **said: Any) -> Answer:
    input = {"subject": subject, "reason": "HARASSMENT", "details": "Please look at this."}
    return await person.ask(REPORT, input=input | {"evidenceMessageIds": list(evidence)} | said)


async def moderator(world: World) -> Person:
    return await world.person("Mo", is_moderator=True)


async def queue(person: Person) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await person.ask(QUEUE)).ok()["reports"]["nodes"]
    return nodes
