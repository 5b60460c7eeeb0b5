"""The identity provider: whether it can be asked, and has keys of a kind that is allowed."""

from collections.abc import AsyncIterator, Collection
from importlib import import_module
from importlib.util import find_spec

from server.doctor.finding import Finding, Grade
from server.identity.addresses import KEY_TYPES
from server.identity.keys import ProviderAway


async def examine_provider(issuer: str, algorithms: Collection[str]) -> AsyncIterator[Finding]:
    """Asks it what every worker asks when it meets a first token."""
    if find_spec("httpx2") is None:
        yield Finding(
            Grade.WRONG, "For COMPAGNON_OIDC_ISSUER, run `pip install 'compagnon[oidc]'`."
        )
        return
    try:
        keys = await import_module("server.identity.fetching").fetch_keys(issuer)
    except ProviderAway as reason:
        yield Finding(Grade.WRONG, f"Nobody can sign in: {reason}")
        return
    types = {KEY_TYPES[algorithm] for algorithm in algorithms}
    usable = [key for key in keys if key.key_type in types and key.alg in (None, *algorithms)]
    if not usable:
        yield Finding(
            Grade.WRONG,
            f"{issuer} has no key for {', '.join(algorithms)}: see COMPAGNON_OIDC_ALGORITHMS.",
        )
    else:
        yield Finding(Grade.FINE, f"{issuer} answers, with {len(usable)} keys that are allowed.")
