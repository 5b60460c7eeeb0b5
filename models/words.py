"""Finding words in what is stored in the clear, whatever their case and accents."""


def holds_words(folded_text: str) -> str:
    """A condition: whether a text that is folded already holds each word of {0}, a text in which
    spaces stand between them. Its words become patterns once, whatever the number of texts."""
    # Through coalesce() the planner sees no pattern and takes every second text for one that holds
    # them: so it reads a list in its order, and not all of it to sort what is found.
    return f"""coalesce({folded_text} LIKE ALL (ARRAY(
        SELECT '%' || regexp_replace(word, '([\\\\%_])', '\\\\\\1', 'g') || '%'
        FROM unnest(string_to_array({folded("{0}::text")}, ' ')) AS word)), false)"""


def folded(text: str) -> str:
    """An SQL text in lower case, without the marks above, below and through its letters."""
    return f"lower(regexp_replace(normalize({text}, NFKD), '[\\u0300-\\u036f]', '', 'g'))"
