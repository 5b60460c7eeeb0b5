"""What `compagnon doctor` reads off the settings alone."""

from pathlib import Path
from typing import Any

import pytest

from server.doctor import Grade
from server.doctor.documents import examine_documents
from server.doctor.keys import examine_keys
from server.doctor.serving import examine_serving
from server.settings import Settings
from tests.servers import MASTER_KEY, SECRET_KEY

KEYS = {"secret_key": SECRET_KEY, "master_keys": MASTER_KEY}
SOUND = {
    **KEYS,
    "production": True,
    "database_url": "postgresql://db.example.org/c?sslmode=verify-full",
    "allowed_hosts": "compagnon.example.org",
    "metrics_token": "0123456789abcdef",
    "trusted_proxies": "127.0.0.1",
}

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"rate_limits": "off"}, "may try every password"),
    ({"allowed_hosts": ""}, "COMPAGNON_ALLOWED_HOSTS is not set"),
    ({"allowed_origins": "http://a.example"}, "http://a.example has no TLS"),
    ({"database_url": "postgresql://db.example.org/c"}, "without TLS: add sslmode"),
    ({"database_url": "postgresql://db.example.org/c?sslmode=prefer"}, "without TLS"),
    ({"production": False, "host": "0.0.0.0"}, "COMPAGNON_PRODUCTION is off"),
    ({"secret_key": "a" * 40}, "COMPAGNON_SECRET_KEY can be guessed"),
    ({"metrics_token": "abababababababab"}, "COMPAGNON_METRICS_TOKEN can be guessed"),
    ({"master_keys": "A" * 43 + "="}, "A master key can be guessed"),
]
WARNINGS: list[tuple[dict[str, Any], str]] = [
    ({"metrics_token": None}, "COMPAGNON_METRICS_TOKEN is not set"),
    ({"trusted_proxies": ""}, "COMPAGNON_TRUSTED_PROXIES is not set"),
    ({"host": "0.0.0.0"}, "plain HTTP"),
    ({"introspection": True}, "open to everybody"),
    ({"log_level": "trace"}, "logs every statement"),
    ({"broadcast_url": "redis://broker.example.org"}, "rediss:// has it"),
    ({"database_url": None}, "backed up together with its keys"),
    ({"master_keys": f"{MASTER_KEY},{MASTER_KEY}"}, "is there twice"),
]


def sound(**given: Any) -> Settings:
    return Settings(**{**SOUND, **given})


def findings(**given: Any) -> list[tuple[Grade, str]]:
    settings = sound(**given)
    found = [*examine_serving(settings), *examine_keys(settings)]
    return [(one.grade, one.text) for one in found if one.grade is not Grade.FINE]


@pytest.mark.parametrize(
    "given", [{}, {"database_url": "postgresql:///c?host=/run/postgresql"}, {"host": "127.0.0.1"}]
)
def test_of_sound_settings_nothing_is_said(given: dict[str, Any]) -> None:
    assert findings(**given) == []


@pytest.mark.parametrize(("given", "words"), WRONG)
def test_what_endangers_people_is_wrong(given: dict[str, Any], words: str) -> None:
    ((grade, text),) = findings(**given)

    assert grade is Grade.WRONG and words in text


@pytest.mark.parametrize(("given", "words"), WARNINGS)
def test_what_is_worth_a_thought_is_a_warning(given: dict[str, Any], words: str) -> None:
    ((grade, text),) = findings(**given)

    assert grade is Grade.WARNING and words in text


def test_a_key_that_others_may_read_is_wrong_until_they_may_not(tmp_path: Path) -> None:
    # given a key in a file that the group may read
    file = tmp_path / "key"
    file.write_text(MASTER_KEY)
    file.chmod(0o640)
    given = {"master_keys": None, "master_key_files": str(file)}

    ((grade, text),) = findings(**given)
    assert grade is Grade.WRONG and f"chmod 600 {file}" in text

    # when it is its owner's alone, nothing is said
    file.chmod(0o600)
    assert findings(**given) == []


def test_a_trusted_document_that_will_be_refused_is_wrong(tmp_path: Path) -> None:
    # given a manifest with one that may be asked for, and one that this deployment does not answer
    file = tmp_path / "manifest.json"
    file.write_text('{"own": "{ viewer { email } }", "all": "{ __schema { queryType { name } } }"}')
    settings = sound(trusted_documents=file)

    ((grade, text),) = [(one.grade, one.text) for one in examine_documents(settings)]
    assert grade is Grade.WRONG and "all" in text and "introspection" in text

    # then where the schema is shown, both are, and nothing is said where there is no manifest
    shown = settings.model_copy(update={"introspection": True})
    assert [one.grade for one in examine_documents(shown)] == [Grade.FINE]
    assert list(examine_documents(sound())) == []
