"""The rules of safety that hold whatever code runs: no live match of a blocked pair, evidence that
never changes, cases that are never reopened, what a frozen match was before.

Named `<table>_<rule>`, so that a refusal can tell which rule a statement broke.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

LIVE = "('PROPOSED', 'ACTIVE', 'PAUSED', 'FROZEN')"
ACTIONS = """('DISMISS', 'WARN', 'REMOVE_MESSAGES', 'FREEZE_MATCH', 'UNFREEZE_MATCH', 'END_MATCH',
    'SUSPEND_USER', 'MARK_UNDERAGE')"""
REASONS = """('HARASSMENT', 'HATE_SPEECH', 'SEXUAL_CONTENT', 'SELF_HARM', 'SCAM', 'UNDERAGE', 'SPAM',
    'OTHER')"""

CHECKS = {
    "blocks": {"two_people": "blocker_id <> blocked_id"},
    "matches": {
        "frozen_from": """CASE WHEN status = 'FROZEN'
            THEN coalesce(frozen_from IN ('ACTIVE', 'PAUSED'), false)
            ELSE frozen_from IS NULL END""",
    },
    "reports": {
        "reason_known": f"reason IN {REASONS}",
        "status_known": "status IN ('OPEN', 'DISMISSED', 'ACTED')",
        "somebody_else": "reporter_id <> reported_id",
        "subject": """CASE WHEN program_id IS NULL THEN reported_id IS NOT NULL
            ELSE reported_id IS NULL AND match_id IS NULL END""",
        "resolved_when": "(status = 'OPEN') = (resolved_at IS NULL)",
        "sealed": "octet_length(details) > 28",
        "data_key_length": "octet_length(data_key) >= 60",
    },
    "report_evidence": {
        "sealed": "octet_length(body) > 28",
        "tag_length": "octet_length(tag) = 32",
    },
    "report_resolutions": {
        "action_known": f"action IN {ACTIONS}",
        "sealed": "octet_length(note) > 28",
    },
    "notices": {
        "action_known": f"action IN {ACTIONS} AND action <> 'DISMISS'",
        "reason_known": f"reason IN {REASONS}",
    },
}

KEYS = {
    "blocks": {"once": "(blocker_id, blocked_id)"},
    "report_parties": {"once": "(report_id, user_id)"},
    "report_evidence": {"once": "(report_id, message_id)"},
}

INDEXES = [
    "CREATE INDEX blocks_of_blocked ON blocks (blocked_id, blocker_id)",
    "CREATE INDEX reports_of_reporter ON reports (reporter_id, id)",
    "CREATE INDEX reports_of_reported ON reports (reported_id)",
    "CREATE INDEX reports_of_match ON reports (match_id)",
    "CREATE INDEX reports_of_status ON reports (status, id)",
    "CREATE INDEX report_parties_of_user ON report_parties (user_id)",
    "CREATE INDEX report_resolutions_of_report ON report_resolutions (report_id, id)",
    "CREATE INDEX notices_of_user ON notices (user_id, id)",
]

# Who pairs and who blocks the same two meet at the two's rows of `users`: FOR SHARE lets any number
# of pairings pass each other, and none pass a block. The one that comes second sees the first.
BLOCKS = [
    f"""
    CREATE FUNCTION match_is_not_blocked() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM users WHERE id IN (SELECT mentor_id FROM made UNION
                                        SELECT mentee_id FROM made) ORDER BY id FOR SHARE;
        IF EXISTS (SELECT FROM made m JOIN blocks b
                   ON (b.blocker_id, b.blocked_id) IN ((m.mentor_id, m.mentee_id),
                                                       (m.mentee_id, m.mentor_id))
                   WHERE m.status IN {LIVE}) THEN
            RAISE EXCEPTION 'one of the two has blocked the other'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'matches_not_blocked';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER matches_not_blocked AFTER INSERT ON matches
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION match_is_not_blocked()
    """,
    f"""
    CREATE FUNCTION block_leaves_no_match() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM users WHERE id IN (NEW.blocker_id, NEW.blocked_id)
            ORDER BY id FOR NO KEY UPDATE;
        IF EXISTS (SELECT FROM matches WHERE status IN {LIVE}
                   AND (mentor_id, mentee_id) IN ((NEW.blocker_id, NEW.blocked_id),
                                                  (NEW.blocked_id, NEW.blocker_id))) THEN
            RAISE EXCEPTION 'the two are paired'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'blocks_without_match';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER blocks_without_match AFTER INSERT OR UPDATE ON blocks
    FOR EACH ROW EXECUTE FUNCTION block_leaves_no_match()
    """,
]

FIXED = [
    """
    CREATE FUNCTION may_not_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'this is kept as it was written'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END $$
    """,
    """
    CREATE TRIGGER report_evidence_fixed BEFORE UPDATE ON report_evidence
    FOR EACH ROW EXECUTE FUNCTION may_not_change()
    """,
    # The data key may be: it is wrapped anew when the master key changes.
    """
    CREATE TRIGGER reports_fixed BEFORE UPDATE OF id, reporter_id, reported_id, match_id, program_id,
        reason, details, created_at ON reports FOR EACH ROW EXECUTE FUNCTION may_not_change()
    """,
    """
    CREATE FUNCTION match_remembers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.status <> OLD.status THEN
            NEW.frozen_from := CASE WHEN NEW.status = 'FROZEN' THEN OLD.status END;
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER matches_remember BEFORE UPDATE OF status ON matches
    FOR EACH ROW EXECUTE FUNCTION match_remembers()
    """,
    """
    CREATE TRIGGER reports_transition BEFORE UPDATE OF status ON reports
    FOR EACH ROW EXECUTE FUNCTION status_may_change('OPEN>DISMISSED', 'OPEN>ACTED')
    """,
]


def statements() -> list[str]:
    """Every rule as SQL."""
    checks = [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name} CHECK ({rule})"
        for table, named in CHECKS.items()
        for name, rule in named.items()
    ]
    keys = [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name} UNIQUE {rule}"
        for table, named in KEYS.items()
        for name, rule in named.items()
    ]
    return [*checks, *keys, *INDEXES, *BLOCKS, *FIXED]


class Migration(migrations.Migration):
    dependencies = [("models", "0005_safety")]

    operations = [ops.RunSQL(statements())]
