"""One thing that was looked at, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    FINE = "fine"
    WARNING = "warning"
    """It works, and is worth a thought."""
    WRONG = "wrong"
    """It does not work, or endangers people."""


@dataclass(frozen=True, slots=True)
class Finding:
    grade: Grade
    text: str

    def __str__(self) -> str:
        return f"{self.grade:8} {self.text}"
