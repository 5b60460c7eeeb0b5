"""Settings: what is read, what is refused, and in which words."""

import os
from pathlib import Path

import pytest

from models.groups import GroupCategory
from server.failing import BadSettings
from server.settings import settings_of
from tests.servers import MASTER_KEY, SECRET_KEY

URL = "postgresql://someone:hunter2@db.example.org/compagnon"
EXTERNAL = {"DATABASE_URL": URL, "SECRET_KEY": SECRET_KEY, "MASTER_KEYS": MASTER_KEY}
OIDC = {"OIDC_ISSUER": "https://id.example", "OIDC_AUDIENCE": "compagnon"}

REFUSED = [
    ({**EXTERNAL, "DATABASE_URL": "mysql://db/x"}, "must begin with postgresql://"),
    ({**EXTERNAL, "DATABASE_URL": "http://[x"}, "must begin with postgresql://"),
    ({**EXTERNAL, "SECRET_KEY": ""}, "COMPAGNON_SECRET_KEY must be set too"),
    ({**EXTERNAL, "MASTER_KEYS": ""}, "COMPAGNON_MASTER_KEYS must be set too"),
    ({"SECRET_KEY": "x" * 31}, "COMPAGNON_SECRET_KEY must be 32 bytes long"),
    ({"MASTER_KEYS": "c2hvcnQ="}, "COMPAGNON_MASTER_KEYS must be 32-byte keys"),
    ({"MASTER_KEYS": f"{MASTER_KEY},what?"}, "COMPAGNON_MASTER_KEYS must be 32-byte keys"),
    ({"MASTER_KEYS": ","}, "COMPAGNON_MASTER_KEYS must be 32-byte keys"),
    ({"MASTER_KEY_FILES": "/nowhere/key"}, "/nowhere/key cannot be read: No such file"),
    ({"MASTER_KEY_FILES": "/dev/null"}, "/dev/null must be 32-byte keys in base64"),
    ({"MASTER_KEYS": MASTER_KEY, "MASTER_KEY_FILES": "/dev/null"}, "not both"),
    ({"KEEP_AUDIT_MONTHS": "3"}, "must be more than COMPAGNON_KEEP_APPLICATIONS_MONTHS"),
    ({"KEEP_AUDIT_MONTHS": "-1"}, "COMPAGNON_KEEP_AUDIT_MONTHS: input should be greater"),
    ({"BROADCAST_URL": "kafka://x"}, "COMPAGNON_BROADCAST_URL must begin with"),
    ({"BROADCAST_URL": "memory://", "WORKERS": "2"}, "COMPAGNON_WORKERS must be 1"),
    ({"PRODUCTION": "true", "DEMO": "true"}, "COMPAGNON_DEMO is refused in production"),
    ({"ALLOWED_ORIGINS": "*"}, "COMPAGNON_ALLOWED_ORIGINS: * is no origin"),
    ({"ALLOWED_ORIGINS": "https://a.example/"}, "https://a.example/ is no origin"),
    ({"TRUSTED_PROXIES": "10.0.0.1/8"}, "COMPAGNON_TRUSTED_PROXIES: 10.0.0.1/8 is no address"),
    ({"TRUSTED_PROXIES": "*"}, "COMPAGNON_TRUSTED_PROXIES: * is no address"),
    ({"EXECUTION_SECONDS": "0"}, "COMPAGNON_EXECUTION_SECONDS: input should be greater than"),
    ({"TRUSTED_DOCUMENTS": "/dev/null"}, "COMPAGNON_TRUSTED_DOCUMENTS: /dev/null is no manifest"),
    ({"TRUSTED_DOCUMENTS_ONLY": "true"}, "ONLY needs COMPAGNON_TRUSTED_DOCUMENTS."),
    ({"MENTORING_CATEGORIES": "COOKING"}, "COMPAGNON_MENTORING_CATEGORIES"),
    ({"PORT": "http"}, "COMPAGNON_PORT: input should be a valid integer"),
    ({"PORT": "65536"}, "COMPAGNON_PORT: input should be less than or equal to 65535"),
    ({"MATCHING_SECONDS": "0"}, "COMPAGNON_MATCHING_SECONDS: input should be greater than"),
    ({"WORKERS": "0"}, "COMPAGNON_WORKERS: input should be greater than or equal to 1"),
    ({"WORKERS": "32"}, "is too much for the embedded database"),
    ({"RATE_LIMITS": "maybe"}, "COMPAGNON_RATE_LIMITS: input should be 'on' or 'off'"),
    ({"EXECUTOR": "fast"}, "COMPAGNON_EXECUTOR: input should be 'compiled' or 'graphql-core'"),
    ({"LOG_LEVEL": "loud"}, "COMPAGNON_LOG_LEVEL: input should be"),
    ({"METRICS_TOKEN": "short"}, "COMPAGNON_METRICS_TOKEN must be 16 characters"),
    ({"OIDC_ISSUER": "https://id.example"}, "COMPAGNON_OIDC_AUDIENCE must be set too"),
    ({"OIDC_AUDIENCE": "x"}, "says nothing without COMPAGNON_OIDC_ISSUER"),
    ({**OIDC, "OIDC_ISSUER": "http://id.example"}, "must begin with https://"),
    ({**OIDC, "OIDC_ISSUER": "http://[x"}, "must begin with https://"),
    ({**OIDC, "OIDC_ALGORITHMS": "RS256,HS256"}, "HS256 is none of RS256"),
    ({**OIDC, "OIDC_ALGORITHMS": "none"}, "none is none of"),
    ({**OIDC, "DEMO": "true"}, "demo's people have passwords"),
    ({"PORTT": "9000"}, "There is no setting COMPAGNON_PORTT; did you mean COMPAGNON_PORT?"),
    ({"COLOUR_OF_THE_SKY": "blue"}, "There is no setting COMPAGNON_COLOUR_OF_THE_SKY."),
]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith("COMPAGNON_"):
            monkeypatch.delenv(name)


