"""What group admins do with programs."""

import strawberry

import resolvers.programs
from permissions import IsAdult
from schema.fields import mutation
from schema.programs import (
    CopyProgramInput,
    CreateProgramInput,
    ProgramPayload,
    SetProgramQuestionsInput,
    SetProgramStepsInput,
    UpdateProgramInput,
)


@strawberry.type
class ProgramMutations:
    create_program: ProgramPayload = mutation(
        resolvers.programs.create, CreateProgramInput, gives="program", permissions=[IsAdult]
    )
    copy_program: ProgramPayload = mutation(
        resolvers.programs.copy,
        CopyProgramInput,
        gives="program",
        permissions=[IsAdult],
        description="A new DRAFT in the same group with its steps, questions, topics and settings; "
        "nobody is enrolled.",
    )
    update_program: ProgramPayload = mutation(
        resolvers.programs.update, UpdateProgramInput, gives="program", permissions=[IsAdult]
    )
    set_program_steps: ProgramPayload = mutation(
        resolvers.programs.set_steps, SetProgramStepsInput, gives="program", permissions=[IsAdult]
    )
    set_program_questions: ProgramPayload = mutation(
        resolvers.programs.set_questions,
        SetProgramQuestionsInput,
        gives="program",
        permissions=[IsAdult],
    )
    open_program: ProgramPayload = mutation(
        resolvers.programs.open_program, gives="program", permissions=[IsAdult]
    )
    close_program: ProgramPayload = mutation(
        resolvers.programs.close_program, gives="program", permissions=[IsAdult]
    )
    archive_program: ProgramPayload = mutation(
        resolvers.programs.archive_program, gives="program", permissions=[IsAdult]
    )
