"""What is logged, and how: events with fields, never what people wrote.

An exception is told by its type and its frames alone, because its text may hold a row, a value or a
token. For the same reason no library may log below WARNING: at DEBUG they print statements, values
and frames of sockets, at INFO uvicorn prints query strings.
"""

import logging
import logging.config
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from domain.export import SignedOutMeanwhile
from models.presence import is_away
from server.settings import Settings

_FRAMES = 12
_OF_CLIENTS = frozenset(
    {
        "Invalid HTTP request received.",
        "Unsupported upgrade request.",
        "Invalid UTF-8 sequence received from client.",
    }
)
"""What uvicorn says of each client that talks nonsense: anybody could fill a disk with it."""
_Raised = tuple[type[BaseException], BaseException, TracebackType | None]


def set_up(settings: Settings) -> None:
    """Sends every log of this process to stderr, ours from the level of the settings on."""
    trace = settings.log_level == "trace"
    level = "DEBUG" if trace else settings.log_level.upper()
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"plain": {"()": lambda: _formatter(settings.logs_json)}},
            "filters": {
                "ours": {"()": lambda: _is_ours},
                "of the pool": {"()": lambda: _is_news_of_pool},
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                "compagnon": {"level": level},
                "compagnon.sql": {"level": "DEBUG" if trace else "WARNING"},
                "asyncpg.pool": {"level": "WARNING", "filters": ["of the pool"]},
                "uvicorn": {"level": "WARNING"},
                "uvicorn.error": {"level": "WARNING", "filters": ["ours"]},
                "uvicorn.access": {"level": "CRITICAL"},
            },
        }
    )
    logging.captureWarnings(True)
    structlog.configure(
        processors=_PROCESSORS,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def log_loop_error(_: object, context: dict[str, Any]) -> None:
    """What nobody has caught in an event loop; asyncio's own way would log the exception's text."""
    structlog.get_logger("compagnon.process").error(
        context.get("message", "error in the event loop"), exc_info=context.get("exception")
    )


def without_words(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """An exception becomes its type and where it was raised; of the system's errors, the reason."""
    raised = _raised(event.pop("exc_info", None))
    if raised is None:
        return event
    kind, error, trace = raised
    event["error"] = f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(error, OSError) and error.strerror:
        event["reason"] = error.strerror
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    event["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether it is about this process, and not about what a client has sent, or about somebody who
    has signed out while their data was read: no other way is there to cut an answer."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is not SignedOutMeanwhile and record.msg not in _OF_CLIENTS


def _is_news_of_pool(record: logging.LogRecord) -> bool:
    """Whether it is not said already. The pool tries again and again to have its connections, and
    tells each time where it failed: why is enough, and nothing while the database is away."""
    if is_away():
        return False
    if record.exc_info and record.exc_info[0] is not None:
        record.msg, record.args = "%s (%s)", (record.getMessage(), record.exc_info[0].__name__)
        record.exc_info = None
    return True


def _raised(given: Any) -> _Raised | None:
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    if isinstance(given, tuple):
        return given if given[0] is not None else None
    found = sys.exc_info() if given else (None, None, None)
    return None if found[0] is None else (found[0], found[1], found[2])


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_words,
    ]


_PROCESSORS: list[Processor] = [
    structlog.stdlib.filter_by_level,
    *_common(),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
]
"""One list, however often logs are set up: loggers keep that of their first use."""


def _formatter(as_json: bool) -> logging.Formatter:
    last: Processor = (
        structlog.processors.JSONRenderer(default=str)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_common(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
