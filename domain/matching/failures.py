"""What an assignment can fail of, where it is worked out and where it is waited for."""


class TooLargeError(Exception):
    """There are more allowed pairs than are worked on at once."""


class PinGoneError(Exception):
    """Who was to be paired in any case is not waiting, or has no place, any more."""


class BeyondLimitsError(Exception):
    """It takes longer than the time limit, or more memory than it may."""


class CrowdedError(Exception):
    """So many requests are waiting that one more would only wait for its time to be over."""


class BrokenError(Exception):
    """A mistake of ours in the process; the text says where."""
