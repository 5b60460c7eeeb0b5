"""What the GraphiQL page offers to run, and whom it offers to run it as."""


def examples(*, demo: bool = False) -> dict[str, object]:
    """The demo's people and queries; without it there is nobody whose password may be told."""
    return {"examples": [], "people": []}
