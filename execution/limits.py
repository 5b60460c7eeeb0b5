"""The most a document may ask for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a document may ask for, and what a list counts whose length nobody says."""

    depth: int = 12
    queries: int = 20
    mutations: int = 20
    aliases: int = 50
    directives: int = 50
    fragments: int = 100
    definitions: int = 60
    nodes: int = 10_000
    tokens: int = 1_000
    fields: int = 400
    """Of the whole document, wherever they stand, and directives."""
    values: int = 240
    """Written into the document, those in lists and objects too: what is longer is a variable."""
    escapes: int = 1_000
    """By code point, `\\u{…}`: of all others many are read at once."""
    lines: int = 1_000
    """To say in which line an error is takes as long as there are lines before it."""
    page: int = 20
    largest_page: int = 100
    unpaged: int = 10
    heavy: tuple[tuple[str, int], ...] = (("searchMessages", 2_000), ("exportMyData", 4_000))
    """Fields that take as long as so many nodes, whatever is asked of what they return."""
    searched: tuple[tuple[str, int], ...] = (("members", 400), ("enrollments", 400))
    """The same of lists, where words are looked for: in all that the list could hold."""
    lists: tuple[tuple[str, int], ...] = (
        ("programTemplates", 3),
        ("steps", 12),
        ("byMonth", 36),
        ("sessions", 100),
        ("blockedUsers", 1_000),
        *((name, 100) for name in ("matchSuggestions", "pairs", "unplaced")),
        *((name, 100) for name in ("menteePrices", "seatPrices")),
    )
