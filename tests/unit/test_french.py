"""What people read in French, outside templates: set as French is."""

import re
from collections.abc import Iterator

from domain import denials, refusals, refusing
from domain.matching.reasons import FRENCH
from domain.notices import DONE, RULES


def texts() -> Iterator[str]:
    for module, kind in ((refusals, refusing.Refusal), (denials, denials.Denial)):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, kind) and value is not kind:
                yield value.fr
    for both in (*RULES.values(), *DONE.values()):
        yield both[1]
    yield from FRENCH.values()


def test_no_line_breaks_before_a_sign_or_inside_quotation_marks() -> None:
    # given all of them
    told = list(texts())
    assert len(told) > 60

    # then each sign stands apart, by a space at which no line breaks
    for text in told:
        assert not re.search(r" [;:!?»]|« ", text), text
        assert not re.search(r"\w[;!?»]|«\w|\w: ", text), text
