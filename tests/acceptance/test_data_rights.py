"""A copy of one's data and its end, as clients get them."""

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed

from tests.acceptance.clients import Client
from tests.servers import ServerProcess
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clients_hang_up")]

EXPORT = "mutation { exportMyData { data errors { code } } }"
DELETE = """
mutation($password: String) {
  deleteMyAccount(input: {password: $password}) { errors { code field } } }"""
SIGN_UP = """
mutation($input: SignUpInput!) { signUp(input: $input) { errors { code } } }"""


async def test_an_account_is_exported_and_erased_and_its_address_free_again(
    server: ServerProcess,
) -> None:
    # given somebody with an open socket
    maya = await Client(server.url).sign_up("Maya")
    async with maya.socket() as socket:
        # when they ask for their data
        data = (await maya.do(EXPORT))["data"]

        # then it came as part of an ordinary answer
        assert data["account"]["displayName"] == "Maya"
        assert [action["action"] for action in data["actions"]] == ["user.exported"]

        # and when they erase the account, the socket closes and the token is good for nothing
        await maya.do(DELETE, password="a long enough password")
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(socket.connection.recv(), PATIENCE)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 4403
    assert (await maya.ask("{ viewer { email } }")).data == {"viewer": None}
    assert (await maya.ask(EXPORT)).codes == ["UNAUTHENTICATED"]
    again = {
        "email": data["account"]["email"],
        "password": "a long enough password",
        "displayName": "Maya",
        "birthDate": "1984-05-01",
        "timeZone": "Europe/Paris",
    }
    await Client(server.url).do(SIGN_UP, input=again)
