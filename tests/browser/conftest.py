"""The browser that the tests drive, and another client of the same server.

`demo_server` is the demo they share: it has people and ready examples.
"""

import json
import os
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.common import exceptions
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from server.examples import people
from tests.servers import ServerProcess
from tests.waiting import PATIENCE

T = TypeVar("T")
NOT_YET = (
    exceptions.NoSuchElementException,
    exceptions.StaleElementReferenceException,
    exceptions.JavascriptException,
)
SCREENSHOTS = Path(os.environ.get("COMPAGNON_SCREENSHOTS", Path(__file__).parent / "screenshots"))
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--window-size=1280,900",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
SIGN_IN = """
mutation ($input: SignInInput!) {
  signIn(input: $input) { session { accessToken } }
}
"""


@dataclass(frozen=True)
class DemoServer:
    """`compagnon serve --demo` in a directory of its own, as `make demo` runs it."""

    url: str
    people: list[dict[str, str]]


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    directory = tmp_path_factory.mktemp("demo")
    settings = {"data_dir": str(directory / "data"), "rate_limits": "off"}
    server = ServerProcess(directory / "log", settings, ["--demo"])
    server.start()
    yield DemoServer(server.url, people(demo=True))
    server.end()


class Page:
    """The page in one tab of the browser, by what a person sees and does."""

    def __init__(self, driver: webdriver.Chrome, server: DemoServer) -> None:
        self.driver = driver
        self.server = server
        driver.get(f"{server.url}/")
        self.until_ready()

    def until_ready(self) -> None:
        self.until(lambda: self.one("#examples").is_displayed())
        self.until(
            lambda: not self.one("[aria-label='Re-fetch GraphQL schema']").get_property("disabled")
        )

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def until(self, seen: Callable[[], T], seconds: float = PATIENCE) -> T:
        return WebDriverWait(self.driver, seconds, ignored_exceptions=NOT_YET).until(
            lambda _: seen()
        )

    def choose(self, menu: str, words: str) -> None:
        self.one(f"#{menu} summary").click()
        entries = self.driver.find_elements(By.CSS_SELECTOR, f"#{menu} li button")
        next(entry for entry in entries if entry.text.splitlines()[0] == words).click()

    def sign_in(self, email: str, password: str) -> None:
        for name, words in (("email", email), ("password", password)):
            field = self.one(f"[name={name}]")
            field.clear()
            field.send_keys(words)
        self.one("#sign-in button").click()

    def signed_in_as(self) -> str:
        return self.one("#who").text if self.one("#signed-in").is_displayed() else ""

    def run(self) -> None:
        self.one(".graphiql-execute-button").click()

    def is_subscribed(self) -> bool:
        return "Stop" in str(self.one(".graphiql-execute-button").get_attribute("aria-label"))

    def result(self) -> dict[str, Any]:
        text = self.driver.execute_script(
            "return document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()"
        )
        return json.loads(text) if text.startswith("{") else {}

    def stored(self) -> dict[str, Any]:
        sessions: dict[str, Any] = self.driver.execute_script(
            "return JSON.parse(sessionStorage.getItem('compagnon.sessions'))"
        )
        return sessions

    def log(self, kind: str) -> list[dict[str, str]]:
        entries: list[dict[str, str]] = self.driver.execute("getLog", {"type": kind})["value"]
        return entries

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.log("browser")]

    def hosts_asked(self) -> set[str]:
        events = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        addresses = [
            event["params"]["request"]["url"]
            if event["method"] == "Network.requestWillBeSent"
            else event["params"]["url"]
            for event in events
            if event["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated")
        ]
        parts = [urlsplit(address) for address in addresses]
        # The browser's own first page (chrome:) and inline files (data:) ask nobody.
        return {part.netloc for part in parts if part.scheme not in ("chrome", "data")}

    def screenshot(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        assert self.driver.save_screenshot(str(SCREENSHOTS / f"graphiql-{name}.png"))


class Guest:
    """Another client of the same server."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        with urllib.request.urlopen(f"{server.url}/graphiql/examples.json") as answer:
            self.examples: list[dict[str, Any]] = json.load(answer)["examples"]

    def example(self, fits: Callable[[str], bool]) -> dict[str, Any]:
        return next(one for one in self.examples if one["signInAs"] and fits(one["query"].strip()))

    def person(self, email: str) -> dict[str, str]:
        return next(one for one in self.server.people if one["email"] == email)

    def post(self, query: str, variables: dict[str, Any], token: str = "") -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.server.url}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {
                "content-type": "application/json",
                **({"authorization": f"Bearer {token}"} if token else {}),
            },
        )
        with urllib.request.urlopen(request) as answer:
            data: dict[str, Any] = json.load(answer)["data"]
        return data

    def token_of(self, email: str) -> str:
        account = {"email": email, "password": self.person(email)["password"]}
        token: str = self.post(SIGN_IN, {"input": account})["signIn"]["session"]["accessToken"]
        return token


@pytest.fixture(name="guest")
def _guest(demo_server: DemoServer) -> Guest:
    return Guest(demo_server)


@pytest.fixture(name="page")
def _page(demo_server: DemoServer, tmp_path: Path) -> Iterator[Page]:
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not chromedriver:
        pytest.skip("needs chromium and chromedriver on the PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "about:blank"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    try:
        yield Page(driver, demo_server)
    finally:
        driver.quit()
