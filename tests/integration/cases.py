"""Reports and what moderators do about them, in as few words as the tests need."""

from typing import Any

from tests.integration.world import Answer, Nobody, Person

REPORT = """mutation($input: ReportInput!) {
  report(input: $input) { report { id } errors { code field } } }"""
RESOLVE = """mutation($id: ID!, $action: ModerationAction!) {
  resolveReport(input: {reportId: $id, action: $action, note: "Seen to."}) {
    report { status resolvedAt resolution { action note moderator { id } } }
    errors { code field } } }"""
NOTICES = "{ viewer { notices { nodes { action reason message at } } } }"
SEND = """mutation($match: ID!, $body: String!, $key: ID!) {
  sendMessage(input: {matchId: $match, body: $body, clientKey: $key}) {
    message { id } errors { code field } } }"""


async def report(
    by: Person, subject: dict[str, str], *evidence: str, reason: str = "HARASSMENT"
) -> str:
    input = {
        "subject": subject,
        "reason": reason,
        "details": "Look.",
        "evidenceMessageIds": evidence,
    }
    id: str = (await by.ask(REPORT, input=input)).ok()["report"]["id"]
    return id


async def resolve(moderator: Nobody, id: str, action: str) -> Answer:
    return await moderator.ask(RESOLVE, id=id, action=action)


async def send(person: Person, match: str, body: str) -> str:
    id: str = (await person.ask(SEND, match=match, body=body, key=body)).ok()["message"]["id"]
    return id


async def notices(person: Person) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await person.ask(NOTICES)).ok()["notices"]["nodes"]
    return nodes
