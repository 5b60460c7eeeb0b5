"""Pairing, and what becomes of a pair."""

import strawberry

import resolvers.check_ins
import resolvers.matches
from permissions import IsAdult
from schema.fields import mutation
from schema.matches import CreateMatchesInput, MatchesPayload, MatchPayload


@strawberry.type
class MatchMutations:
    create_matches: MatchesPayload = mutation(
        resolvers.matches.create,
        CreateMatchesInput,
        gives="matches",
        permissions=[IsAdult],
        empty=list,
        description='All or none; errors[].field = ["pairs", "3"] says which.',
    )
    respond_to_match: MatchPayload = mutation(
        resolvers.matches.respond, gives="match", permissions=[IsAdult]
    )
    pause_match: MatchPayload = mutation(
        resolvers.matches.pause, gives="match", permissions=[IsAdult]
    )
    resume_match: MatchPayload = mutation(
        resolvers.matches.resume, gives="match", permissions=[IsAdult]
    )
    complete_match: MatchPayload = mutation(
        resolvers.matches.complete, gives="match", permissions=[IsAdult]
    )
    end_match: MatchPayload = mutation(resolvers.matches.end, gives="match", permissions=[IsAdult])
    set_check_in_weekday: MatchPayload = mutation(
        resolvers.check_ins.set_weekday, gives="match", permissions=[IsAdult]
    )
    complete_step: MatchPayload = mutation(
        resolvers.matches.complete_step, gives="match", permissions=[IsAdult]
    )
    reopen_step: MatchPayload = mutation(
        resolvers.matches.reopen_step, gives="match", permissions=[IsAdult]
    )
