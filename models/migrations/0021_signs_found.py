"""What pairs did before it stood on their match is looked up, once the columns are there: together,
nobody could read a match for as long as it takes.

Of matches that are over nobody is told how they do: they are left as they are.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

# Before any row: whoever has locked one and waits to change it would wait for us, and we for them.
ALONE = "LOCK TABLE matches IN EXCLUSIVE MODE"
FOUND = """UPDATE matches m SET
    missed_in_a_row = (SELECT max(p.missed_in_a_row) FROM pair_members p WHERE p.match_id = m.id),
    last_completed_at = greatest(
        (SELECT max(s.completed_at) FROM step_completions s WHERE s.match_id = m.id),
        (SELECT max(a.answered_at) FROM check_ins c JOIN check_in_answers a ON a.check_in_id = c.id
         WHERE c.match_id = m.id AND c.status = 'COMPLETED'))
    WHERE status IN ('ACTIVE', 'PAUSED', 'FROZEN')"""
INDEXES = [
    """CREATE INDEX matches_under_way ON matches (program_id, id)
       WHERE status IN ('ACTIVE', 'PAUSED')""",
    """CREATE INDEX matches_at_risk ON matches (program_id, id)
       WHERE status IN ('ACTIVE', 'PAUSED') AND missed_in_a_row >= 2""",
    """CREATE INDEX matches_ended ON matches (program_id, end_cause, id)
       WHERE end_cause IS NOT NULL""",
]


class Migration(migrations.Migration):
    dependencies = [("models", "0020_signs_of_life")]

    operations = [ops.RunSQL([ALONE, FOUND, *INDEXES])]
