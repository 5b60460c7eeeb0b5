"""Documents that a client names instead of sending them: trusted, or sent once before."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

LONGEST = 16 * 1024
"""Characters of a document that is remembered: one that may be run is hardly longer."""
DOCUMENTS = 1_000
CHARACTERS = 4_000_000


class DocumentRefused(Exception):
    """The message says why; clients know `NotFound` by its words, and send the document."""


class NotFound(DocumentRefused):
    """Nobody has registered this document here, or it was long ago."""


class Named(Struct, frozen=True):
    """How a client says which document it means: by its text, its id, its hash, or two of these."""

    query: str = ""
    id: str | None = None
    """As GraphQL over HTTP has it, `documentId`; `sha256:` before a hash may be left out."""
    sha256: str | None = None
    """As Apollo has it, in `extensions.persistedQuery`."""


@dataclass
class Documents:
    """The texts that are known by a name. What is sent with its hash is remembered for a while."""

    manifest: Mapping[str, str] = field(default_factory=dict)
    """Documents trusted beforehand, by their ids."""
    only: bool = False
    """Whether no others are served."""
    _sent: OrderedDict[str, str] = field(default_factory=OrderedDict)
    _characters: int = 0

    def __post_init__(self) -> None:
        self._trusted = frozenset(self.manifest.values())
        self._by_own_hash = {_hash_of(text): text for text in self._trusted}

    def text_of(self, named: Named) -> str:
        """The document that is meant; DocumentRefused when there is none, or none that may be."""
        if named.id is not None:
            return self._by_id(named.id)
        if named.sha256 is not None:
            return self._by_hash(named.sha256, named.query)
        return self._allowed(named.query)

    def _by_id(self, id: str) -> str:
        known = self.manifest.get(id) or self.manifest.get(id.removeprefix("sha256:"))
        if known is None:
            raise NotFound("There is no document of this id.")
        return known

    def _by_hash(self, sha256: str, query: str) -> str:
        if known := self.manifest.get(sha256) or self.manifest.get(f"sha256:{sha256}"):
            return known
        sha256 = sha256.lower()
        if known := self._by_own_hash.get(sha256):
            return known
        if not query:
            if sha256 not in self._sent:
                raise NotFound("PersistedQueryNotFound")
            self._sent.move_to_end(sha256)
            return self._sent[sha256]
        if _hash_of(query) != sha256:
            raise DocumentRefused("The hash is not that of the document.")
        self._remember(sha256, self._allowed(query))
        return query

    def _allowed(self, query: str) -> str:
        if self.only and query not in self._trusted:
            raise DocumentRefused("Only documents that are known beforehand are served here.")
        return query

    def _remember(self, sha256: str, query: str) -> None:
        if len(query) > LONGEST or sha256 in self._sent:
            return
        self._sent[sha256] = query
        self._characters += len(query)
        while len(self._sent) > DOCUMENTS or self._characters > CHARACTERS:
            _, forgotten = self._sent.popitem(last=False)
            self._characters -= len(forgotten)


def _hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
