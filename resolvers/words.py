"""What somebody looks for, as it is asked for."""

from domain.characters import without_unstorable


def words_of(search: str | None) -> str:
    """The first ten words, or none; what cannot be stored separates them."""
    return " ".join(without_unstorable(search or "").split()[:10])
