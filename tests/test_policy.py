"""Every type says who sees it, every root field who may ask: nothing is open by oversight."""

import importlib
import inspect
import pkgutil

import pytest
import strawberry
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_non_null_type,
    is_object_type,
    value_from_ast_untyped,
)
from strawberry.permission import BasePermission

import permissions
from permissions import IsPublic
from schema.fields import field
from schema.nodes import shown
from tests.graph import GRAPH

ROOTS = ("Query", "Mutation", "Subscription")
WITHOUT_POLICY = ("Connection", "Edge", "Payload")
"""Endings of the types that only carry others, and are as open as what they carry."""
CARRIERS = {"PageInfo", "UserError", *ROOTS}

GUARDED = {
    "isPublic": """
        Query.viewer Query.node Query.nodes Query.programTemplates
        Mutation.signUp Mutation.signIn Mutation.refreshSession
    """,
    "isSignedIn": """
        Mutation.signOut
        Mutation.exportMyData Mutation.deleteMyAccount
    """,
    "isAuthenticated": """
        Query.groups Query.group
        Mutation.updateProfile Mutation.setCheckInPreferences
        Mutation.createGroup Mutation.updateGroup Mutation.joinGroup Mutation.leaveGroup
        Mutation.setGroupRole Mutation.removeGroupMember
        Mutation.endSession Mutation.changePassword
        Mutation.report Mutation.blockUser Mutation.unblockUser
    """,
    "isModerator": """
        Query.moderation Mutation.resolveReport Report.resolution Report.openActions
    """,
    "isSelfOrModerator": """
        Report.reporter Report.reportedUser Report.program Report.evidence
    """,
    "isAdult": """
        Query.program Query.match
        Viewer.enrollments Viewer.matches Viewer.unreadCount
        Viewer.checkInReminders Viewer.upcomingReminders
        Group.programs Enrollment.matches
        Mutation.createProgram Mutation.copyProgram Mutation.updateProgram
        Mutation.setProgramSteps Mutation.setProgramQuestions
        Mutation.openProgram Mutation.closeProgram Mutation.archiveProgram
        Mutation.enroll Mutation.updateEnrollment Mutation.withdrawEnrollment
        Mutation.approveEnrollments Mutation.declineEnrollments Mutation.reconsiderEnrollments
        Mutation.createMatches Mutation.respondToMatch
        Mutation.pauseMatch Mutation.resumeMatch Mutation.completeMatch Mutation.endMatch
        Mutation.setCheckInWeekday Mutation.completeStep Mutation.reopenStep
        Mutation.sendMessage Mutation.editMessage Mutation.deleteMessage
        Mutation.markRead Mutation.setTyping
        Mutation.answerCheckIn Mutation.acknowledgeReminder Mutation.acknowledgeReminders
        Subscription.messageEvents Subscription.matchChanged Subscription.checkInReminders
    """,
    "isGroupMember": """
        Group.members
    """,
    "isProgramAdmin": """
        Program.enrollments Program.matches Program.stats Program.results Program.auditLog
        Match.health
        Program.matchSuggestions Program.assignmentProposal Program.explainPair
        Program.recruitingAdvice
    """,
    "isSelfOrProgramAdmin": """
        Enrollment.answers Enrollment.matches
    """,
    "isSelfOrProgramAdminOrPartner": """
        Enrollment.goal
    """,
    "isPairMember": """
        Match.steps Match.messages Match.searchMessages Match.unreadCount
        Match.checkIns Match.viewerAcceptedAt Match.currentStep Match.openCheckIn
        Message.body Message.replyTo
    """,
}
"""Who may ask for which field. A new field with a permission is written down here as well."""


def objects(graph: GraphQLSchema) -> list[GraphQLObjectType]:
    return [
        type
        for type in graph.type_map.values()
        if is_object_type(type) and not type.name.startswith("__")
    ]


def directives(node: GraphQLObjectType | GraphQLField) -> dict[str, dict[str, str]]:
    """The directives a type or field was printed with, and their arguments."""
    printed = (node.ast_node and node.ast_node.directives) or ()
    return {
        directive.name.value: {
            argument.name.value: value_from_ast_untyped(argument.value)
            for argument in directive.arguments or ()
        }
        for directive in printed
    }


