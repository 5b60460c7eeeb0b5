"""What every resolver is given: who asks, in which language, and what was loaded already."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NoReturn, Protocol, TypeAlias

from strawberry import Info as StrawberryInfo

from domain.denials import Absence, Unauthenticated
from domain.viewer import Viewer
from models.users import Locale
from resolvers.loaders import Loaders


class Sink(Protocol):
    """Whoever can follow without waiting for a stream."""

    def take(self, reader: Any, topics: Sequence[str]) -> bool:
        """Takes a stream's reader and the topics that wake it; False: let it stream."""


@dataclass(slots=True)
class Context:
    """One per request; of a subscription, one for each event that is not answered for several."""

    everybody: ClassVar[None] = None
    """For whom an answer is made that is the same for all of them: `SharedContext`."""

    viewer: Viewer | None
    accepted_locale: Locale = Locale.EN
    address: str | None = None
    """The client's, as far as limits tell clients apart."""
    loaders: Loaders = field(default_factory=Loaders)
    absence: Absence = Absence.NO_TOKEN
    """Why there is no viewer, where there is none."""
    refused: list[str] = field(default_factory=list)
    """The codes of the refusals that stand in payloads, for whoever counts them."""
    has_signed_in: bool = False
    """Whether the viewer has shown with this very request that they know the password."""
    sink: Sink | None = None

    @property
    def locale(self) -> Locale:
        """The viewer's language, else what their client accepts, else English."""
        return self.viewer.locale if self.viewer else self.accepted_locale

    def sign_out(self) -> None:
        """From now on there is no viewer: their session has ended."""
        self.viewer, self.absence = None, Absence.SESSION_ENDED


class AskedWhoSees(Exception):
    """A field that should be the same for everybody wants to know who sees it."""


class SharedContext:
    """The context of one answer for several people: permissions are asked for each of them, and
    nothing else learns who they are, nor in which language they read."""

    __slots__ = ("everybody", "loaders")

    def __init__(self, everybody: Sequence[Viewer]) -> None:
        self.everybody = everybody
        self.loaders = Loaders()

    @property
    def viewer(self) -> NoReturn:
        raise AskedWhoSees

    @property
    def locale(self) -> NoReturn:
        raise AskedWhoSees


Info: TypeAlias = StrawberryInfo[Context, None]


def viewer_of(info: Info) -> Viewer:
    """The viewer of a field that only signed-in people reach."""
    viewer: Viewer | None = info.context.viewer
    if viewer is None:
        raise Unauthenticated(info.context.absence)
    return viewer
