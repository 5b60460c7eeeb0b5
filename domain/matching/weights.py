"""What a score is made of: the one table of weights. All of them together are a score of 1."""

from domain.matching.words import MatchReasonKind as Reason

WEIGHTS = {
    # in full when three topics of the mentee are met, or all of fewer
    Reason.SHARED_TOPICS: 500_000,
    # two thirds for one language in common, in full for more
    Reason.SHARED_LANGUAGE: 150_000,
    # in full up to one hour apart, nothing from ten hours on
    Reason.CLOSE_TIME_ZONES: 150_000,
    # in full for who has waited longest, nothing for who came last
    Reason.WAITING_LONGEST: 120_000,
    # in full for a mentor whose places are all open
    Reason.FREE_CAPACITY: 80_000,
}

"""In millionths, the most that each reason adds."""

TOPICS_ENOUGH = 3
"""Nobody is a better mentor for a mentee who names many topics than for one who names three."""
NEAR, FAR = 60, 600
"""Minutes: up to NEAR apart is as good as none, from FAR on there is no common hour to count on."""
SHORTEST_WAIT = 28 * 24 * 3600
"""Seconds: a wait is measured by the longest there is, and never by less than four weeks."""
