"""A process that does what time brings, at the moments it is given, one a line.

python -m tests.chaos.ticker postgresql://…   (says "ready", then "done" after each)
"""

import asyncio
import base64
import sys
from datetime import datetime

from domain.clock import clock
from models.database import connect, disconnect
from models.encryption import Keyring, use_keyring
from server.ticking import tick
from tests.servers import MASTER_KEY


async def main(url: str) -> None:
    use_keyring(Keyring([base64.b64decode(MASTER_KEY)]))
    await connect(url, pool_size=2)
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        clock.set(datetime.fromisoformat(line.strip()))
        await tick()
        print("done", flush=True)
    await disconnect()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
