"""The right to go on listening, asked anew whenever there may be something to tell."""

from domain.age import is_adult
from domain.clock import clock
from domain.denials import Unauthenticated
from domain.viewer import Viewer, of_session
from models.pair_news import Standing


async def demand_listening(viewer: Viewer) -> None:
    """UNAUTHENTICATED, SUSPENDED or an age code once the session, token or person no longer may."""
    present = await of_session(viewer.session_id)
    if present is None or viewer.is_over():
        raise Unauthenticated
    present.demand_adult()


def may_listen(viewer: Viewer, standing: Standing) -> bool:
    """The same of somebody whose session was found to be good; in a word, without the reason."""
    if viewer.is_over() or standing.is_suspended:
        return False
    return is_adult(standing.age_known, standing.adult_from, clock.now())
