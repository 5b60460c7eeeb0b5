"""Everything that can be asked."""

import strawberry

import resolvers.enrolled
import resolvers.groups
import resolvers.nodes
import resolvers.pairs
import resolvers.programs
import resolvers.reports
import resolvers.templates
import resolvers.viewer
from permissions import IsAdult, IsAuthenticated, IsModerator, IsPublic
from schema.fields import field
from schema.groups import Group, GroupConnection
from schema.matches import Match
from schema.nodes import Node
from schema.programs import Program
from schema.reports import Moderation
from schema.templates import ProgramTemplate
from schema.viewer import Viewer


@strawberry.type
class Query:
    viewer: Viewer | None = field(
        resolvers.viewer.viewer, permissions=[IsPublic], description="Null when signed out."
    )
    node: Node | None = field(
        resolvers.nodes.node,
        permissions=[IsPublic],
        description="Null for what the viewer may not know of.",
    )
    nodes: list[Node | None] = field(resolvers.nodes.nodes, permissions=[IsPublic])
    groups: GroupConnection | None = field(
        resolvers.groups.find,
        permissions=[IsAuthenticated],
        description="`search`: with each of these words in name or description, whatever their "
        "case and accents.",
    )
    group: Group | None = field(resolvers.groups.one, permissions=[IsAuthenticated])
    program_templates: list[ProgramTemplate] = field(
        resolvers.templates.all_of, permissions=[IsPublic]
    )
    program: Program | None = field(resolvers.enrolled.program, permissions=[IsAdult])
    match: Match | None = field(resolvers.pairs.one, permissions=[IsAdult])
    moderation: Moderation | None = field(resolvers.reports.moderation, permissions=[IsModerator])
