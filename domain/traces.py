"""What an erased account has left in the files of the database, after its rows are empty."""

from datetime import timedelta

from domain.clock import clock
from domain.configuration import configuration
from models.database import execute, fetch
from models.rewriting import rewrite

REWRITTEN = ("users", "enrollments", "matches", "reports", "report_evidence")
"""The tables in which people's own words stand as they are, and the keys of what they sealed. What
is sealed is worth nothing without them, wherever an old version of it lies; but for the evidence
of a case that somebody else made: its key stays."""

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
    """Writes these tables anew, so many hours after somebody was erased, for all that were erased
    meanwhile; returns of how many no file has anything now."""
    hours = configuration().wipe_after_hours
    if not hours:
        return 0
    people = [row["id"] for row in await fetch(_DUE, clock.now() - timedelta(hours=hours))]
    if not people or not await rewrite(REWRITTEN):
        return 0
    await execute("UPDATE users SET wiped_at = $2 WHERE id = ANY ($1::uuid[])", people, clock.now())
    return len(people)
