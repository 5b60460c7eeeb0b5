"""Scalars, read strictly and written one way."""

import re
from datetime import UTC, date, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError

from execution.compiled import AsItIs

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


def _read_date(value: object) -> date:
    if not isinstance(value, str) or not _DATE.match(value):
        raise GraphQLError("A Date is written YYYY-MM-DD.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise GraphQLError("There is no such day.") from None


def _read_date_time(value: object) -> datetime:
    if not isinstance(value, str) or len(value) > 40:
        raise GraphQLError("A DateTime is written in ISO 8601 with an offset.")
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise GraphQLError("A DateTime needs an offset.")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise GraphQLError("There is no such moment.") from None


def _write_date_time(value: datetime) -> str:
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()


JSON = NewType("JSON", object)

SCALARS: dict[object, Any] = {
    date: strawberry.scalar(
        name="Date",
        description="A day: YYYY-MM-DD.",
        serialize=date.isoformat,
        parse_value=_read_date,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment: ISO 8601 with an offset; always UTC on output.",
        serialize=AsItIs(datetime, _write_date_time, tzinfo=UTC),  # orjson writes it the same
        parse_value=_read_date_time,
    ),
    JSON: strawberry.scalar(
        name="JSON", description="Any JSON value.", serialize=lambda v: v, parse_value=lambda v: v
    ),
}
