"""What a client says it accepts, and how much it likes each."""

_LONGEST = 1000


def qualities(header: str | None) -> dict[str, float]:
    """Each name of an Accept header in lower case, as ordered there, with its quality of 0 to 1."""
    liked: dict[str, float] = {}
    for part in (header or "")[:_LONGEST].split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            liked.setdefault(name, _quality(parameters))
    return liked


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0.0
            return quality if 0 <= quality <= 1 else 0.0
    return 1.0
