"""Documents made from the printed schema: a way to every type, and all the fields of each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
)

SHOWN, HIDDEN = "SHOWN", "HIDDEN"
CARRIERS = ("Connection", "Edge", "Payload", "PageInfo", "UserError")
"""Endings of types that only carry others, and are as open as what they carry."""

WAYS = {
    "Viewer": "viewer {{ %s }}",
    "User": 'node(id: "{theo}") {{ ... on User {{ %s }} }}',
    "Group": 'group(id: "{group}") {{ %s }}',
    "GroupMember": 'group(id: "{group}") {{ members {{ nodes {{ %s }} }} }}',
    "Program": 'program(id: "{open}") {{ %s }}',
    "ProgramStats": 'program(id: "{open}") {{ stats {{ %s }} }}',
    "MatchStatusCount": 'program(id: "{open}") {{ stats {{ matchesByStatus {{ %s }} }} }}',
    "ProgramResults": 'program(id: "{open}") {{ results {{ %s }} }}',
    "EndReasonCount": 'program(id: "{open}") {{ results {{ endReasons {{ %s }} }} }}',
    "MonthResults": 'program(id: "{open}") {{ results {{ byMonth {{ %s }} }} }}',
    "AuditEntry": 'program(id: "{open}") {{ auditLog {{ nodes {{ %s }} }} }}',
    "ProgramStep": 'node(id: "{step}") {{ ... on ProgramStep {{ %s }} }}',
    "ProgramTemplate": "programTemplates {{ %s }}",
    "TemplateStep": "programTemplates {{ steps {{ %s }} }}",
    "EnrollmentQuestion": "programTemplates {{ questions {{ %s }} }}",
    "Enrollment": 'node(id: "{mentee}") {{ ... on Enrollment {{ %s }} }}',
    "EnrollmentAnswer": 'node(id: "{mentee}") {{ ... on Enrollment {{ answers {{ %s }} }} }}',
    "Match": 'match(id: "{match}") {{ %s }}',
    "MatchStep": 'match(id: "{match}") {{ steps {{ %s }} }}',
    "Message": 'node(id: "{answer}") {{ ... on Message {{ %s }} }}',
    "MessageSearch": 'match(id: "{match}") {{ searchMessages(text: "e") {{ %s }} }}',
    "CheckIn": 'node(id: "{check_in}") {{ ... on CheckIn {{ %s }} }}',
    "CheckInAnswer": 'node(id: "{check_in}") {{ ... on CheckIn {{ mine {{ %s }} }} }}',
    "CheckInReminder": 'node(id: "{reminder}") {{ ... on CheckInReminder {{ %s }} }}',
    "CheckInPreferences": "viewer {{ checkInPreferences {{ %s }} }}",
    "UpcomingReminder": "viewer {{ upcomingReminders {{ %s }} }}",
    "CheckInWeekStats": 'program(id: "{open}") {{ stats {{ checkInsByWeek {{ %s }} }} }}',
    "MatchSuggestion": 'program(id: "{open}") {{ matchSuggestions {{ %s }} }}',
    "MatchReason": 'program(id: "{open}") {{ matchSuggestions {{ reasons {{ %s }} }} }}',
    "AssignmentProposal": 'program(id: "{open}") {{ assignmentProposal {{ %s }} }}',
    "UnplacedMentee": 'program(id: "{open}") {{ assignmentProposal {{ unplaced {{ %s }} }} }}',
    "AssignmentCertificate": (
        'program(id: "{open}") {{ assignmentProposal {{ certificate {{ %s }} }} }}'
    ),
    "EnrollmentPrice": (
        'program(id: "{open}") {{ assignmentProposal {{ certificate {{ menteePrices '
        "{{ %s }} }} }} }}"
    ),
    "PairExplanation": (
        'program(id: "{open}") {{ explainPair(mentorEnrollmentId: "{free}", '
        'menteeEnrollmentId: "{waiting}") {{ %s }} }}'
    ),
    "RecruitingAdvice": 'program(id: "{open}") {{ recruitingAdvice {{ %s }} }}',
    "Report": 'node(id: "{case}") {{ ... on Report {{ %s }} }}',
    "ReportEvidence": 'node(id: "{case}") {{ ... on Report {{ evidence {{ %s }} }} }}',
    "ReportResolution": 'node(id: "{case}") {{ ... on Report {{ resolution {{ %s }} }} }}',
    "Moderation": "moderation {{ %s }}",
    "ViewerSession": "viewer {{ sessions {{ %s }} }}",
    "Notice": "viewer {{ notices {{ nodes {{ %s }} }} }}",
}
"""How one gets to an object of each type that is the pair's, or the group's: where it begins."""

EVENTS: Sequence[str] = (
    "MessageAdded",
    "MessageEdited",
    "MessageDeleted",
    "MessagesRead",
    "TypingChanged",
)
DONE_OR_FOLLOWED = {"Session", "Mutation", "Subscription", *EVENTS}
"""Types that one gets to by doing something, or by following."""

ARGUMENTS = {
    "Query.node": 'id: "{theo}"',
    "Query.nodes": 'ids: ["{theo}"]',
    "Query.group": 'id: "{group}"',
    "Query.program": 'id: "{open}"',
    "Query.match": 'id: "{match}"',
    "Match.searchMessages": 'text: "e"',
    "Program.explainPair": 'mentorEnrollmentId: "{free}", menteeEnrollmentId: "{waiting}"',
    "Moderation.report": 'id: "{case}"',
}
"""Those arguments that a field needs."""


def types(graph: GraphQLSchema) -> list[str]:
    """Every type whose fields somebody may see or not."""
    return [
        name
        for name, type in graph.type_map.items()
        if is_object_type(type) and not name.startswith("__") and not name.endswith(CARRIERS)
    ]


def fields(graph: GraphQLSchema, type: str) -> dict[str, GraphQLField]:
    owner = graph.get_type(type)
    assert isinstance(owner, GraphQLObjectType)
    found: dict[str, GraphQLField] = owner.fields
    return found


def selected(graph: GraphQLSchema, type: str, ids: Mapping[str, str]) -> str:
    """Every field of a type, under a name of its own, as shallowly as can be."""
    return " ".join(call(type, name, of, ids) for name, of in fields(graph, type).items())


def readings(graph: GraphQLSchema, type: str, ids: Mapping[str, str]) -> dict[str, list[str]]:
    """The queries for the fields of a type: one for all, but at the root one for each."""
    if type == "Query":
        return {
            f"query {{ {call(type, name, of, ids)} }}": [name]
            for name, of in fields(graph, type).items()
        }
    document = f"query {{ {WAYS[type].format(**ids) % selected(graph, type, ids)} }}"
    return {document: list(fields(graph, type))}


def outcome(type: str, name: str, body: Any) -> str:
    """What became of one field: the code of an error, SHOWN, or HIDDEN when there is nothing that
    it could stand on."""
    errors, data = body.get("errors", ()), body.get("data")
    for error in errors:
        if _alias(name) in error.get("path", ()):
            code: str = error["extensions"]["code"]
            return code
    found = list(_values(data, _alias(name)))
    if type == "Query" and found and found[0] in (None, [None]):
        return HIDDEN
    if found:
        return SHOWN
    return errors[0]["extensions"]["code"] if errors else HIDDEN


def call(type: str, name: str, of: GraphQLField, ids: Mapping[str, str]) -> str:
    """One field, asked for under a name of its own."""
    given = ARGUMENTS.get(f"{type}.{name}", "").format(**ids)
    inner = "" if is_leaf_type(get_named_type(of.type)) else " { __typename }"
    return f"{_alias(name)}: {name}{f'({given})' if given else ''}{inner}"


def _alias(name: str) -> str:
    return f"its_{name}"


def _values(data: Any, key: str) -> Iterator[Any]:
    """What stands under this key, wherever."""
    if isinstance(data, list):
        for item in data:
            yield from _values(item, key)
    elif isinstance(data, dict):
        for name, value in data.items():
            if name == key:
                yield value
            else:
                yield from _values(value, key)
