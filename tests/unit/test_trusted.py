"""Documents that are named: what is found by which name, what is remembered, and for how long."""

import hashlib
from pathlib import Path

import pytest
import structlog

from execution import trusted
from execution.faults import fault_of
from execution.trusted import DocumentRefused, Documents, Named, NotFound
from schema import schema_of
from server.manifests import manifest_of
from server.refused import warn_of_refused

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


@pytest.mark.parametrize("only", [False, True])
def test_a_trusted_document_is_known_by_its_hash_whatever_its_id_is(only: bool) -> None:
    documents = Documents({"ask": ASK}, only=only)

    for hash in (sha256(ASK), sha256(ASK).upper()):
        assert documents.text_of(Named(sha256=hash)) == ASK
        assert documents.text_of(Named(ASK, sha256=hash)) == ASK
    assert not documents._sent  # it is held already


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
    fields = "edges { node { sender { displayName } replyTo { sender { displayName } } } }"
    unread = {
        "long": "{ viewer { " + "email " * 400 + "} }",
        "broken": "{",
        "gone": "{ gone }",
        "deep": "query ($id: ID!) { match(id: $id) { "
        + "messages { nodes { match { " * 5
        + "id"
        + " } } }" * 5
        + " } }",
        "heavy": "query ($id: ID!) { match(id: $id) { "
        + " ".join(f"p{n}: messages(last: 100) {{ {fields} }}" for n in range(30))
        + " } }",
        "digits": "{ programTemplates(first: " + "1" * 5_000 + ") { id } }",
        "introspecting": "{ __schema { queryType { name } } }",
    }
    # beside them, one that is within the limits when it is asked for few
    few = (
        "query ($id: ID!, $n: Int = 100) { match(id: $id) { "
        + "".join(f"p{n}: messages(last: $n) {{ {fields} }} " for n in range(30))
        + "} }"
    )

    schema = schema_of(shown=False)
    with structlog.testing.capture_logs() as logged:
        warn_of_refused({"good": ASK, **unread, "few": few}, schema)

    assert [one["id"] for one in logged] == list(unread)
    told = {one["id"]: one["why"] for one in logged}
    assert "more than 400 fields" in told["long"] and "at 1:2" in told["broken"]
    assert "'gone'" in told["gone"]
    assert "more than 12 levels" in told["deep"] and "10000 are the most" in told["heavy"]
    assert "longer than any may be" in told["digits"] and "introspection" in told["introspecting"]
    # and it is no other than what whoever asks for them is told
    for id, text in unread.items():
        errors = schema.execute_sync(text, {"id": "m"}).errors
        assert errors and errors[0].message.rstrip(".") in told[id]


@pytest.mark.parametrize(
    "document",
    [
        '{ match(id: "m") { messages(last: "SEALED") { nodes { id } } } }',
        '{ match(id: "m") { messages(last: ["SEALED"]) { nodes { id } } } }',
        'query ($n: Int = "SEALED") { match(id: "m") { messages(last: $n) { nodes { id } } } }',
        'mutation { sendMessage(input: {matchId: "m", body: SEALED}) { message { id } } }',
        '{ match(id: "m") "SEALED" }',
        '{ match(id: "m" "SEALED") { id } }',
        '{ match(id: """SEALED" """ { """a" SEALED""") }',
        '{ match(id: "SEALED \\q") { id } }',
    ],
)
def test_why_it_will_be_refused_tells_no_value_of_a_document(document: str) -> None:
    why = fault_of(schema_of(), document)

    assert why and "SEALED" not in why
