"""Fills a server with one group of forty, and pairs them: the walk-through of docs/matching.md.

    python examples/forty_members.py http://127.0.0.1:8000 [FILE]

Makes accounts, so use a server of your own, such as `compagnon serve` in an empty directory. It
prints whom to sign in as in GraphiQL, and writes the proposal into FILE for `verify-assignment`.
"""

import json
import sys
import urllib.request
from pathlib import Path
from typing import Any

PASSWORD = "forty good people"  # noqa: S105 -- everybody's, and meant to be read
MENTORS = (
    ("Amara", "sleep|raising teens alone", "en,fr", "Europe/Paris", 3),
    ("Bruno", "deuil|santé", "fr", "Europe/Paris", 2),
    ("Chandra", "back to work|work-life balance", "en,hi", "Asia/Kolkata", 3),
    ("Dolores", "first months with a baby", "es,en", "America/Mexico_City", 2),
    ("Emil", "children with special needs|school", "de,en", "Europe/Berlin", 2),
    ("Fatou", "installation dans un nouveau pays", "fr,wo", "Africa/Dakar", 3),
    ("Grace", "grief|caring for a relative", "en", "Africa/Lagos", 2),
    ("Hana", "sleep|breastfeeding", "en,ja", "Asia/Tokyo", 2),
    ("Iris", "separation and new beginnings", "en", "America/New_York", 2),
    ("Jonas", "budget|housing", "de,en", "Europe/Berlin", 1),
    ("Karima", "école|adolescents", "fr,ar", "Africa/Casablanca", 2),
    ("Leo", "living with a long illness", "en", "Europe/London", 2),
)
MENTEES = (
    ("Mia", "sommeil", "fr", "Europe/Paris"),
    ("Noah", "Grief", "en", "Europe/London"),
    ("Oda", "school", "de", "Europe/Berlin"),
    ("Priya", "returning to work after a break", "en,hi", "Asia/Kolkata"),
    ("Quentin", "santé|deuil", "fr", "Europe/Brussels"),
    ("Rosa", "first months with a baby", "es", "America/Lima"),
    ("Sami", "teenagers|school", "ar,fr", "Africa/Tunis"),
    ("Tess", "sleepless nights|allaitement", "en,fr", "Europe/Paris"),
    ("Uma", "work life balance", "en", "Asia/Kolkata"),
    ("Viktor", "budget", "de", "Europe/Vienna"),
    ("Wanda", "separation", "en,pl", "Europe/Warsaw"),
    ("Xenia", "caregiving", "en", "Europe/Athens"),
    ("Yusuf", "settling in a new country", "fr,wo", "Africa/Dakar"),
    ("Zoe", "breastfeeding", "en", "Australia/Sydney"),
    ("Aiko", "sleep", "ja", "Asia/Tokyo"),
    ("Bea", "long illness", "en", "Europe/Dublin"),
    ("Carlos", "baby", "es,en", "America/Bogota"),
    ("Dina", "special needs", "en,de", "Europe/Berlin"),
    ("Elif", "raising children alone", "en", "Europe/Istanbul"),
    ("Femi", "grief", "en", "Africa/Lagos"),
    ("Gita", "back to work", "en", "Asia/Kolkata"),
    ("Hugo", "logement", "fr", "Europe/Paris"),
    ("Ines", "adolescents", "pt", "Europe/Lisbon"),
    ("Joao", "newborn", "pt", "America/Sao_Paulo"),
    ("Kofi", "health", "en", "Africa/Accra"),
    ("Lina", "divorce", "en", "America/Chicago"),
    ("Maud", "parents d’un enfant LGBTQIA", "fr", "Europe/Paris"),
    ("Nils", "twins", "de,en", "Europe/Zurich"),
)
PROPOSE = """
query Proposal($program: ID!, $input: AssignmentInput) {
  program(id: $program) {
    assignmentProposal(input: $input) {
      placed
      totalScore
      pairs {
        mentor { id user { displayName } }
        mentee { id user { displayName } }
        score
        reasons { kind weight detail }
      }
      unplaced { enrollment { id user { displayName } } reason }
      certificate {
        value
        bound
        placementWeight
        menteePrices { enrollmentId price }
        seatPrices { enrollmentId price }
        problem
      }
    }
  }
}"""