def guarded(graph: GraphQLSchema) -> dict[str, set[str]]:
    """Every field that carries a permission, and which."""
    found = {
        f"{type.name}.{name}": set(directives(field)) - {"deprecated"}
        for type in objects(graph)
        for name, field in type.fields.items()
    }
    return {place: names for place, names in found.items() if names}


def open_by_oversight(graph: GraphQLSchema) -> list[str]:
    """The types that do not say who sees them, and the root fields without a permission."""
    types = [
        type.name
        for type in objects(graph)
        if type.name not in CARRIERS
        and not type.name.endswith(WITHOUT_POLICY)
        and not directives(type).get("visibleTo", {}).get("who", "").strip()
    ]
    known = guarded(graph)
    fields = [
        f"{root}.{name}"
        for root in ROOTS
        if is_object_type(type := graph.get_type(root))
        for name in type.fields
        if f"{root}.{name}" not in known
    ]
    return [*types, *fields]


def classes() -> set[type[BasePermission]]:
    """Every permission there is, whatever file it stands in."""
    modules = [
        importlib.import_module(f"permissions.{module.name}")
        for module in pkgutil.iter_modules(permissions.__path__)
    ]
    return {
        member
        for module in modules
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, BasePermission) and member is not BasePermission
    }


@pytest.fixture
def graph() -> GraphQLSchema:
    return GRAPH


def test_every_type_says_who_sees_it_and_every_root_field_who_may_ask(graph: GraphQLSchema) -> None:
    assert open_by_oversight(graph) == []


def test_exactly_the_fields_of_the_table_are_guarded_and_by_the_permission_of_the_table(
    graph: GraphQLSchema,
) -> None:
    table: dict[str, set[str]] = {}
    for directive, places in GUARDED.items():
        for place in places.split():
            table.setdefault(place, set()).add(directive)

    assert guarded(graph) == table


def test_a_guarded_field_can_be_null_so_that_the_rest_of_the_answer_still_arrives(
    graph: GraphQLSchema,
) -> None:
    # A mutation that may not be made has no rest, and whoever may do anything is never refused.
    never_null = [
        place
        for place, names in guarded(graph).items()
        if not place.startswith(("Mutation.", "Subscription.")) and names != {"isPublic"}
        if is_non_null_type(field_at(graph, place).type)
    ]

    assert never_null == []


def field_at(graph: GraphQLSchema, place: str) -> GraphQLField:
    owner, name = place.split(".")
    type = graph.get_type(owner)
    assert isinstance(type, GraphQLObjectType)
    found: GraphQLField = type.fields[name]
    return found


def test_every_permission_is_exported_and_used(graph: GraphQLSchema) -> None:
    named = {permission.__name__ for permission in classes()}
    used = {name[0].upper() + name[1:] for names in guarded(graph).values() for name in names}

    assert set(permissions.__all__) == named
    assert used == named


def test_no_permission_is_asynchronous() -> None:
    # One that awaits makes every field it guards wait for a turn of the event loop, and is never
    # asked at all where a field has no resolver of its own.
    asynchronous = [
        permission.__name__
        for permission in classes()
        if inspect.iscoroutinefunction(permission.has_permission)
        or inspect.isasyncgenfunction(permission.has_permission)
    ]

    assert asynchronous == []


def test_every_permission_says_in_words_whom_it_lets_in() -> None:
    assert [permission.__name__ for permission in classes() if not permission.__doc__] == []


def test_a_root_field_without_permission_and_a_type_without_readers_are_caught() -> None:
    # given a schema with one field and one type as they should be, and one of each forgotten
    @shown(visible_to="everybody")
    class Stated:
        name: str

    @strawberry.type
    class Unstated:
        name: str

    @strawberry.type
    class Query:
        stated: Stated | None = field(lambda: None, permissions=[IsPublic])
        unstated: Unstated | None = field(lambda: None)

    # when it is checked as it is printed
    planted = build_schema(strawberry.Schema(Query).as_str())

    # then the forgotten ones are reported, and they alone
    assert open_by_oversight(planted) == ["Unstated", "Query.unstated"]
    assert guarded(planted) == {"Query.stated": {"isPublic"}}
