"""Finding words in what is stored in the clear, whatever their case and accents."""


def holds_words(folded_text: str) -> str:
    """A condition: whether a text that is folded already holds each word of {0}, a text in which
    spaces stand between them, folded once."""
    return f"""(SELECT coalesce(bool_and(position(word IN {folded_text}) > 0), true)
        FROM unnest(string_to_array((SELECT {folded("{0}::text")}), ' ')) AS word)"""


def folded(text: str) -> str:
    """An SQL text in lower case, without the marks above, below and through its letters."""
    return f"lower(regexp_replace(normalize({text}, NFKD), '[\\u0300-\\u036f]', '', 'g'))"
