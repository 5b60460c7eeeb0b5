"""Why the process does not start, in one sentence for whoever runs it."""


class CannotStart(Exception):
    """Something outside this process is missing, broken or taken."""

    exit_code = 1


class BadSettings(CannotStart):
    """The settings are wrong, whatever the world is like."""

    exit_code = 2
