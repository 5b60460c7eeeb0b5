"""The right to go on listening, asked anew whenever there may be something to tell."""

from domain.denials import Absence, Unauthenticated
from domain.viewer import Viewer, of_session


async def demand_listening(viewer: Viewer) -> None:
    """UNAUTHENTICATED, SUSPENDED or an age code once the session, token or person no longer may."""
    present = await of_session(viewer.session_id)
    if viewer.is_over():
        raise Unauthenticated(Absence.EXPIRED)
    if present is None:
        raise Unauthenticated(Absence.SESSION_ENDED)
    present.demand_adult()
