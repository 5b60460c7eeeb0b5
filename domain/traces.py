"""What an erased account has left in the files of the database, after its rows are empty."""

from datetime import timedelta

from domain.clock import clock
from models.database import execute, fetch
from models.rewriting import rewrite

WITHIN = timedelta(hours=24)
"""So long after an erasure at the latest it begins: all that were erased meanwhile at once."""

IN_THE_CLEAR = ("users", "enrollments")
"""The tables in which people's own words stand as they are: what is sealed stays sealed in old
versions of rows."""

# A dead version of a row stays for as long as a transaction, or a replica, from before may read it.
_DUE = """WITH gone AS (SELECT id, xmin, deleted_at FROM users
                        WHERE deleted_at IS NOT NULL AND wiped_at IS NULL)
    SELECT id FROM gone WHERE (SELECT min(deleted_at) FROM gone) <= $1 AND age(xmin) > (
        SELECT coalesce(max(age(reading.xmin)), 0) FROM (
            SELECT backend_xmin FROM pg_stat_activity
            WHERE pid <> pg_backend_pid()
              AND (datname IS NULL OR datname = current_database())
            UNION ALL SELECT xmin FROM pg_replication_slots
            UNION ALL SELECT transaction FROM pg_prepared_xacts) AS reading(xmin)
        WHERE reading.xmin IS NOT NULL)"""


async def wipe_traces() -> int:
    """Writes anew the tables that had people's words in the clear, a day after somebody was erased;
    returns of how many people no file has anything any more."""
    people = [row["id"] for row in await fetch(_DUE, clock.now() - WITHIN)]
    if not people or not await rewrite(IN_THE_CLEAR):
        return 0
    await execute("UPDATE users SET wiped_at = $2 WHERE id = ANY ($1::uuid[])", people, clock.now())
    return len(people)
