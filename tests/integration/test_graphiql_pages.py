"""The GraphiQL page as it leaves the server: from our own files alone, under a strict policy."""

import base64
import hashlib
from html.parser import HTMLParser

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from server.graphiql import FILES, routes

EXAMPLES: dict[str, object] = {
    "examples": [
        {"title": "Me", "query": "{ viewer { email } }", "variables": {}, "signInAs": None}
    ],
    "people": [],
}
TABLE = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (FILES / "LICENSES.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| File")
]


class Markup(HTMLParser):
    """What a page loads, and what a policy without 'unsafe-inline' would refuse in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self._in_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag == "script"
        for name, value in attrs:
            if name in ("src", "href"):
                self.addresses.append(value or "")
            if name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")
        if tag == "style":
            self.inline.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.inline.append(data)


@pytest.fixture(name="client")
def _client() -> TestClient:
    async def examples() -> dict[str, object]:
        return EXAMPLES

    return TestClient(Starlette(routes=routes(examples)))


@pytest.mark.parametrize("path", ["/", "/graphiql/examples.json", "/graphiql/page.js"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("path", "lifetime"),
    [
        ("/", "no-store"),
        ("/graphiql/examples.json", "no-store"),
        ("/graphiql/page.js", "no-cache"),
        ("/graphiql/vendor/graphiql-3.8.3.min.css", "public, max-age=31536000, immutable"),
    ],
)
def test_only_files_named_by_version_are_kept_by_the_browser(
    client: TestClient, path: str, lifetime: str
) -> None:
    assert client.get(path).headers["cache-control"] == lifetime


def test_a_browser_that_has_our_script_is_told_so(client: TestClient) -> None:
    first = client.get("/graphiql/page.js")

    again = client.get("/graphiql/page.js", headers={"if-none-match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.headers["cache-control"] == "no-cache"


def test_the_page_has_nothing_inline() -> None:
    assert Markup((FILES / "index.html").read_text("utf-8")).inline == []


def test_everything_the_page_loads_is_ours_and_exists(client: TestClient) -> None:
    addresses = Markup(client.get("/").text).addresses

    assert len(addresses) > 5
    for address in addresses:
        assert address.startswith("/graphiql/"), address
        assert client.get(address).status_code == 200, address


def test_the_examples_are_what_the_server_offers(client: TestClient) -> None:
    assert client.get("/graphiql/examples.json").json() == EXAMPLES


@pytest.mark.parametrize(
    "path",
    ["/graphiql/refresh.py", "/graphiql/../graphiql.py", "/graphiql/%2e%2e/%2e%2e/graphiql.py"],
)
def test_no_source_of_the_server_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_a_vendored_file_is_what_its_author_published(row: list[str]) -> None:
    file, _, version, _, licence, sha384 = row
    content = (FILES / "vendor" / file).read_bytes()

    assert base64.b64encode(hashlib.sha384(content).digest()).decode() == sha384
    assert version in file
    assert licence


def test_every_vendored_file_is_listed_and_used() -> None:
    vendored = {path.name for path in (FILES / "vendor").iterdir()}
    loaded = Markup((FILES / "index.html").read_text("utf-8")).addresses

    assert vendored == {row[0] for row in TABLE}
    assert vendored == {address.rsplit("/", 1)[-1] for address in loaded if "/vendor/" in address}
