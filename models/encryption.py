"""Texts of people at rest: AES-GCM under a data key of their own, wrapped by a master key.

A stored data key is `id of the master key (4) | nonce (12) | ciphertext`, a stored text
`nonce (12) | ciphertext`. The owner's id is authenticated with both: a text moved to another row
does not open. Forgetting the data key forgets every text under it.
"""

import hashlib
import hmac
import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ID, _NONCE, KEY_LENGTH = 4, 12, 32
_Cipher: TypeAlias = Callable[[bytes, bytes, bytes], bytes]


class Keyring:
    """The master keys; the first one wraps new data keys, the others still open old ones."""

    def __init__(self, keys: list[bytes]) -> None:
        if not keys or any(len(key) != KEY_LENGTH for key in keys):
            raise ValueError(f"a master key is {KEY_LENGTH} bytes long, and one is needed")
        self._keys: Mapping[bytes, AESGCM] = {_key_id(key): AESGCM(key) for key in keys}
        self._first = _key_id(keys[0])

    def new_data_key(self, owner: UUID) -> bytes:
        """A fresh data key for `owner`, wrapped."""
        return self._wrapped(os.urandom(KEY_LENGTH), owner)

    def rewrapped(self, data_key: bytes, owner: UUID) -> bytes:
        """The same data key under the first master key: what is sealed under it opens as before."""
        return self._wrapped(self.unwrap(data_key, owner), owner)

    @property
    def first(self) -> bytes:
        """The id of the master key that wraps new data keys."""
        return self._first

    @property
    def ids(self) -> frozenset[bytes]:
        """The ids of all of them."""
        return frozenset(self._keys)

    def unwrap(self, data_key: bytes, owner: UUID) -> bytes:
        """The data key itself; KeyError when none of the master keys wrapped it."""
        key = self._keys[data_key[:_ID]]
        return key.decrypt(data_key[_ID : _ID + _NONCE], data_key[_ID + _NONCE :], owner.bytes)

    def _wrapped(self, key: bytes, owner: UUID) -> bytes:
        nonce = os.urandom(_NONCE)
        return self._first + nonce + self._keys[self._first].encrypt(nonce, key, owner.bytes)


class Sealed:
    """Seals and opens the texts of one owner: a match, or an enrollment."""

    __slots__ = ("_key", "_open", "_owner", "_seal")

    def __init__(self, data_key: bytes, owner: UUID) -> None:
        self._owner = owner.bytes
        self._key, self._seal, self._open = _opened(data_key, self._owner)

    def seal(self, text: str, place: bytes) -> bytes:
        """`text` encrypted; it opens again only for the same owner and place."""
        nonce = os.urandom(_NONCE)
        return nonce + self._seal(nonce, text.encode(), self._owner + place)

    def open(self, sealed: bytes, place: bytes) -> str:
        """The text again; InvalidTag when a byte, the owner or the place is another."""
        return self._open(sealed[:_NONCE], sealed[_NONCE:], self._owner + place).decode()

    def open_text(self, sealed: bytes | None, place: bytes) -> str | None:
        """The text, or None where none is stored."""
        return None if sealed is None else self.open(sealed, place)

    def fingerprint(self, text: str) -> bytes:
        """Tells the same text again without keeping it; worthless without the data key."""
        told = _mac(self._key).copy()
        told.update(text.encode())
        return told.digest()

    def tag(self, *parts: bytes) -> bytes:
        """Vouches for these parts in this order, 32 bytes; worthless without the data key."""
        told = b"".join(len(part).to_bytes(8, "big") + part for part in (self._owner, *parts))
        return hmac.digest(self._key, told, "sha256")


class Keyed:
    """A row of an owner of several texts; what is named here, each kind of row has itself."""

    __slots__ = ()
    id: UUID
    data_key: bytes
    _sealed: Sealed | None

    @property
    def sealed(self) -> Sealed:
        """What seals and opens the owner's texts: made for the first of them."""
        if self._sealed is None:
            self._sealed = Sealed(self.data_key, self.id)  # type: ignore[misc]
        return self._sealed


def opened(sealed: bytes, data_key: bytes, owner: UUID, place: bytes) -> str:
    """One text of an owner who has no other to open."""
    own = owner.bytes
    return _opened(data_key, own)[2](sealed[:_NONCE], sealed[_NONCE:], own + place).decode()


def use_keyring(keyring: Keyring) -> None:
    """Makes these master keys the process's own; to be called before the first text is read."""
    global _keyring
    _keyring = keyring
    _opened.cache_clear()
    _mac.cache_clear()


def new_data_key(owner: UUID) -> bytes:
    """A fresh wrapped data key for one owner; put in place of another, it ends all texts under
    that one."""
    return keyring().new_data_key(owner)


_keyring: Keyring | None = None


def keyring() -> Keyring:
    """The master keys of this process."""
    if _keyring is None:
        raise RuntimeError("no master key is set; call use_keyring first")
    return _keyring


@lru_cache(maxsize=10_000)
def _opened(data_key: bytes, owner: bytes) -> tuple[bytes, _Cipher, _Cipher]:
    """Owners are told by their bytes here: ids take longer to be found than texts to be opened."""
    key = keyring().unwrap(data_key, UUID(bytes=owner))
    cipher = AESGCM(key)
    return key, cipher.encrypt, cipher.decrypt


@lru_cache(maxsize=1_000)
def _mac(key: bytes) -> hmac.HMAC:
    """To be copied: to begin one takes longer than to tell a text by it."""
    return hmac.new(key, digestmod="sha256")


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"compagnon master key" + key).digest()[:_ID]
