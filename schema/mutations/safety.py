"""Reporting and blocking, and what moderators decide."""

import strawberry

import resolvers.blocks
import resolvers.reports
from permissions import IsAuthenticated, IsModerator
from schema.blocks import BlockPayload
from schema.fields import mutation
from schema.reports import ReportInput, ReportPayload, ResolveReportInput


@strawberry.type
class SafetyMutations:
    report: ReportPayload = mutation(
        resolvers.reports.report,
        ReportInput,
        gives="report",
        permissions=[IsAuthenticated],
        description="To the platform's moderators, never to group admins. Evidence comes from the "
        "viewer's own conversations; a reported message is part of it. 10 in 24 hours.",
    )
    block_user: BlockPayload = mutation(
        resolvers.blocks.block,
        gives="user",
        permissions=[IsAuthenticated],
        description="Ends the matches between the two, for good; silent to the other.",
    )
    unblock_user: BlockPayload = mutation(
        resolvers.blocks.unblock, gives="user", permissions=[IsAuthenticated]
    )
    resolve_report: ReportPayload = mutation(
        resolvers.reports.resolve, ResolveReportInput, gives="report", permissions=[IsModerator]
    )
