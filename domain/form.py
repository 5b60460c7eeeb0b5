"""What people type, cleaned and checked; everything wrong with a form is said at once."""

import re
import unicodedata
from collections.abc import Sequence

from domain.calendar import zone_named
from domain.characters import UNSTORABLE
from domain.refusals import (
    Missing,
    NotAKey,
    NotALanguage,
    NotAnEmail,
    NotATimeZone,
    OutOfRange,
    Repeated,
    TooLong,
    TooMany,
    TooShort,
    UnreadableText,
)
from domain.refusing import Refusal, Several

_UNREADABLE = re.compile(f"[{UNSTORABLE}\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_EMAIL = re.compile(r"[^@\s\"<>]+@[^@\s\"<>]+\Z")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}\Z")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}\Z")


class Form:
    """Collects what is wrong; `check` raises it. A wrong value comes back as it can be used."""

    def __init__(self) -> None:
        self._refusals: list[Refusal] = []

    def refuse(self, refusal: Refusal) -> None:
        self._refusals.append(refusal)

    def take(self, part: "Form", about: str) -> None:
        """What is wrong with a part, too, and which it is."""
        self._refusals += [refusal.about(about) for refusal in part._refusals]

    @property
    def has_complaints(self) -> bool:
        """Whether something is wrong, for whoever does without what is."""
        return bool(self._refusals)

    def check(self) -> None:
        """Raises what is wrong, if anything is."""
        if len(self._refusals) == 1:
            raise self._refusals[0]
        if self._refusals:
            raise Several(self._refusals)

    def text(self, value: str, *field: str, longest: int, shortest: int = 1) -> str:
        """Trimmed, in Unicode's composed form, without characters that cannot be stored."""
        if _UNREADABLE.search(value):
            self.refuse(UnreadableText(*field))
            return ""
        if len(value) > 4 * longest + 100:  # no time spent on what is far too long
            self.refuse(TooLong(*field, longest=longest))
            return ""
        text = unicodedata.normalize("NFC", value).strip()
        if shortest and not _is_visible(text):
            self.refuse(Missing(*field))
            return ""
        if len(text) < shortest:
            self.refuse(TooShort(*field, shortest=shortest))
        elif len(text) > longest:
            self.refuse(TooLong(*field, longest=longest))
        return text

    def optional_text(self, value: str | None, *field: str, longest: int) -> str | None:
        """The text, or None for none or nothing but spaces."""
        return (self.text(value, *field, longest=longest, shortest=0) or None) if value else None

    def password(self, value: str, *field: str) -> str:
        """At least 8 characters, taken as typed."""
        if _UNREADABLE.search(value):
            self.refuse(UnreadableText(*field))
        elif len(value) < 8:
            self.refuse(TooShort(*field, shortest=8))
        elif len(value) > 1000:
            self.refuse(TooLong(*field, longest=1000))
        return value

    def display_name(self, value: str, *field: str) -> str:
        """What somebody wants to be called by others."""
        return self.text(value, *field, longest=80)

    def email(self, value: str, *field: str) -> str:
        """An address, in lower case."""
        text = self.text(
            value.lower(), *field, longest=254
        )  # some letters are longer in lower case
        invisible = any(unicodedata.category(character) == "Cf" for character in text)
        if text and (invisible or not _EMAIL.match(text)):
            self.refuse(NotAnEmail(*field))
        return text

    def time_zone(self, value: str, *field: str) -> str:
        """The name of a zone of the IANA database, in its own letter case."""
        zone = zone_named(value.strip())
        if zone is None:
            self.refuse(NotATimeZone(*field))
            return value
        return zone

    def languages(self, values: Sequence[str], *field: str) -> list[str]:
        """BCP 47 tags in their usual letter case, each once; pt_BR, as systems name it, is one."""
        self.count(values, *field, most=20)
        tags: list[str] = []
        for i, value in enumerate(values[:20]):
            written = value.strip().replace("_", "-")
            if not _LANGUAGE.match(written):
                self.refuse(NotALanguage(*field, str(i)))
            elif (tag := _usual_case(written)) not in tags:
                tags.append(tag)
        return tags

    def topics(self, values: Sequence[str], *field: str) -> list[str]:
        """Short phrases, each once whatever its letter case."""
        self.count(values, *field, most=30)
        topics: dict[str, str] = {}
        for i, value in enumerate(values[:30]):
            topic = self.text(value, *field, str(i), longest=60)
            topics.setdefault(topic.casefold(), topic)
        return list(topics.values())

    def number(self, value: int, *field: str, low: int, high: int) -> int:
        if not low <= value <= high:
            self.refuse(OutOfRange(*field, low=low, high=high))
        return value

    def key(self, value: str, taken: set[str], *field: str) -> str:
        """A short name for machines that is not taken yet."""
        if not _KEY.match(value):
            self.refuse(NotAKey(*field))
        elif value in taken:
            self.refuse(Repeated(*field))
        taken.add(value)
        return value

    def count(self, values: Sequence[object], *field: str, most: int, least: int = 0) -> None:
        """How many entries a list has to have."""
        if len(values) > most:
            self.refuse(TooMany(*field, most=most))
        elif len(values) < least:
            self.refuse(Missing(*field))


def _is_visible(text: str) -> bool:
    """Whether there is anything to see: letters, digits, signs, not only spaces and joiners."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def _usual_case(tag: str) -> str:
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(_usual_part(part) for part in rest)])


def _usual_part(part: str) -> str:
    """Regions in capitals, scripts with one, all else small."""
    return {2: part.upper(), 4: part.title()}.get(len(part), part.lower())
