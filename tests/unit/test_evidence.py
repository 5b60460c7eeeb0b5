"""Evidence is what the server wrote, to the last byte, or it is nothing."""

import base64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from models.encryption import Keyring, Sealed, use_keyring
from models.evidence import Copy, Exhibit, NotVouchedFor, copied, vouched
from tests.servers import MASTER_KEY

REPORT, OTHER = UUID(int=1), UUID(int=2)
KEYRING = Keyring([base64.b64decode(MASTER_KEY)])
SENT = datetime(2031, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
EXHIBIT = Exhibit(UUID(int=3), UUID(int=4), UUID(int=5), SENT, "You had better pay. ☎ é")


@pytest.fixture(scope="module", autouse=True)
def keyring() -> None:
    use_keyring(KEYRING)


def sealed(report: UUID = REPORT) -> Sealed:
    return Sealed(KEYS[report], report)


use_keyring(KEYRING)
KEYS = {report: KEYRING.new_data_key(report) for report in (REPORT, OTHER)}
KEPT = copied(sealed(), EXHIBIT)


def flipped(data: bytes, at: int) -> bytes:
    """One bit of it the other way round."""
    place, bit = divmod(at % (8 * len(data)), 8)
    return data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]


def forged(text: str) -> Copy:
    """Sealed and vouched for as well as somebody can who has no master key of ours."""
    guessed = Keyring([b"\x01" * 32])
    use_keyring(guessed)
    copy = copied(Sealed(guessed.new_data_key(REPORT), REPORT), replace(EXHIBIT, body=text))
    use_keyring(KEYRING)
    return copy


MUTATIONS: list[Callable[[Random], Copy]] = [
    lambda chance: replace(KEPT, message_id=UUID(int=chance.getrandbits(128))),
    lambda chance: replace(KEPT, match_id=UUID(int=chance.getrandbits(128))),
    lambda chance: replace(KEPT, sender_id=UUID(int=chance.getrandbits(128))),
    lambda chance: replace(KEPT, sent_at=SENT + timedelta(microseconds=chance.randint(1, 10**15))),
    lambda chance: replace(KEPT, sent_at=SENT - timedelta(microseconds=chance.randint(1, 10**15))),
    lambda chance: replace(KEPT, body=flipped(KEPT.body, chance.getrandbits(32))),
    lambda chance: replace(KEPT, tag=flipped(KEPT.tag, chance.getrandbits(32))),
    lambda chance: replace(KEPT, body=KEPT.body[: chance.randrange(len(KEPT.body))]),
    lambda chance: replace(KEPT, body=KEPT.body + chance.randbytes(chance.randint(1, 40))),
    lambda chance: replace(KEPT, body=chance.randbytes(chance.randint(0, 200))),
    lambda chance: replace(KEPT, tag=KEPT.tag[: chance.randrange(32)]),
    lambda chance: replace(KEPT, tag=chance.randbytes(chance.randint(0, 64))),
    lambda chance: forged(str(chance.getrandbits(64))),
]


def test_of_two_thousand_copies_that_were_tampered_with_none_verifies() -> None:
    chance = Random(42)
    verified = []
    for i in range(2000):
        copy = MUTATIONS[i % len(MUTATIONS)](chance)
        assert astuple(copy) != astuple(KEPT)
        with suppress(NotVouchedFor):
            verified.append(vouched(sealed(), copy))
    assert verified == []


def test_the_copy_as_it_was_written_is_the_message() -> None:
    assert vouched(sealed(), KEPT) == EXHIBIT
    # the database hands moments back in any zone: it is the moment that counts
    elsewhere = KEPT.sent_at.astimezone(datetime.now().astimezone().tzinfo)
    assert vouched(sealed(), replace(KEPT, sent_at=elsewhere)).body == EXHIBIT.body


def test_a_copy_moved_to_another_report_does_not_verify() -> None:
    with pytest.raises(NotVouchedFor):
        vouched(sealed(OTHER), KEPT)


def test_two_copies_cannot_be_made_into_a_third_one() -> None:
    other = copied(sealed(), replace(EXHIBIT, message_id=UUID(int=9), body="Thank you!"))
    mixed = [
        replace(KEPT, body=other.body),
        replace(KEPT, tag=other.tag),
        replace(KEPT, body=other.body, tag=other.tag),
        replace(KEPT, message_id=other.message_id),
        replace(other, message_id=KEPT.message_id, body=KEPT.body),
    ]
    for copy in mixed:
        with pytest.raises(NotVouchedFor):
            vouched(sealed(), copy)


def test_the_text_is_not_to_be_read_in_what_is_stored() -> None:
    assert EXHIBIT.body.encode() not in KEPT.body + KEPT.tag
