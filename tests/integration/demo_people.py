"""The people of the demo, signed in."""

from domain.accounts import sign_in
from server.demo import who_can_sign_in


async def token_of(email: str) -> str:
    password = next(one.password for one in who_can_sign_in() if one.email == email)
    return (await sign_in(email, password)).session.access_token
