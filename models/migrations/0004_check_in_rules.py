"""The rules of check-ins and reminders, and the calendar of every match that has started."""

from tortoise import migrations
from tortoise.migrations import operations as ops

WEEKDAYS = "'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'"
LIVE = "('PROPOSED', 'ACTIVE', 'PAUSED', 'FROZEN')"
FIRST_DATE = "next_weekday(({0}started_at AT TIME ZONE 'UTC')::date + 3, {0}check_in_weekday)"

SCHEDULES = [
    f"""
    CREATE FUNCTION next_weekday(day date, weekday text) RETURNS date LANGUAGE sql IMMUTABLE
    RETURN day + mod(array_position(ARRAY[{WEEKDAYS}], weekday)
                     - extract(isodow FROM day)::int + 7, 7)
    """,
    f"""
    CREATE FUNCTION match_has_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.status NOT IN {LIVE} THEN
            DELETE FROM check_in_schedules WHERE match_id = NEW.id;
        ELSIF NEW.started_at IS NOT NULL THEN
            INSERT INTO check_in_schedules (match_id, next_week, next_date)
            VALUES (NEW.id, 1, {FIRST_DATE.format("NEW.")})
            ON CONFLICT DO NOTHING;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER matches_have_schedules AFTER INSERT OR UPDATE OF status, started_at ON matches
    FOR EACH ROW EXECUTE FUNCTION match_has_schedule()
    """,
    # Pairs that were there before: their check-ins begin with the next one of their calendar.
    f"""
    INSERT INTO check_in_schedules (match_id, next_week, next_date)
    SELECT id, 1 + weeks, first + 7 * weeks
    FROM (SELECT id, first, greatest(0, (today - first + 7) / 7) AS weeks
          FROM (SELECT id, {FIRST_DATE.format("")} AS first,
                       (now() AT TIME ZONE interval '14 hours')::date AS today
                FROM matches WHERE started_at IS NOT NULL AND status IN {LIVE}) AS started)
         AS calendar
    """,
]

CHECKS = {
    "users": {"check_in_minute": "check_in_minute BETWEEN 0 AND 1439"},
    "matches": {
        "check_ins_counted": "check_ins_done >= 0 AND check_ins_missed >= 0",
        "silent_is_paused": "silent_since IS NULL OR status IN ('PAUSED', 'FROZEN')",
    },
    "pair_members": {"missed_counted": "missed_in_a_row >= 0"},
    "check_ins": {
        "status_known": "status IN ('OPEN', 'COMPLETED', 'MISSED')",
        "week": "week >= 1",
    },
    "check_in_schedules": {"week": "next_week >= 1"},
    "check_in_answers": {"sealed": "octet_length(content) > 28"},
    "check_in_reminders": {
        "kind_known": "kind IN ('OPENED', 'LAST_CALL', 'NUDGE', 'PARTNER_SILENT')"
    },
    "due_reminders": {
        "kind_known": "kind IN ('OPENED', 'LAST_CALL', 'NUDGE', 'PARTNER_SILENT')",
        "last_call_follows": "(kind = 'OPENED') = (last_call_at IS NOT NULL)",
    },
}

KEYS = {
    "check_ins": {"week_once": "(match_id, week)", "identity": "(match_id, id)"},
    "check_in_answers": {"once": "(check_in_id, user_id)"},
    "check_in_reminders": {"once": "(check_in_id, user_id, kind)"},
    "due_reminders": {"once": "(check_in_id, user_id)"},
}

REFERENCES = {
    "check_in_schedules": {
        "of_match": "(match_id) REFERENCES matches (id) ON DELETE RESTRICT",
    },
    "check_in_answers": {
        "of_check_in": "(match_id, check_in_id) REFERENCES check_ins (match_id, id)",
        "by_pair": "(match_id, user_id) REFERENCES pair_members (match_id, user_id)",
    },
    "check_in_reminders": {
        "of_check_in": "(match_id, check_in_id) REFERENCES check_ins (match_id, id)",
        "of_pair": "(match_id, user_id) REFERENCES pair_members (match_id, user_id)",
    },
}

# Of the keys that the models name one by one, those that a pair of columns above holds as well would
# only be checked twice for each row.
COLUMNS = [
    # What is counted on a match changes often: with room on its page its indexes need not change.
    "ALTER TABLE matches SET (fillfactor = 85)",
    """ALTER TABLE check_in_reminders
        DROP CONSTRAINT check_in_reminders_match_id_fkey,
        DROP CONSTRAINT check_in_reminders_check_in_id_fkey,
        DROP CONSTRAINT check_in_reminders_user_id_fkey""",
    "ALTER TABLE due_reminders DROP CONSTRAINT due_reminders_user_id_fkey",
]

INDEXES = [
    "CREATE INDEX check_in_schedules_next ON check_in_schedules (next_date)",
    "CREATE INDEX matches_silent ON matches (silent_since) WHERE silent_since IS NOT NULL",
    "CREATE UNIQUE INDEX check_ins_open_once ON check_ins (match_id) WHERE status = 'OPEN'",
    "CREATE INDEX check_ins_open ON check_ins (date) WHERE status = 'OPEN'",
    "CREATE INDEX check_in_reminders_of_user ON check_in_reminders (user_id, id)",
    """CREATE INDEX check_in_reminders_unacknowledged ON check_in_reminders (user_id, id)
        WHERE acknowledged_at IS NULL""",
    "CREATE INDEX due_reminders_due ON due_reminders (at)",
]

STATES = [
    """CREATE TRIGGER check_ins_transition BEFORE UPDATE OF status ON check_ins FOR EACH ROW
        EXECUTE FUNCTION status_may_change('OPEN>COMPLETED', 'OPEN>MISSED')""",
]


def statements() -> list[str]:
    """Every rule as SQL."""
    rules = [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name} {kind} {opening}{rule}{closing}"
        for kind, opening, closing, tables in (
            ("CHECK", "(", ")", CHECKS),
            ("UNIQUE", "", "", KEYS),
            ("FOREIGN KEY", "", "", REFERENCES),
        )
        for table, named in tables.items()
        for name, rule in named.items()
    ]
    return [*SCHEDULES, *rules, *COLUMNS, *INDEXES, *STATES]


class Migration(migrations.Migration):
    dependencies = [("models", "0003_check_ins")]

    operations = [ops.RunSQL(statements())]
