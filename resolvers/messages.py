"""Messages of a pair. Every read starts from a match that the viewer is one of the two of."""

from collections.abc import Awaitable, Sequence
from functools import partial
from uuid import UUID

from strawberry import ID

from domain import messages, sending
from domain.denials import BadCursor
from domain.sending import Draft
from models import conversations
from models import messages as stored
from models.matches import MatchRow, of_pair
from models.messages import MessageRow
from models.reading import Stretch, Window
from resolvers import matches
from resolvers.context import Info, viewer_of
from resolvers.cursors import place_cursor, read_places
from resolvers.ids import demand_id
from resolvers.pages import Connection, window

PAGE_OF, UNREAD = "match.messages", "match.unreadCount"


def page(
    root: MatchRow,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Connection[MessageRow] | Awaitable[Connection[MessageRow]]:
    """The conversation, oldest first. A cursor is a place in it: subscriptions go on from there."""
    wanted = window_of(root.id, first, after, last, before)

    async def read(matches: Sequence[MatchRow]) -> dict[MatchRow, Stretch[MessageRow]]:
        found = await conversations.pages(matches, wanted)
        return {match: found[match.id] for match in matches}

    def shown(stretch: Stretch[MessageRow] | None) -> Connection[MessageRow]:
        # Of an empty page too: whoever follows from there misses nothing that is sent meanwhile.
        from_here = None if stretch and stretch.rows else place_cursor(root.id, wanted.after or 0)
        return Connection(stretch or Stretch([], False, False), cursor_of, empty_cursor=from_here)

    return info.context.loaders.ask((PAGE_OF, wanted), read, root, shown)


def window_of(
    match: UUID,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Window:
    """The stretch of this conversation that is asked for; its bounds are places in it."""
    return window(first, after, last, before, read_cursor=partial(place_in, match))


def place_in(match: UUID, cursor: str) -> int:
    """The place (`seq`) in this conversation; BAD_CURSOR when the cursor speaks of others alone."""
    places, _ = read_places(cursor)
    if match not in places:
        raise BadCursor
    return places[match]


def cursor_of(message: MessageRow) -> str:
    return place_cursor(message.match.id, message.seq)


def unread_count(root: MatchRow, info: Info) -> int | Awaitable[int]:
    viewer = viewer_of(info)

    async def read(matches: Sequence[UUID]) -> dict[UUID, int]:
        return await conversations.unread_counts(list(matches), viewer.id)

    return info.context.loaders.ask(UNREAD, read, root.id, lambda count: count or 0)


def match(root: MessageRow, info: Info) -> MatchRow | Awaitable[MatchRow | None]:
    """The match as it was read with the message; else, of one just sent, it is read."""
    found = root.match
    return found if isinstance(found, MatchRow) else matches.by_id(info, found.id)


async def reply_to(root: MessageRow, info: Info) -> MessageRow | None:
    if root.reply_to_id is None:
        return None
    told = match(root, info)
    whole = told if isinstance(told, MatchRow) else await told
    if whole is None:
        return None

    async def read(
        keys: Sequence[tuple[MatchRow, UUID]],
    ) -> dict[tuple[MatchRow, UUID], MessageRow]:
        matches = list({match.id: match for match, _ in keys}.values())
        found = await stored.by_ids(matches, [id for _, id in keys])
        return {key: found[key[1]] for key in keys if key[1] in found}

    return await info.context.loaders.load("message.replyTo", read, (whole, root.reply_to_id))


async def by_id(info: Info, id: UUID | None) -> MessageRow | None:
    """A message of one of the viewer's own pairs."""
    if id is None:
        return None
    viewer = viewer_of(info)

    async def read(ids: Sequence[UUID]) -> dict[UUID, MessageRow]:
        pairs = (
            await of_pair(viewer.id)
            .where(
                "m.id IN (SELECT match_id FROM messages WHERE id = ANY ({0}::uuid[]))", list(ids)
            )
            .all()
        )
        return await stored.by_ids(pairs, ids) if pairs else {}

    return await info.context.loaders.load("message", read, id)


async def send(
    info: Info, match_id: ID, body: str, client_key: ID, reply_to_id: ID | None
) -> MessageRow:
    match = demand_id("match", match_id, "matchId")
    reply_to = demand_id("message", reply_to_id, "replyToId") if reply_to_id is not None else None
    return await sending.send(viewer_of(info), Draft(match, body, client_key, reply_to))


async def edit(info: Info, message_id: ID, body: str) -> MessageRow:
    return await messages.edit(viewer_of(info), demand_id("message", message_id, "messageId"), body)


async def delete(info: Info, message_id: ID) -> MessageRow:
    return await messages.delete(viewer_of(info), demand_id("message", message_id, "messageId"))


async def mark_read(info: Info, match_id: ID, up_to_number: int) -> MatchRow:
    match = demand_id("match", match_id, "matchId")
    return await messages.mark_read(viewer_of(info), match, up_to_number)


async def set_typing(info: Info, match_id: ID, is_typing: bool) -> MatchRow:
    match = demand_id("match", match_id, "matchId")
    return await messages.set_typing(viewer_of(info), match, is_typing)
