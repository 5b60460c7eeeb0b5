"""Everything that can be done, put together of what each noun has in `schema/mutations/`."""

from strawberry.tools import merge_types

from schema.mutations.accounts import AccountMutations
from schema.mutations.check_ins import CheckInMutations
from schema.mutations.enrollments import EnrollmentMutations
from schema.mutations.groups import GroupMutations
from schema.mutations.matches import MatchMutations
from schema.mutations.messages import MessageMutations
from schema.mutations.programs import ProgramMutations
from schema.mutations.safety import SafetyMutations

Mutation = merge_types(
    "Mutation",
    (
        AccountMutations,
        GroupMutations,
        ProgramMutations,
        EnrollmentMutations,
        MatchMutations,
        MessageMutations,
        CheckInMutations,
        SafetyMutations,
    ),
)
