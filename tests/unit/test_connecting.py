"""What the URL says of TLS holds for every connection to the database."""

import asyncio

import certifi
import pytest

from models.database import connect

pytestmark = pytest.mark.anyio

ASK_FOR_TLS = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")


@pytest.mark.parametrize("mode", ["require", "verify-full"])
async def test_where_tls_is_demanded_nothing_is_said_without_it(mode: str) -> None:
    # given a database, or somebody on the way to it, that speaks no TLS
    said = bytearray()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.extend(await reader.read(1000))
        writer.write(b"N")
        said.extend(await reader.read(1000))
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    roots = f"&sslrootcert={certifi.where()}" if mode == "verify-full" else ""

    url = f"postgresql://u:secret@127.0.0.1:{port}/x?sslmode={mode}{roots}"
    with pytest.raises(ConnectionError, match="SSL"):
        await connect(url)
    server.close()

    assert said == ASK_FOR_TLS
