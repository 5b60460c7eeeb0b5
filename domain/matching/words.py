"""The words in which matching speaks to clients."""

from enum import StrEnum


class AssignmentObjective(StrEnum):
    COVERAGE = "COVERAGE"
    SCORE = "SCORE"


class MatchReasonKind(StrEnum):
    SHARED_TOPICS = "SHARED_TOPICS"
    SHARED_LANGUAGE = "SHARED_LANGUAGE"
    CLOSE_TIME_ZONES = "CLOSE_TIME_ZONES"
    FREE_CAPACITY = "FREE_CAPACITY"
    WAITING_LONGEST = "WAITING_LONGEST"


class UnplacedReason(StrEnum):
    """Why a mentee is left out."""

    NO_ALLOWED_MENTOR = "NO_ALLOWED_MENTOR"
    NO_OPEN_PLACE = "NO_OPEN_PLACE"
    BELOW_MINIMUM_SCORE = "BELOW_MINIMUM_SCORE"


class ForbiddenPairRule(StrEnum):
    """Why two people may not be paired."""

    SAME_PERSON = "SAME_PERSON"
    BLOCKED = "BLOCKED"
    PAIRED_BEFORE = "PAIRED_BEFORE"
    NO_COMMON_LANGUAGE = "NO_COMMON_LANGUAGE"
    NOT_APPROVED = "NOT_APPROVED"
    NO_OPEN_PLACE = "NO_OPEN_PLACE"
    ALREADY_PAIRED = "ALREADY_PAIRED"
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"


class RecruitingTrait(StrEnum):
    """What a mentor to look for would bring."""

    LANGUAGE = "LANGUAGE"
    TOPIC = "TOPIC"
    TIME_ZONE = "TIME_ZONE"
