"""What admins are asked to decide of those who enroll, and what came of it."""

from typing import Any

from tests.integration.world import Answer, Person

DECIDE = {
    name: f"""mutation($ids: [ID!]!) {{
                {name}(enrollmentIds: $ids) {{
                  enrollments {{ id status topics goal waitingSince openPlaces }}
                  errors {{ code field message }} }} }}"""
    for name in ("approveEnrollments", "declineEnrollments", "reconsiderEnrollments")
}
SEEN = "query($id: ID!) { node(id: $id) { ... on Enrollment { status } } }"
WITHDRAW = "mutation($id: ID!) { withdrawEnrollment(enrollmentId: $id) { errors { code field } } }"


async def reconsider(person: Person, *ids: str) -> Answer:
    return await person.ask(DECIDE["reconsiderEnrollments"], ids=list(ids))


async def approve(person: Person, *ids: str) -> Answer:
    return await person.ask(DECIDE["approveEnrollments"], ids=list(ids))


async def decline(person: Person, *ids: str) -> Answer:
    return await person.ask(DECIDE["declineEnrollments"], ids=list(ids))


async def status(person: Person, id: str) -> Any:
    return (await person.ask(SEEN, id=id)).payload["status"]
