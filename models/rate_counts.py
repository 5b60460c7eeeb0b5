"""How often something was done lately, for all processes together; keys say nothing of whom."""

from models.database import execute, fetch, fetch_one

# The database's own clock: processes on several machines must agree when a window is over.
COUNT = """
INSERT INTO rate_counts AS c (key, count, expires_at)
VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN c.expires_at > clock_timestamp()
                 THEN least(c.count::bigint + excluded.count, 1000000) ELSE excluded.count END,
    expires_at = CASE WHEN c.expires_at > clock_timestamp()
                      THEN c.expires_at ELSE excluded.expires_at END
RETURNING count
"""


async def count(key: bytes, amount: int, seconds: int) -> int:
    """Adds to the count of the window that is open, or opens one; how much it holds then."""
    row = await fetch_one(COUNT, key, amount, float(seconds))
    return int(row[0]) if row else amount


async def counted(key: bytes) -> tuple[int, float]:
    """How much the open window holds, and in how many seconds it closes; 0 and 0: none is."""
    row = await fetch_one(
        """SELECT count, extract(epoch FROM expires_at - clock_timestamp())::float8
           FROM rate_counts WHERE key = $1 AND expires_at > clock_timestamp()""",
        key,
    )
    return (row[0], row[1]) if row else (0, 0.0)


async def clear(key: bytes) -> None:
    """Closes the window."""
    await execute("DELETE FROM rate_counts WHERE key = $1", key)


async def forget_old_counts() -> int:
    """Deletes the windows that are over; returns how many."""
    # Of `clock_timestamp`, which moves while a statement runs, no index could be asked.
    rows = await fetch("DELETE FROM rate_counts WHERE expires_at < now() RETURNING 1")
    return len(rows)
