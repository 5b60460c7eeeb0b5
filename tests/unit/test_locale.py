"""The language of a client that is not signed in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.users import Locale
from server.context import locale_of


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, "EN"),
        ("", "EN"),
        ("fr", "FR"),
        ("FR", "FR"),
        ("fr-CA", "FR"),
        ("fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", "FR"),
        ("en-GB,en;q=0.9,fr;q=0.8", "EN"),
        ("en;q=0.5, fr;q=0.8", "FR"),
        ("en;q=0.8, fr;q=0.8", "EN"),  # alike: the first one named
        ("fr; q=0.8, en; q=0.8", "FR"),
        ("de, fr;q=0.3", "FR"),
        ("de", "EN"),
        ("*", "EN"),
        ("fr;q=0", "EN"),
        ("fr;q=0, en;q=0", "EN"),
        ("fr;q=0.0, de", "EN"),
        ("fr;q=oops", "EN"),
        ("fr;q=-1", "EN"),
        ("frr", "EN"),  # North Frisian
        (",,;;==, fr", "FR"),
    ],
)
def test_the_best_liked_language_of_ours_is_chosen(header: str | None, locale: str) -> None:
    assert locale_of(header) == locale


@given(
    st.text()
    | st.lists(
        st.tuples(
            st.sampled_from(["fr", "en", "de", "*", "fr-CA", ""]),
            st.sampled_from(["", ";q=1", ";q=0", ";q=nan", ";q=inf", ";q=-inf", ";q=", ";x=1"]),
        ).map("".join)
    ).map(",".join)
)
def test_any_header_names_a_language_of_ours(header: str) -> None:
    assert locale_of(header) in Locale


def test_a_header_of_any_length_is_read_in_no_time() -> None:
    assert locale_of("de," * 1_000_000 + "fr") is Locale.EN
