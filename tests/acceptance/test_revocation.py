"""Whoever may not listen any more hears nothing more, within a second, whatever their worker."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from domain import tokens
from domain.configuration import configuration, configure
from tests.acceptance.clients import Client, Pair, pair_up, paired
from tests.acceptance.listeners import Listener
from tests.servers import SECRET_KEY, ServerProcess
from tests.waiting import PATIENCE

pytestmark = pytest.mark.usefixtures("clients_hang_up")

SOCKETS = 3
"""And as many streams of events as a socket has."""
SOON = 1.0
"""Seconds after which nothing more is heard, counted from when the change is answered."""
AFTERWARDS = 1.2
"""Seconds for which the partner goes on writing, where they still can."""
PASSWORD = "a long enough password"

SEND = """mutation($input: SendMessageInput!) {
  sendMessage(input: $input) { message { number } errors { code } } }"""
BLOCK = "mutation($id: ID!) { blockUser(userId: $id) { errors { code } } }"
END = "mutation($id: ID!) { endMatch(matchId: $id) { errors { code } } }"
REMOVE = """mutation($input: RemoveGroupMemberInput!) {
  removeGroupMember(input: $input) { errors { code } } }"""
REPORT = """mutation($input: ReportInput!) {
  report(input: $input) { report { id } errors { code } } }"""
RESOLVE = """mutation($input: ResolveReportInput!) {
  resolveReport(input: $input) { errors { code } } }"""
SIGN_IN = """mutation($input: SignInInput!) { signIn(input: $input) {
  session { accessToken refreshToken } errors { code } } }"""
SESSIONS = "{ viewer { email sessions { id isCurrent } } }"
END_SESSION = "mutation($id: ID!) { endSession(sessionId: $id) { errors { code } } }"
CHANGE = """mutation($old: String!) {
  changePassword(currentPassword: $old, newPassword: "another long one") { errors { code } } }"""
REFRESH = "mutation($token: String!) { refreshSession(refreshToken: $token) { errors { code } } }"


@dataclass
class Scene:
    """A pair, of which the mentor writes and the mentee listens at several sockets."""

    server: ServerProcess
    pair: Pair
    moderator: Client

    async def play(self, act: "Act", end: str) -> tuple[list[Listener], float]:
        """Lets the act happen in the middle; what was heard, and when it was done."""
        elsewhere = await signed_in_again(self.pair.mentee)
        expires = sign_for_seconds(self.pair.mentee) if act is expiry else None
        listeners = [Listener(end) for _ in range(SOCKETS + 1)]
        *sockets, stream = listeners
        ways = [*(one.listen for one in sockets), stream.read]
        done_at = 0.0
        async with asyncio.timeout(2 * PATIENCE), asyncio.TaskGroup() as beside:
            tasks = [
                beside.create_task(way(self.server, self.pair.mentee, self.pair.match))
                for way in ways
            ]
            tasks.append(beside.create_task(self._write()))
            await asyncio.gather(*(one.begun.wait() for one in listeners))
            await act(self, elsewhere)
            done_at = expires or time.monotonic()
            await asyncio.gather(*(one.over.wait() for one in listeners))
            await asyncio.sleep(AFTERWARDS)
            for task in tasks:
                task.cancel()
        return listeners, done_at

    async def _write(self) -> None:
        for i in range(10_000):
            input = {"matchId": self.pair.match, "body": f"{i}", "clientKey": f"{i}"}
            await self.pair.mentor.ask(SEND, input=input)
            await asyncio.sleep(0.15)

    async def sanction(self, action: str) -> None:
        subject = {"userId": self.pair.mentee.id}
        said = {"subject": subject, "reason": "UNDERAGE", "details": "Look."}
        report = (await self.pair.mentor.do(REPORT, input=said))["report"]["id"]
        input = {"reportId": report, "action": action, "note": "So it is."}
        await self.moderator.do(RESOLVE, input=input)


Act = Callable[[Scene, Client], Awaitable[object]]


async def expiry(scene: Scene, elsewhere: Client) -> None:
    """Nobody does anything: the token of the sockets runs out."""


async def end_from_elsewhere(scene: Scene, elsewhere: Client) -> None:
    shown = (await elsewhere.ask(SESSIONS)).data["viewer"]["sessions"]
    (other,) = [one["id"] for one in shown if not one["isCurrent"]]
    await elsewhere.do(END_SESSION, id=other)


async def reuse(scene: Scene, elsewhere: Client) -> None:
    """A thief uses the refresh token that its owner has used before."""
    await scene.pair.mentee.ask(REFRESH, token=scene.pair.mentee.refresh_token)
    await scene.pair.mentee.ask(REFRESH, token=scene.pair.mentee.refresh_token)


ACTS: dict[str, tuple[Act, str]] = {
    "block": (lambda s, _: s.pair.mentor.do(BLOCK, id=s.pair.mentee.id), "complete"),
    "end": (lambda s, _: s.pair.mentor.do(END, id=s.pair.match), "complete"),
    "removal": (
        lambda s, _: s.pair.admin.do(
            REMOVE, input={"groupId": s.pair.group, "userId": s.pair.mentee.id}
        ),
        "complete",
    ),
    "suspension": (lambda s, _: s.sanction("SUSPEND_USER"), "4403 SUSPENDED"),
    "under age": (lambda s, _: s.sanction("MARK_UNDERAGE"), "AGE_UNKNOWN"),
    "signing out": (
        lambda s, _: s.pair.mentee.do("mutation { signOut { errors { code } } }"),
        "4403 SESSION_ENDED",
    ),
    "ended session": (end_from_elsewhere, "4403 SESSION_ENDED"),
    "changed password": (
        lambda _, elsewhere: elsewhere.do(CHANGE, old=PASSWORD),
        "4403 SESSION_ENDED",
    ),
    "stolen token": (reuse, "4403 SESSION_ENDED"),
    "expiry": (expiry, "4401 EXPIRED"),
}
"""What ends it, and how each socket is told."""
BESIDE = {"complete", "UNAUTHENTICATED", "SUSPENDED"}
"""What its streams may be told before the socket closes."""


@pytest.fixture
def server(start_server: Callable[..., ServerProcess]) -> ServerProcess:
    """Two workers."""
    return start_server("--workers", "2")


async def test_nothing_is_heard_a_second_after_one_may_not_hear_it(server: ServerProcess) -> None:
    # given a pair for each way to end, whose listeners are spread over both workers
    moderator = await Client(server.url).sign_up("Mo")
    connection = await asyncpg.connect(server.settings["database_url"])
    await connection.execute("UPDATE users SET is_moderator = true")
    await connection.close()
    scenes = [Scene(server, pair, moderator) for pair in await pairs(server.url, len(ACTS))]

    # when each comes to its end, several at once, while the partner writes on
    played = []
    for some in (slice(5), slice(5, None)):
        both = zip(scenes[some], list(ACTS.values())[some], strict=True)
        played += await asyncio.gather(*(scene.play(act, end) for scene, (act, end) in both))

    # then each socket has heard the last a second later at the most, and was told that it is over
    late: dict[str, tuple[float, float]] = {}
    for (name, (_, end)), (listeners, done_at) in zip(ACTS.items(), played, strict=True):
        for one in listeners:
            assert {end} <= set(one.ends) <= BESIDE | {end}, (name, one.ends)
        late[name] = (
            round(max(one.heard[-1] for one in listeners) - done_at, 3),
            round(max(one.over_at for one in listeners) - done_at, 3),
        )
    print("heard the last, and were told, after", late)
    assert {name: times for name, times in late.items() if max(times) > SOON} == {}
    assert len({one.worker for listeners, _ in played for one in listeners}) == 2
    assert "Traceback" not in server.log


async def pairs(url: str, number: int) -> list[Pair]:
    """So many pairs of one program."""
    first = await paired(url)

    async def another() -> Pair:
        mentor, mentee = [await Client(url).sign_up(name) for name in ("Nora", "Nils")]
        match = await pair_up(first.admin, mentor, mentee, first.group, first.program)
        return replace(first, mentor=mentor, mentee=mentee, match=match)

    return [first, *await asyncio.gather(*(another() for _ in range(number - 1)))]


async def signed_in_again(person: Client) -> Client:
    """The same person on another device."""
    email = (await person.ask("{ viewer { email } }")).data["viewer"]["email"]
    signed_in = await Client(person.url).do(SIGN_IN, input={"email": email, "password": PASSWORD})
    return Client(person.url, token=signed_in["session"]["accessToken"], id=person.id)


def sign_for_seconds(person: Client) -> float:
    """Gives somebody a token that lasts for some seconds only; when it runs out."""
    before = configuration()
    configure(token_secret=SECRET_KEY.encode(), access_token_life=timedelta(seconds=12))
    known = tokens.read(person.token or "")
    assert isinstance(known, tokens.AccessToken)
    person.token, expires_at = tokens.sign(known.session, UUID(int=0))
    configure(token_secret=before.token_secret, access_token_life=before.access_token_life)
    return time.monotonic() + (expires_at - datetime.now(UTC)).total_seconds()
