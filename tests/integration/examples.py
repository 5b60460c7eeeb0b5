"""Examples of one test that are all tried in the same world, each with a beginning of its own."""

from hypothesis import HealthCheck, settings


def in_one_world(examples: int) -> settings:
    """So many of them, however long each takes."""
    kept = [HealthCheck.function_scoped_fixture]
    return settings(max_examples=examples, deadline=None, suppress_health_check=kept)