class Person:
    """Somebody signed in."""

    def __init__(self, url: str, name: str, languages: str, zone: str) -> None:
        self.url, self.token = url, ""
        said = {
            "email": f"{name.lower()}.of.forty@example.org",
            "password": PASSWORD,
            "displayName": name,
            "birthDate": "1985-05-05",
            "timeZone": zone,
            "languages": languages.split(","),
        }
        made = self.ask(
            """mutation($input: SignUpInput!) {
                 signUp(input: $input) { session { accessToken } errors { message } } }""",
            input=said,
        )
        self.token = made["signUp"]["session"]["accessToken"]

    def ask(self, query: str, **variables: object) -> Any:
        """What stands under `data`."""
        request = urllib.request.Request(  # noqa: S310 -- the address is the caller's
            f"{self.url}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"content-type": "application/json", "authorization": f"Bearer {self.token}"},
        )
        with urllib.request.urlopen(request) as response:  # noqa: S310
            answer = json.load(response)
        if answer.get("errors"):
            raise SystemExit(answer["errors"][0]["message"])
        return answer["data"]

    def do(self, field: str, gives: str, **said: object) -> Any:
        """One mutation with an input."""
        kind = field[0].upper() + field[1:] + "Input"
        done = self.ask(
            f"""mutation($input: {kind}!) {{ {field}(input: $input) {{
                  {gives} errors {{ message }} }} }}""",
            input=said,
        )[field]
        if done["errors"]:
            raise SystemExit(done["errors"][0]["message"])
        return done


def fill(url: str) -> tuple[Person, str]:
    """The admin of a group with an open program and forty who are approved, and the program."""
    admin = Person(url, "Olga", "en,fr", "Europe/Paris")
    group = admin.do(
        "createGroup",
        "group { id }",
        name="Parents of the quarter",
        description="All ages, all kinds.",
        category="PARENTING",
    )["group"]["id"]
    program = admin.do(
        "createProgram",
        "program { id }",
        groupId=group,
        templateKey="encouragement-and-support",
        defaultCapacity=2,
    )["program"]["id"]
    # The template asks good questions; here nobody answers any.
    admin.do("setProgramQuestions", "program { id }", programId=program, questions=[])
    admin.ask("mutation($id: ID!) { openProgram(programId: $id) { errors { code } } }", id=program)
    people = [(*mentor[:4], {"role": "MENTOR", "capacity": mentor[4]}) for mentor in MENTORS]
    people += [(*mentee, {"role": "MENTEE"}) for mentee in MENTEES]
    enrollments = []
    for name, topics, languages, zone, said in people:
        person = Person(url, name, languages, zone)
        person.ask("mutation($id: ID!) { joinGroup(groupId: $id) { errors { code } } }", id=group)
        enrolled = person.do(
            "enroll", "enrollment { id }", programId=program, topics=topics.split("|"), **said
        )
        enrollments.append(enrolled["enrollment"]["id"])
    admin.ask(
        "mutation($ids: [ID!]!) { approveEnrollments(enrollmentIds: $ids) { errors { code } } }",
        ids=enrollments,
    )
    return admin, program


def main() -> None:
    admin, program = fill(sys.argv[1])
    proposal = admin.ask(PROPOSE, program=program, input={})
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(json.dumps(proposal), "utf-8")
    print(f"Sign in at {sys.argv[1]} as olga.of.forty@example.org, password: {PASSWORD}")
    print(f"The program is {program}. Its proposal:")
    for pair in proposal["program"]["assignmentProposal"]["pairs"]:
        names = [pair[side]["user"]["displayName"] for side in ("mentor", "mentee")]
        print(f"  {pair['score']:.6f}  {' - '.join(names)}")


if __name__ == "__main__":
    main()
