"""`compagnon verify-assignment`: whether a proposal is the best there is, from its JSON alone."""

import sys
from argparse import Namespace
from pathlib import Path

from domain.matching.certificate import find_proposal, verify
from server.failing import CannotStart


def run(given: Namespace) -> None:
    try:
        text = sys.stdin.read() if given.file == Path("-") else given.file.read_text("utf-8")
        proposal = find_proposal(text)
    except (OSError, ValueError, RecursionError) as error:
        raise CannotStart(f"{given.file} cannot be read as JSON: {error}") from None
    if proposal is None:
        raise CannotStart(f"There is no proposal with a certificate in {given.file}.")
    complaints = verify(proposal)
    for complaint in complaints[:20]:
        print(complaint, file=sys.stderr)
    if complaints:
        raise CannotStart("This does not prove that the proposal is the best there is.")
    print(f"Proved: no assignment is worth more than these {proposal['placed']} pairs.")
