"""How wake-ups are put into messages and read out of them."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.outbox import CAPACITY, Outbox
from realtime.wire import EVERYTHING, MESSAGE_BYTES, TOPIC_BYTES, Decoder, can_travel, encode

NAME = "0123456789abcdef"

topics = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=200)


def take_all(outbox: Outbox) -> list[list[str]]:
    messages = []
    while outbox.is_waiting:
        messages.append(outbox.take())
        outbox.told()
    return messages


@given(st.sets(topics.filter(lambda topic: topic != EVERYTHING), max_size=300))
def test_every_topic_travels_once_in_messages_that_fit(given_topics: set[str]) -> None:
    outbox = Outbox()
    outbox.put(given_topics)
    outbox.put(given_topics)
    was_small = outbox.is_small

    messages = take_all(outbox)

    assert sorted(topic for message in messages for topic in message) == sorted(given_topics)
    for message in messages:
        assert len(encode(NAME, 10**18 - 1, message).encode()) < MESSAGE_BYTES
    assert outbox.lost == 0
    assert len(messages) <= 1 or not was_small


@given(st.integers(1, 100))
def test_what_is_small_fits_one_message_and_what_is_longest_no_more_than_that(number: int) -> None:
    # given topics as long as they may be
    outbox = Outbox()
    outbox.put(f"{topic:0{TOPIC_BYTES}}" for topic in range(number))
    # then they are small if, and only if, one message holds them
    assert outbox.is_small == (len(take_all(outbox)) == 1)


@given(st.text())
def test_what_can_travel_arrives_as_it_was(topic: str) -> None:
    if can_travel(topic):
        assert Decoder("another").topics_of(encode(NAME, 1, [topic])) == [topic]


@given(st.text())
def test_no_message_whatever_upsets_the_decoder(message: str) -> None:
    Decoder(NAME).topics_of(message)


def test_the_outbox_never_holds_more_than_it_may() -> None:
    outbox = Outbox()
    for number in range(2 * CAPACITY):
        outbox.put([str(number)])
    assert take_all(outbox) == [[EVERYTHING]]
    assert outbox.lost == CAPACITY + 1


def test_one_word_for_everything_replaces_all_others() -> None:
    outbox = Outbox()
    outbox.put([EVERYTHING, "match:1"])
    assert take_all(outbox) == [[EVERYTHING]]


def test_an_echo_wakes_nobody() -> None:
    assert Decoder(NAME).topics_of(encode(NAME, 1, ["match:1"])) == []


def test_a_gap_in_anybodys_numbers_stands_for_everything() -> None:
    decoder = Decoder(NAME)
    for sender in (NAME, "another"):
        decoder.topics_of(encode(sender, 7, []))
        assert decoder.topics_of(encode(sender, 8, [])) == []
        assert decoder.topics_of(encode(sender, 10, [])) == [EVERYTHING]
        assert decoder.topics_of(encode(sender, 11, [])) == []


def test_a_message_that_comes_twice_is_no_gap() -> None:
    decoder = Decoder(NAME)
    for number in (1, 2, 2, 1, 3):
        assert decoder.topics_of(encode("another", number, [])) == []


def test_senders_that_have_gone_are_forgotten() -> None:
    decoder = Decoder(NAME)
    for number in range(10_000):
        decoder.topics_of(encode(f"command{number}", 1, []))
    assert len(decoder._last_from) < 1_000
