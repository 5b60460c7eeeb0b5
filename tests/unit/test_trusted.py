"""Documents that are named: what is found by which name, what is remembered, and for how long."""

import hashlib
from pathlib import Path

import pytest
import structlog

from execution import trusted
from execution.trusted import DocumentRefused, Documents, Named, NotFound
from schema import schema_of
from server.manifests import manifest_of, warn_of_invalid

ASK, OTHER = "{ viewer { email } }", "{ __typename }"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_what_is_sent_once_with_its_hash_is_known_by_it_from_then_on() -> None:
    documents = Documents()
    with pytest.raises(NotFound, match=r"^PersistedQueryNotFound$"):
        documents.text_of(Named(sha256=sha256(ASK)))

    assert documents.text_of(Named(ASK, sha256=sha256(ASK))) == ASK
    assert documents.text_of(Named(sha256=sha256(ASK))) == ASK


def test_a_hash_is_the_same_in_capitals_and_takes_no_more_room() -> None:
    documents = Documents()
    for way in (str.upper, str.title, str.lower):
        assert documents.text_of(Named(ASK, sha256=way(sha256(ASK)))) == ASK
        assert documents.text_of(Named(sha256=way(sha256(ASK)))) == ASK

    assert len(documents._sent) == 1


def test_nobody_can_put_another_document_under_a_hash() -> None:
    documents = Documents()
    for wrong in (sha256(OTHER), "", "abc", sha256(ASK)[:-1]):
        with pytest.raises(DocumentRefused):
            documents.text_of(Named(ASK, sha256=wrong))
        with pytest.raises(NotFound):
            documents.text_of(Named(sha256=wrong))


def test_what_is_remembered_takes_only_so_much_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trusted, "DOCUMENTS", 3)
    monkeypatch.setattr(trusted, "CHARACTERS", 300)
    documents = Documents()

    def is_known(text: str) -> bool:
        try:
            return documents.text_of(Named(sha256=sha256(text))) == text
        except NotFound:
            return False

    def send(text: str) -> None:
        assert documents.text_of(Named(text, sha256=sha256(text))) == text

    # so many at most, the one that was not asked for the longest forgotten first
    for text in "abc":
        send(text)
    assert is_known("a")
    send("d")
    assert [is_known(text) for text in "abcd"] == [True, False, True, True]
    # and so long at most, all together and each
    send("e" * 299)
    assert [is_known(text) for text in ("a", "c", "d", "e" * 299)] == [False, False, True, True]
    send("f" * (trusted.LONGEST + 1))
    assert not is_known("f" * (trusted.LONGEST + 1)) and is_known("d")


def test_where_only_trusted_documents_are_served_no_other_is_whatever_it_comes_as() -> None:
    documents = Documents({"inbox": ASK, sha256(OTHER): OTHER}, only=True)

    for known in (Named(ASK), Named(id="inbox"), Named(OTHER, sha256=sha256(OTHER))):
        assert documents.text_of(known) in (ASK, OTHER)
    for id in (sha256(OTHER), f"sha256:{sha256(OTHER)}"):
        assert documents.text_of(Named(id=id)) == OTHER

    new = "{ viewer { email isAdult } }"
    for unknown in (
        *(Named(new), Named(new, sha256=sha256(new)), Named(sha256=sha256(new))),
        *(Named(id="outbox"), Named(new, id="outbox"), Named(""), Named(ASK + " ")),
    ):
        with pytest.raises(DocumentRefused):
            documents.text_of(unknown)


def test_a_manifest_is_read_as_build_tools_write_it_and_nothing_else_is(tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"

    def read(text: str) -> dict[str, str]:
        file.write_text(text)
        return manifest_of(file)

    assert read('{"a": "{ b }"}') == {"a": "{ b }"}
    apollo = (
        '{"format": "x", "version": 1, "operations": [{"id": "a", "body": "{ b }", "name": "c"}]}'
    )
    assert read(apollo) == {"a": "{ b }"}
    assert manifest_of(None) == {}
    for wrong in ("", "[]", "{", '{"a": 1}', '{"a": null}', '{"operations": [{"id": "a"}]}'):
        with pytest.raises(ValueError, match="is no manifest"):
            read(wrong)
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        manifest_of(tmp_path / "none")


def test_what_will_be_refused_of_a_manifest_is_told_when_it_is_read() -> None:
    unread = {"long": "{ viewer { " + "email " * 400 + "} }", "broken": "{", "gone": "{ gone }"}

    with structlog.testing.capture_logs() as logged:
        warn_of_invalid({"good": ASK, **unread}, schema_of()._schema)

    assert [one["id"] for one in logged] == list(unread)
    assert "more than 400 fields" in logged[0]["why"]