def put(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"COMPAGNON_{name}", value)


def test_nothing_has_to_be_set() -> None:
    settings = settings_of()

    assert settings.is_embedded and settings.data_dir == Path(".compagnon")
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.mentoring_categories == {
        GroupCategory.PARENTING,
        GroupCategory.PROFESSIONAL,
        GroupCategory.PERSONAL_DEVELOPMENT,
    }
    assert settings.shows_schema and settings.serves_graphiql and not settings.logs_json


@pytest.mark.parametrize(("given", "words"), REFUSED)
def test_what_cannot_be_meant_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], words: str
) -> None:
    put(monkeypatch, given)

    with pytest.raises(BadSettings) as refused:
        settings_of()

    sentence = str(refused.value)
    assert words in sentence
    assert "\n" not in sentence and sentence.endswith((".", "?"))


def test_a_complaint_does_not_repeat_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, {"SECRET_KEY": "too-short", "MASTER_KEYS": "bm90IGEga2V5", "WORKERS": URL})

    with pytest.raises(BadSettings) as refused:
        settings_of()

    for secret in ("too-short", "bm90IGEga2V5", "hunter2"):
        assert secret not in str(refused.value)


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, {**EXTERNAL, "BROADCAST_URL": URL})

    printed = repr(settings_of()) + str(settings_of())

    for secret in ("hunter2", SECRET_KEY, MASTER_KEY):
        assert secret not in printed


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        monkeypatch,
        {
            "MENTORING_CATEGORIES": "PARENTING, PROFESSIONAL,",
            "ALLOWED_ORIGINS": "https://a.example, http://localhost:3000",
            "MASTER_KEYS": f"{MASTER_KEY}, {'_' * 42}8=",
        },
    )
    settings = settings_of()

    assert settings.mentoring_categories == {GroupCategory.PARENTING, GroupCategory.PROFESSIONAL}
    assert settings.allowed_origins == ("https://a.example", "http://localhost:3000")
    assert settings.master_key_bytes == [b"thirty-two bytes for all the tes", b"\xff" * 32]


def test_master_keys_are_read_from_files_the_first_one_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_text(f"{MASTER_KEY}\n")
    old.write_text(f"{'_' * 43}=\n{'-' * 43}=\n")
    put(monkeypatch, {"MASTER_KEY_FILES": f"{new},{old}"})

    assert settings_of().master_key_bytes == [
        b"thirty-two bytes for all the tes",
        b"\xff" * 32,
        b"\xfb\xef\xbe" * 10 + b"\xfb\xef",
    ]


def test_the_command_line_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, {"PORT": "9000", "WORKERS": "3"})

    settings = settings_of(port=9001, workers=None)

    assert (settings.port, settings.workers) == (9001, 3)


def test_production_hides_the_schema_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(monkeypatch, {"PRODUCTION": "true"})
    assert not settings_of().shows_schema and not settings_of().serves_graphiql
    assert settings_of().logs_json

    put(monkeypatch, {"INTROSPECTION": "true", "GRAPHIQL": "true", "LOG_FORMAT": "console"})
    assert settings_of().shows_schema and settings_of().serves_graphiql
    assert not settings_of().logs_json


def test_a_setting_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings_of().port = 9000
