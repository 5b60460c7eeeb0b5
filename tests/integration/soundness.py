"""What is true of pairs and places at any time, whoever did what at once."""

from models.database import fetch


async def demand_sound(*, lowered: bool = False) -> None:
    """Places are those of the living matches, within the capacity, of approved people alone."""
    rows = await fetch(
        """SELECT e.places_taken, e.capacity, e.status, (
               SELECT count(*) FROM matches m
               WHERE e.id IN (m.mentor_enrollment_id, m.mentee_enrollment_id)
                 AND m.status IN ('PROPOSED', 'ACTIVE', 'PAUSED', 'FROZEN')) AS living
           FROM enrollments e"""
    )
    for row in rows:
        assert row["places_taken"] == row["living"]
        assert lowered or row["places_taken"] <= row["capacity"]
        assert row["status"] == "APPROVED" or not row["living"]
    lonely = await fetch(
        """SELECT m.id FROM matches m WHERE 2 <> (
               SELECT count(*) FROM pair_members p WHERE p.match_id = m.id
                   AND p.user_id = CASE p.role
                       WHEN 'MENTOR' THEN m.mentor_id ELSE m.mentee_id END)"""
    )
    assert lonely == []


async def demand_apart() -> None:
    """No two of whom one has blocked the other have a match that lives."""
    together = await fetch(
        """SELECT m.id FROM matches m JOIN blocks b
             ON (b.blocker_id, b.blocked_id) IN ((m.mentor_id, m.mentee_id),
                                                 (m.mentee_id, m.mentor_id))
           WHERE m.status IN ('PROPOSED', 'ACTIVE', 'PAUSED', 'FROZEN')"""
    )
    assert together == []
    await demand_sound()
