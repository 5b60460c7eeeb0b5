"""Long lists, as admins and chat clients look for somebody in them."""

import pytest

from tests.acceptance.clients import Client, pair_up, paired
from tests.servers import ServerProcess

pytestmark = pytest.mark.usefixtures("clients_hang_up")

LOOK = """
query Look($group: ID!, $program: ID!, $search: String) {
  group(id: $group) {
    members(search: $search, first: 10) { totalCount nodes { role user { displayName } } }
    admins: members(role: ADMIN) { totalCount nodes { user { displayName } } } }
  program(id: $program) {
    enrollments(search: $search, role: MENTEE) { totalCount nodes { user { displayName } } }
    auditLog(last: 1) { totalCount nodes { action } } } }"""
INBOX = """
query Inbox($first: Int, $after: String) {
  viewer {
    matches(orderBy: LAST_MESSAGE, first: $first, after: $after) {
      totalCount
      nodes { partner { displayName } messages(last: 1) { nodes { body } } }
      pageInfo { hasNextPage endCursor } } } }"""
SEND = """
mutation($match: ID!) {
  sendMessage(input: {matchId: $match, body: "hello", clientKey: "1"}) { errors { code } } }"""


async def test_an_admin_finds_somebody_by_name_and_whoever_talked_last_comes_first(
    server: ServerProcess,
) -> None:
    # given somebody with two pairs, in one of which nobody has written
    pair = await paired(server.url, ("Ada", "Maya", "Mina"))
    zoe = await Client(server.url).sign_up("Zoé")
    await pair_up(pair.admin, pair.mentee, zoe, pair.group, pair.program)

    # when the admin looks for one of them
    found = (await pair.admin.ask(LOOK, group=pair.group, program=pair.program, search="ZOE")).data

    # then it is she who is found, and how many there are of all is told
    assert found["group"] == {
        "members": {
            "totalCount": 1,
            "nodes": [{"role": "MEMBER", "user": {"displayName": "Zoé"}}],
        },
        "admins": {"totalCount": 1, "nodes": [{"user": {"displayName": "Ada"}}]},
    }
    assert found["program"]["enrollments"] == {
        "totalCount": 1,
        "nodes": [{"user": {"displayName": "Zoé"}}],
    }
    assert found["program"]["auditLog"]["totalCount"] > 10

    # and when the older pair writes, it goes to the front of the inbox, page by page
    for names in (["Zoé", "Maya"], ["Maya", "Zoé"]):
        shown, after = [], None
        for _ in names:
            page = (await pair.mentee.ask(INBOX, first=1, after=after)).data["viewer"]["matches"]
            assert page["totalCount"] == 2
            shown += [node["partner"]["displayName"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
        assert (shown, page["pageInfo"]["hasNextPage"]) == (names, False)
        await pair.mentor.do(SEND, match=pair.match)
