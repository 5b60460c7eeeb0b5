"""Topics compared by what they mean: letter case, accents, plurals, and one list of synonyms.

No model is asked: whoever wonders why two topics are the same finds both words in `synonyms.toml`,
or as the two languages of one topic in a template.
"""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

SAME = 1000
"""The likeness of two topics that mean the same; 0 is nothing in common."""
_ALIKE = SAME // 2
_HERE = Path(__file__).parent
_WORD = re.compile(r"[^\W_]+")
_LONGEST_PHRASE = 6
# What two topics may both hold without having anything in common.
_EMPTY_WORDS = frozenset(
    _WORD.findall(
        "a after an and at by for from how in into of on or the to with my your our their its "
        "one s d l apres au aux avec ce chez dans de des du en et la le les leur ma mes mon "
        "notre nos ou par pour sa se ses son sur un une vos votre"
    )
)


class Meaning(NamedTuple):
    """What a topic says: as a whole, if it is known as one, and by the notions in it."""

    whole: str | None
    notions: frozenset[str]


@cache
def meaning(topic: str) -> Meaning:
    """What a topic says."""
    words = _words(topic)
    known = _notions()
    notions: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
            phrase = words[at : at + length]
            if phrase in known or length == 1:
                notions.append(known.get(phrase, phrase[0]))
                at += length
                break
    return Meaning(_wholes().get(words), frozenset(notions))


def likeness(one: Meaning, other: Meaning) -> int:
    """0 to 1000: 1000 when both mean the same, else twice the notions shared by all there are.

    Less than half is nothing: two long topics share a word easily.
    """
    if one == other or (one.whole and one.whole == other.whole):
        return SAME if one.notions else 0
    size = len(one.notions) + len(other.notions)
    alike = SAME * 2 * len(one.notions & other.notions) // size if size else 0
    return alike if alike >= _ALIKE else 0


def _words(text: str) -> tuple[str, ...]:
    """The words that count, in order, without case, accents and plurals."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).replace("œ", "oe")
    found = _WORD.findall(plain)
    kept = [word for word in found if word not in _EMPTY_WORDS] or found
    return tuple(_singular(word) for word in kept)


def _singular(word: str) -> str:
    """A word without what makes it plural in English or French; applied to both sides alike."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith(("eux", "eaux", "oux")):
        return word[:-1]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@cache
def _notions() -> dict[tuple[str, ...], str]:
    """Each phrase that has synonyms, and the notion that stands for all of them."""
    listed = tomllib.loads((_HERE / "synonyms.toml").read_text("utf-8"))["synonyms"]
    return {_words(phrase): f"={phrases[0]}" for phrases in listed for phrase in phrases}


@cache
def _wholes() -> dict[tuple[str, ...], str]:
    """The topics of the templates in both languages, and what stands for both."""
    wholes: dict[tuple[str, ...], str] = {}
    for template in sorted((_HERE.parent / "template_texts").glob("*.toml")):
        for topic in tomllib.loads(template.read_text("utf-8"))["topics"]:
            for text in topic["en"], topic["fr"]:
                wholes[_words(text)] = f"={topic['en']}"
    return wholes
