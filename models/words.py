"""Finding words in what is stored in the clear, whatever their case and accents."""


def holds_words(folded_text: str) -> str:
    """A condition: whether a text that is folded already holds each word of {0}, folded once."""
    return f"""(SELECT bool_and(position(word IN {folded_text}) > 0) FROM unnest(
        (SELECT array_agg({folded("said")}) FROM unnest({{0}}::text[]) AS said)) AS word)"""


def folded(text: str) -> str:
    """An SQL text in lower case, without the marks above, below and through its letters."""
    return f"lower(regexp_replace(normalize({text}, NFKD), '[\\u0300-\\u036f]', '', 'g'))"
