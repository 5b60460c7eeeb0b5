"""Texts at rest: they open for their owner and place under their key, and for nothing else."""

import os
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from models import encryption
from models.encryption import KEY_LENGTH, Keyring, Sealed, new_data_key, use_keyring

MASTER, OTHER = b"m" * KEY_LENGTH, b"o" * KEY_LENGTH
OWNER, PLACE = UUID(int=1), b"body"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@pytest.fixture(autouse=True)
def keyring() -> Iterator[None]:
    before = encryption._keyring
    use_keyring(Keyring([MASTER]))
    yield
    encryption._keyring = before


@pytest.fixture(scope="module")
def data_key() -> bytes:
    """One data key for all examples of a property, wrapped by MASTER."""
    return Keyring([MASTER]).new_data_key(OWNER)


@given(text=texts, place=st.binary(max_size=40))
@settings(max_examples=500, deadline=None)
def test_what_was_sealed_opens_again(data_key: bytes, text: str, place: bytes) -> None:
    sealed = Sealed(data_key, OWNER)
    assert sealed.open(sealed.seal(text, place), place) == text


@given(text=texts, at=st.integers(min_value=0), bit=st.integers(0, 7))
@settings(max_examples=1500, deadline=None)
def test_a_text_with_one_bit_changed_does_not_open(
    data_key: bytes, text: str, at: int, bit: int
) -> None:
    # given a sealed text
    sealed = Sealed(data_key, OWNER)
    stored = bytearray(sealed.seal(text, PLACE))
    # when one bit of it is another
    stored[at % len(stored)] ^= 1 << bit
    # then it does not open
    with pytest.raises(InvalidTag):
        sealed.open(bytes(stored), PLACE)


@given(text=texts, length=st.integers(min_value=0))
@settings(max_examples=300, deadline=None)
def test_a_text_cut_short_does_not_open(data_key: bytes, text: str, length: int) -> None:
    sealed = Sealed(data_key, OWNER)
    stored = sealed.seal(text, PLACE)
    with pytest.raises((InvalidTag, ValueError)):
        sealed.open(stored[: length % len(stored)], PLACE)


@given(at=st.integers(min_value=0), bit=st.integers(0, 7))
@settings(max_examples=1000, deadline=None)
def test_a_data_key_with_one_bit_changed_does_not_unwrap(
    data_key: bytes, at: int, bit: int
) -> None:
    changed = bytearray(data_key)
    changed[at % len(changed)] ^= 1 << bit
    with pytest.raises((InvalidTag, KeyError)):  # KeyError: it names no master key any more
        Sealed(bytes(changed), OWNER)


@given(text=texts, place=st.binary(max_size=40), elsewhere=st.binary(max_size=40))
@settings(max_examples=300, deadline=None)
def test_a_text_opens_at_its_own_place_only(
    data_key: bytes, text: str, place: bytes, elsewhere: bytes
) -> None:
    sealed = Sealed(data_key, OWNER)
    stored = sealed.seal(text, place)
    if place != elsewhere:
        with pytest.raises(InvalidTag):
            sealed.open(stored, elsewhere)


def test_a_data_key_unwraps_for_its_own_owner_only() -> None:
    theirs = new_data_key(OWNER)
    with pytest.raises(InvalidTag):
        Sealed(theirs, uuid4())


def test_a_text_moved_to_another_owner_does_not_open() -> None:
    # given two owners, each with a data key
    one, other = uuid4(), uuid4()
    stored = Sealed(new_data_key(one), one).seal("for one", PLACE)
    # then what one sealed does not open for the other
    with pytest.raises(InvalidTag):
        Sealed(new_data_key(other), other).open(stored, PLACE)


def test_the_same_text_sealed_twice_does_not_look_the_same() -> None:
    sealed = Sealed(new_data_key(OWNER), OWNER)
    assert len({sealed.seal("good morning", PLACE) for _ in range(100)}) == 100


def test_nothing_of_a_text_stands_in_what_is_stored() -> None:
    stored = Sealed(new_data_key(OWNER), OWNER).seal("good morning", PLACE)
    assert not any(b"good morning"[i : i + 4] in stored for i in range(9))


def test_no_text_stays_no_text() -> None:
    assert Sealed(new_data_key(OWNER), OWNER).open_text(None, PLACE) is None


def test_a_key_of_before_still_opens_and_the_first_one_wraps() -> None:
    # given a text under the old master key
    old = new_data_key(OWNER)
    stored = Sealed(old, OWNER).seal("written before", PLACE)
    # when a new master key is put in front
    use_keyring(Keyring([OTHER, MASTER]))
    # then the text opens, and new data keys are the new one's
    assert Sealed(old, OWNER).open(stored, PLACE) == "written before"
    fresh = new_data_key(OWNER)
    assert len(Keyring([OTHER]).unwrap(fresh, OWNER)) == KEY_LENGTH
    with pytest.raises(KeyError):
        Keyring([MASTER]).unwrap(fresh, OWNER)


def test_without_its_master_key_a_text_is_lost() -> None:
    # given a text that has been opened just now
    wrapped = new_data_key(OWNER)
    assert Sealed(wrapped, OWNER).seal("text", b"")
    # when the master key is taken away
    use_keyring(Keyring([OTHER]))
    # then nothing remembered opens it
    with pytest.raises(KeyError):
        Sealed(wrapped, OWNER)


def test_a_thief_who_guesses_the_id_of_a_master_key_gains_nothing() -> None:
    # given a data key under OTHER, relabelled as if MASTER had wrapped it
    theirs, mine = Keyring([OTHER]).new_data_key(OWNER), new_data_key(OWNER)
    # then it does not unwrap
    with pytest.raises(InvalidTag):
        Keyring([MASTER]).unwrap(mine[:4] + theirs[4:], OWNER)


@pytest.mark.parametrize("keys", [[], [b"short"], [MASTER, b""], [os.urandom(KEY_LENGTH + 1)]])
def test_a_keyring_needs_whole_keys(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="master key"):
        Keyring(keys)


def test_before_a_keyring_is_set_nothing_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption, "_keyring", None)
    with pytest.raises(RuntimeError, match="use_keyring"):
        new_data_key(OWNER)


@given(one=texts, other=texts)
@settings(max_examples=300, deadline=None)
def test_fingerprints_tell_the_same_text_from_others(data_key: bytes, one: str, other: str) -> None:
    sealed = Sealed(data_key, OWNER)
    assert sealed.fingerprint(one) == sealed.fingerprint(one)
    assert (sealed.fingerprint(one) == sealed.fingerprint(other)) == (one == other)


def test_a_fingerprint_means_nothing_under_another_data_key() -> None:
    one, other = Sealed(new_data_key(OWNER), OWNER), Sealed(new_data_key(OWNER), OWNER)
    assert one.fingerprint("good morning") != other.fingerprint("good morning")
