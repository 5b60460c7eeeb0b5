"""Tokens of an OpenID Connect provider instead of our own, when COMPAGNON_OIDC_ISSUER says so."""

from server.identity.trusting import Trusted

__all__ = ["Trusted", "install", "trusted"]

_trusted: Trusted | None = None


def install(provider: Trusted | None) -> None:
    """Makes it the one whose tokens this process trusts; None: its own."""
    global _trusted
    _trusted = provider


def trusted() -> Trusted | None:
    """The provider in charge of who people are, if there is one."""
    return _trusted
