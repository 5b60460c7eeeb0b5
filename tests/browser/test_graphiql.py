"""The GraphiQL page in a real browser that can reach nothing but this machine.

Everything run here is one of the server's own ready examples: the tests also say that those work.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Guest, Page

pytestmark = pytest.mark.browser


def is_query(text: str) -> bool:
    return text.startswith("query")


def follows_messages(text: str) -> bool:
    return text.startswith("subscription") and "messageEvents" in text


def sends_a_message(text: str) -> bool:
    return text.startswith("mutation") and "sendMessage" in text


def test_the_page_needs_no_other_host_and_breaks_no_policy(page: Page) -> None:
    # given the page with every pane that GraphiQL draws on demand
    page.one("[aria-label='Show Documentation Explorer']").click()
    page.until(lambda: page.one(".graphiql-doc-explorer").is_displayed())
    page.one("[aria-label='Show GraphiQL Explorer']").click()
    page.until(lambda: page.one(".graphiql-explorer-root").is_displayed())
    page.one("[aria-label='Open settings dialog']").click()
    page.until(lambda: page.one(".graphiql-dialog").is_displayed())

    assert page.complaints() == []
    assert page.hosts_asked() == {urlsplit(page.server.url).netloc}


def test_a_person_signs_in_through_the_bar_and_runs_an_example(page: Page, guest: Guest) -> None:
    # given a person who types their e-mail and password
    example = guest.example(is_query)
    person = guest.person(example["signInAs"])
    page.sign_in(person["email"], person["password"])
    page.until(page.signed_in_as)

    # when they run an example
    page.choose("examples", example["title"])
    page.run()

    # then its data is shown, and the tokens are in this tab's storage and nowhere else
    result = page.until(page.result)
    assert "errors" not in result
    assert all(value is not None for value in result["data"].values())
    page.screenshot("query")
    assert person["email"] in page.stored()["byEmail"]
    assert page.driver.execute_script("return localStorage.length + document.cookie.length") == 0
    assert page.driver.current_url == f"{page.server.url}/"
    assert page.complaints() == []


def test_a_wrong_password_is_answered_in_the_bar(page: Page, guest: Guest) -> None:
    page.sign_in(guest.server.people[0]["email"], "not the password")

    assert page.until(lambda: page.one("#notice").text)
    assert page.signed_in_as() == ""


def test_a_subscription_shows_what_another_client_causes(page: Page, guest: Guest) -> None:
    # given an example subscription, run as the demo person it is for
    follow = guest.example(follows_messages)
    page.choose("examples", follow["title"])
    page.until(lambda: page.signed_in_as() == guest.person(follow["signInAs"])["name"])
    page.run()
    page.until(page.is_subscribed)

    # when the other one of the pair writes
    write = guest.example(sends_a_message)
    token = guest.token_of(write["signInAs"])
    body = f"Words {uuid.uuid4().hex[:8]}"

    def said() -> bool:
        # A subscription is not acknowledged, so one more message is sent at each look.
        fresh = {"body": body, "clientKey": str(uuid.uuid4())}
        guest.post(write["query"], {"input": write["variables"]["input"] | fresh}, token)
        return body in json.dumps(page.result())

    # then it arrives, over this host alone
    page.until(said)
    page.screenshot("subscription")
    assert page.complaints() == []
    assert page.hosts_asked() == {urlsplit(page.server.url).netloc}

    # and signing out ends it and forgets the tokens
    page.one("#sign-out").click()
    page.until(lambda: not page.is_subscribed())
    assert page.stored() == {"current": None, "byEmail": {}}


def test_a_token_near_its_end_is_renewed_before_the_next_operation(
    page: Page, guest: Guest
) -> None:
    # given a person whose access token is about to end
    example = guest.example(is_query)
    page.choose("examples", example["title"])
    page.until(page.signed_in_as)
    before = page.stored()["byEmail"][example["signInAs"]]
    page.driver.execute_script(
        """
        const stored = JSON.parse(sessionStorage.getItem("compagnon.sessions"));
        for (const one of Object.values(stored.byEmail)) one.goodUntil = Date.now() + 1000;
        sessionStorage.setItem("compagnon.sessions", JSON.stringify(stored));
        """
    )
    page.driver.refresh()
    page.until_ready()

    # when they run an operation
    page.choose("examples", example["title"])
    page.run()

    # then it is answered under a new token, and they stay signed in
    assert "errors" not in page.until(page.result)
    after = page.stored()["byEmail"][example["signInAs"]]
    assert after["accessToken"] != before["accessToken"]
    assert after["refreshToken"] != before["refreshToken"]
    assert page.signed_in_as() == guest.person(example["signInAs"])["name"]


def test_the_page_fits_a_narrow_screen(page: Page) -> None:
    page.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True},
    )

    page.screenshot("narrow")
    assert page.driver.execute_script("return document.body.scrollWidth") <= 390
    page.one("[aria-label='Open settings dialog']").click()
    page.until(lambda: page.one(".graphiql-dialog").is_displayed())
    assert page.complaints() == []
