"""Whoever asks for too many objects reads how many they were, and what to do."""

import pytest
from graphql import parse

from execution.budget import TOO_COMPLEX, refusal
from execution.documents import Document
from execution.limits import Limits
from schema import schema_of

GRAPH = schema_of()._schema
PENDING = """{ groups(first: 100) { nodes { programs(first: 100) { nodes {
    enrollments(first: 100) { nodes { id } } } } } } }"""


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("{ groups(first: 100) { nodes { members(first: 100) { nodes { role } } } } }", "10201"),
        (PENDING, "millions of"),
    ],
)
def test_who_asks_for_too_much_is_told_how_much_and_what_to_do(document: str, told: str) -> None:
    found = refusal(GRAPH, Document(document, parse(document)), {}, Limits())

    message = (
        f"The document asks for {told} objects, every list at its longest, and 10000 are the most: "
        "ask for shorter pages with `first`."
    )
    assert found == (TOO_COMPLEX, message)
