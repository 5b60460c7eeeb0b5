"""Passwords of tests: hundreds are hashed, and one test says what it costs to guess one."""

from argon2 import PasswordHasher

from domain import passwords


def hasten() -> None:
    """From now on to hash or to compare one costs this process, and its forks, next to nothing."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    vars(passwords).update(_hasher=quick, _nobody=quick.hash("nobody has this password"))
