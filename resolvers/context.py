"""What every resolver is given: who asks, in which language, and what was loaded already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from strawberry import Info as StrawberryInfo

from domain.denials import Unauthenticated
from domain.viewer import Viewer
from models.users import Locale
from resolvers.loaders import Loaders


@dataclass(slots=True)
class Context:
    """One per request; one per socket, where each event gets loaders of its own."""

    viewer: Viewer | None
    accepted_locale: Locale = Locale.EN
    address: str | None = None
    """The client's, as far as limits tell clients apart."""
    loaders: Loaders = field(default_factory=Loaders)
    refused: list[str] = field(default_factory=list)
    """The codes of the refusals that stand in payloads, for whoever counts them."""
    has_export: bool = False
    """Whether the viewer's data will be read while the answer is sent."""
    take: Callable[[Any, Sequence[str]], bool] | None = None
    """Takes a stream's reader and topics, if whoever asks can do without the stream."""

    @property
    def locale(self) -> Locale:
        """The viewer's language, else what their client accepts, else English."""
        return self.viewer.locale if self.viewer else self.accepted_locale


Info: TypeAlias = StrawberryInfo[Context, None]


def viewer_of(info: Info) -> Viewer:
    """The viewer of a field that only signed-in people reach."""
    viewer: Viewer | None = info.context.viewer
    if viewer is None:
        raise Unauthenticated
    return viewer
