"""What a deployment may set, all of it through COMPAGNON_* variables, refused when wrong."""

import difflib
import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.configuration import Configuration
from models.groups import GroupCategory
from server.complaints import PREFIX, complaints_about
from server.failing import BadSettings
from server.keys import keys_of
from server.manifests import manifest_of


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Files = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_split)]
Categories = Annotated[frozenset[GroupCategory], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """The settings of one process; `settings_of` reads them and words what is wrong."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: str | None = Field(None, repr=False)
    """None: PostgreSQL of our own, in `data_dir`."""
    data_dir: Path = Path(".compagnon")
    broadcast_url: str | None = Field(None, repr=False)
    """None: LISTEN/NOTIFY on the database."""
    secret_key: SecretStr | None = None
    master_keys: SecretStr | None = None
    master_key_files: Files = ()
    """Instead of `master_keys`: files that hold one each, or several, the wrapping one first."""

    oidc_issuer: str | None = None
    """An OpenID Connect provider whose tokens are good here, instead of our own."""
    oidc_audience: Names = ()
    """Whom its tokens must be meant for, one of these."""
    oidc_algorithms: Names = ("RS256", "ES256")

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    workers: int = Field(1, ge=1, le=64)
    pool_size: int = Field(10, ge=2, le=100)
    allowed_origins: Names = ()
    """Pages of other origins that may call and open sockets."""
    allowed_hosts: Names = ()
    """Names this server answers to; none: all."""
    trusted_proxies: Names = ()
    """Addresses and networks whose word counts on who a client is; none: no proxy."""
    trusted_documents: Path | None = None
    """A manifest of documents that clients may ask for by their ids."""
    trusted_documents_only: bool = False
    """Whether no other documents are served."""
    get_queries: bool = False
    """Whether queries may come by GET, too."""
    execution_seconds: int = Field(30, ge=1, le=900)
    """How long an operation may run; what it asks of the database is given up sooner."""

    mentoring_categories: Categories = Configuration().mentoring_categories
    access_token_minutes: int = Field(15, ge=1, le=24 * 60)
    session_days: int = Field(60, ge=1, le=400)
    keep_conversations_months: int = Field(0, ge=0, le=1200)
    """After a match has ended; 0: for ever, as for those below."""
    keep_applications_months: int = Field(3, ge=0, le=1200)
    keep_audit_months: int = Field(36, ge=0, le=1200)
    keep_evidence_months: int = Field(24, ge=0, le=1200)
    wipe_after_hours: int = Field(24, ge=0, le=24 * 31)
    """How long old versions of the rows of erased people may stay in the files; 0: for ever."""
    matching_seconds: int = Field(20, ge=1, le=600)
    """How long an admin may wait for a proposal, whatever the number of people."""
    rate_limits: Literal["on", "off"] = "on"
    """By the table in server/rates.py; `off` is for load tests."""
    executor: Literal["compiled", "graphql-core"] = "compiled"
    """How documents are run. Answers are the same; `compiled` takes a fraction of the time."""

    metrics_token: SecretStr | None = None
    """Who sends it as a bearer token reads /metrics; without one only this very machine does, and
    in production nobody."""
    tracing: bool = False
    operation_names: Names = ()
    """Names of operations, as clients write them, that may stand in metrics and traces."""

    production: bool = False
    demo: bool = False
    introspection: bool | None = None
    graphiql: bool | None = None
    log_format: Literal["console", "json"] | None = None
    log_level: Literal["trace", "debug", "info", "warning", "error"] = "info"

    @property
    def is_embedded(self) -> bool:
        """Whether PostgreSQL is our own to start and to migrate."""
        return self.database_url is None

    @property
    def longest_execution(self) -> float:
        """Seconds: a proposal that takes all its time is answered, too."""
        return max(self.execution_seconds, self.matching_seconds + 5)

    @property
    def shows_schema(self) -> bool:
        """Whether clients may ask for the schema, and are told what they may have meant."""
        return not self.production if self.introspection is None else self.introspection

    @property
    def serves_graphiql(self) -> bool:
        return not self.production if self.graphiql is None else self.graphiql

    @property
    def logs_json(self) -> bool:
        return self.production if self.log_format is None else self.log_format == "json"

    @property
    def has_master_keys(self) -> bool:
        """Whether somebody has set master keys, in the settings or in files."""
        return self.master_keys is not None or bool(self.master_key_files)

    @property
    def master_key_bytes(self) -> list[bytes]:
        """The master keys, the wrapping one first; none while they are still to be generated."""
        if self.master_keys is not None:
            return keys_of(self.master_keys.get_secret_value(), f"{PREFIX}MASTER_KEYS")
        return [key for path in self.master_key_files for key in keys_of(_text(path), str(path))]

    @cached_property
    def manifest(self) -> dict[str, str]:
        """The documents of `trusted_documents` by their ids, read once; ValueError says what is
        wrong with the file."""
        return manifest_of(self.trusted_documents)

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        for complaint in complaints_about(self):
            raise ValueError(complaint)
        return self


def settings_of(**given: Any) -> Settings:
    """The settings from the environment, `given` first; BadSettings says what is wrong."""
    _refuse_unknown()
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise BadSettings("\n".join(_sentence(one) for one in error.errors())) from None


def _refuse_unknown() -> None:
    known = [name.upper() for name in Settings.model_fields]
    for variable in os.environ:
        prefix, name = variable[: len(PREFIX)].upper(), variable[len(PREFIX) :].upper()
        if prefix == PREFIX and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"; did you mean {PREFIX}{near[0]}?" if near else "."
            raise BadSettings(f"There is no setting {variable}{meant}")


def _sentence(error: Any) -> str:
    """Pydantic's complaint in words of ours, and never with the value, which may be a secret."""
    own = error.get("ctx", {}).get("error")
    if isinstance(own, ValueError):
        return str(own)
    name = PREFIX + str(error["loc"][0]).upper()
    return f"{name}: {error['msg'][0].lower()}{error['msg'][1:]}."


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise ValueError(f"COMPAGNON_MASTER_KEY_FILES: {path} cannot be read: {reason}.") from None
