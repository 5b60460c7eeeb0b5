"""`compagnon doctor`: what is wrong with a deployment, in plain words, before users find out."""

from collections.abc import AsyncIterator

from server.doctor.broker import examine_broker
from server.doctor.database import examine_database
from server.doctor.documents import examine_documents
from server.doctor.finding import Finding, Grade
from server.doctor.keys import examine_keys
from server.doctor.provider import examine_provider
from server.doctor.serving import examine_serving
from server.embedded import has_cluster
from server.failing import CannotStart
from server.settings import Settings
from server.startup import provided

__all__ = ["Finding", "Grade", "examine"]


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Each thing that was looked at, as it is found out. Nothing is changed by looking."""
    for examined in (examine_serving, examine_keys, examine_documents):
        for finding in examined(settings):
            yield finding
    if settings.oidc_issuer is not None:
        async for finding in examine_provider(settings.oidc_issuer, settings.oidc_algorithms):
            yield finding
    if settings.is_embedded and not has_cluster(settings.data_dir.expanduser()):
        yield Finding(Grade.FINE, "There is no database yet: `compagnon serve` makes it.")
        return
    try:
        with provided(settings) as (complete, url):
            answers = False
            async for finding in examine_database(complete, url):
                answers = answers or finding.grade is Grade.FINE
                yield finding
            if answers or complete.broadcast_url is not None:
                async for finding in examine_broker(complete.broadcast_url or url):
                    yield finding
    except CannotStart as reason:
        yield Finding(Grade.WRONG, str(reason))
