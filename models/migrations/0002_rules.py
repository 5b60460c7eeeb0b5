"""The rules that hold whatever code runs: checks, keys, places, allowed transitions, indexes.

Named `<table>_<rule>`, so that a refusal can tell which rule a statement broke.
"""

# Long because the rules of every table stand in one place, to be read together.

from tortoise import migrations
from tortoise.migrations import operations as ops

LIVE = "('PROPOSED', 'ACTIVE', 'PAUSED', 'FROZEN')"

CHECKS = {
    "users": {
        "email_shape": "email IS NULL OR (email LIKE '%_@_%' AND char_length(email) <= 254)",
        "name_length": "char_length(display_name) <= 80",
        "bio_length": "char_length(bio) <= 2000",
        "locale_known": "locale IN ('EN', 'FR')",
        "age_of_known": "adult_from IS NULL OR age_known",
        "erased_is_empty": """deleted_at IS NULL OR (email IS NULL AND password_hash IS NULL
            AND bio IS NULL AND display_name = '' AND adult_from IS NULL AND NOT is_moderator)""",
        "named": "deleted_at IS NOT NULL OR display_name <> ''",
    },
    "sessions": {"lasts": "expires_at > created_at"},
    "refresh_tokens": {"hash_length": "octet_length(token_hash) = 32"},
    "groups": {
        "name_length": "char_length(name) BETWEEN 1 AND 120",
        "description_length": "char_length(description) <= 5000",
        "category_known": """category IN ('PARENTING', 'PROFESSIONAL', 'PERSONAL_DEVELOPMENT',
            'HOBBY', 'LOCAL', 'OTHER')""",
    },
    "group_members": {"role_known": "role IN ('MEMBER', 'ADMIN')"},
    "programs": {
        "theme_known": """theme IN ('CAREER_ADVANCEMENT', 'SKILL_BUILDING',
            'ENCOURAGEMENT_AND_SUPPORT')""",
        "status_known": "status IN ('DRAFT', 'OPEN', 'CLOSED', 'ARCHIVED')",
        "title_length": "char_length(title) BETWEEN 1 AND 120",
        "description_length": "char_length(description) <= 5000",
        "duration": "duration_weeks BETWEEN 1 AND 52",
        "capacity": "default_capacity BETWEEN 1 AND 100",
        "weekday_known": """check_in_weekday IN ('MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY',
            'FRIDAY', 'SATURDAY', 'SUNDAY')""",
        "questions_list": "jsonb_typeof(questions) = 'array'",
        "topics_count": "cardinality(topics) <= 50",
    },
    "program_steps": {
        "position": "position >= 1",
        "week": "week BETWEEN 1 AND 52",
        "title_length": "char_length(title) BETWEEN 1 AND 120",
        "prompt_length": "char_length(prompt) BETWEEN 1 AND 5000",
    },
    "enrollments": {
        "role_known": "role IN ('MENTOR', 'MENTEE')",
        "status_known": "status IN ('PENDING', 'APPROVED', 'DECLINED', 'WITHDRAWN')",
        "capacity": "capacity BETWEEN 1 AND 100",
        "mentee_capacity": "role <> 'MENTEE' OR capacity = 1",
        "places_counted": "places_taken >= 0",
        "mentee_places": "role <> 'MENTEE' OR places_taken <= 1",
        "mentor_never_waits": "role = 'MENTEE' OR pool_since IS NULL",
        "waits_when_approved": "(pool_since IS NOT NULL) = (role = 'MENTEE' AND status = 'APPROVED')",
        "places_of_approved": "places_taken = 0 OR status = 'APPROVED'",
        "topics_count": "cardinality(topics) <= 50",
        "data_key_length": "octet_length(data_key) >= 60",
    },
    "matches": {
        "two_people": "mentor_id <> mentee_id",
        "mentor_role_fixed": "mentor_role = 'MENTOR'",
        "mentee_role_fixed": "mentee_role = 'MENTEE'",
        "status_known": """status IN ('PROPOSED', 'ACTIVE', 'PAUSED', 'FROZEN', 'COMPLETED',
            'ENDED', 'DECLINED', 'EXPIRED')""",
        "cause_known": """end_cause IN ('BY_ADMIN', 'BY_MEMBER', 'INACTIVE', 'PROGRAM_ARCHIVED',
            'LEFT_GROUP')""",
        "weekday_known": """check_in_weekday IN ('MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY',
            'FRIDAY', 'SATURDAY', 'SUNDAY')""",
        "ended_has_end": f"(status IN {LIVE}) = (ended_at IS NULL)",
        "started_has_start": """CASE WHEN status IN ('PROPOSED', 'DECLINED', 'EXPIRED')
            THEN started_at IS NULL
            ELSE started_at IS NOT NULL OR status = 'ENDED' END""",
        "ended_has_cause": "(status = 'ENDED') = (end_cause IS NOT NULL)",
        "counters": "last_number >= 0 AND last_seq >= last_number AND version >= 1",
        "data_key_length": "octet_length(data_key) >= 60",
    },
    "pair_members": {
        "role_known": "role IN ('MENTOR', 'MENTEE')",
        "read_number": "read_number >= 0",
    },
    "messages": {
        "numbered": "number >= 1 AND seq >= number",
        "client_key_length": "char_length(client_key) BETWEEN 1 AND 200",
        "deleted_is_gone": "(deleted_at IS NULL) = (body IS NOT NULL AND fingerprint IS NOT NULL)",
        "sealed": "body IS NULL OR octet_length(body) > 28",
    },
    "message_changes": {
        "numbered": "seq >= 1",
        "shape": """CASE kind
            WHEN 'READ' THEN reader_id IS NOT NULL AND up_to_number >= 1 AND message_id IS NULL
            WHEN 'EDITED' THEN message_id IS NOT NULL AND reader_id IS NULL
            WHEN 'DELETED' THEN message_id IS NOT NULL AND reader_id IS NULL
            ELSE false END""",
    },
    "audit_entries": {"action_named": "char_length(action) BETWEEN 1 AND 60"},
}

KEYS = {
    "group_members": {"once": "(group_id, user_id)"},
    "refresh_tokens": {"hash": "(token_hash)"},
    "enrollments": {
        "once": "(program_id, user_id, role)",
        "identity": "(id, program_id, user_id, role)",
    },
    "program_steps": {"position_once": "(program_id, position) DEFERRABLE INITIALLY DEFERRED"},
    "pair_members": {"person_once": "(match_id, user_id)", "role_once": "(match_id, role)"},
    "messages": {
        "number_once": "(match_id, number)",
        "seq_once": "(match_id, seq)",
        "client_key_once": "(match_id, sender_id, client_key)",
        "identity": "(match_id, id)",
    },
    "message_changes": {"seq_once": "(match_id, seq)"},
    "step_completions": {"once": "(match_id, step_id)"},
}

REFERENCES = {
    "matches": {
        "mentor_enrolled": """(mentor_enrollment_id, program_id, mentor_id, mentor_role)
            REFERENCES enrollments (id, program_id, user_id, role)""",
        "mentee_enrolled": """(mentee_enrollment_id, program_id, mentee_id, mentee_role)
            REFERENCES enrollments (id, program_id, user_id, role)""",
    },
    "messages": {
        "sender_of_pair": "(match_id, sender_id) REFERENCES pair_members (match_id, user_id)",
        "reply_in_pair": "(match_id, reply_to_id) REFERENCES messages (match_id, id)",
    },
    "message_changes": {
        "reader_of_pair": "(match_id, reader_id) REFERENCES pair_members (match_id, user_id)",
        "message_in_pair": "(match_id, message_id) REFERENCES messages (match_id, id)",
    },
    "step_completions": {
        "by_pair": "(match_id, completed_by_id) REFERENCES pair_members (match_id, user_id)",
    },
}

INDEXES = [
    "CREATE UNIQUE INDEX users_email_once ON users (lower(email)) WHERE email IS NOT NULL",
    f"""CREATE UNIQUE INDEX matches_mentee_once ON matches (mentee_enrollment_id)
        WHERE status IN {LIVE}""",
    "CREATE INDEX sessions_of_user ON sessions (user_id)",
    "CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id)",
    "CREATE INDEX group_members_of_user ON group_members (user_id, group_id)",
    "CREATE INDEX programs_of_group ON programs (group_id, id)",
    "CREATE INDEX enrollments_of_user ON enrollments (user_id)",
    "CREATE INDEX matches_of_program ON matches (program_id, id)",
    "CREATE INDEX matches_of_mentor ON matches (mentor_id, id)",
    "CREATE INDEX matches_of_mentee ON matches (mentee_id, id)",
    "CREATE INDEX matches_of_mentor_enrollment ON matches (mentor_enrollment_id)",
    "CREATE INDEX matches_of_mentee_enrollment ON matches (mentee_enrollment_id)",
    "CREATE INDEX matches_proposed ON matches (created_at) WHERE status = 'PROPOSED'",
    "CREATE INDEX pair_members_of_user ON pair_members (user_id)",
    "CREATE INDEX step_completions_of_step ON step_completions (step_id)",
    "CREATE INDEX audit_entries_of_program ON audit_entries (program_id, id)",
    "CREATE INDEX audit_entries_of_group ON audit_entries (group_id, id)",
]

# Row triggers look at no other row than the one they lock, so that no race gets past them.
PLACES = [
    f"""
    CREATE FUNCTION match_holds_place() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        pair matches := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        held int := CASE WHEN TG_OP = 'INSERT' OR OLD.status NOT IN {LIVE} THEN 0 ELSE 1 END;
        holds int := CASE WHEN TG_OP = 'DELETE' OR NEW.status NOT IN {LIVE} THEN 0 ELSE 1 END;
    BEGIN
        IF holds <> held THEN
            UPDATE enrollments SET places_taken = places_taken + holds - held
            WHERE id IN (pair.mentor_enrollment_id, pair.mentee_enrollment_id);
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER matches_hold_places AFTER INSERT OR DELETE OR UPDATE OF status ON matches
    FOR EACH ROW EXECUTE FUNCTION match_holds_place()
    """,
    """
    CREATE FUNCTION match_keeps_its_two() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.id, NEW.program_id, NEW.mentor_id, NEW.mentee_id,
            NEW.mentor_enrollment_id, NEW.mentee_enrollment_id)
           <> (OLD.id, OLD.program_id, OLD.mentor_id, OLD.mentee_id,
               OLD.mentor_enrollment_id, OLD.mentee_enrollment_id) THEN
            RAISE EXCEPTION 'a match is of the same two for good'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'matches_same_two';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER matches_same_two BEFORE UPDATE OF id, program_id, mentor_id, mentee_id,
        mentor_enrollment_id, mentee_enrollment_id ON matches
    FOR EACH ROW EXECUTE FUNCTION match_keeps_its_two()
    """,
    """
    CREATE FUNCTION enrollment_has_place() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.places_taken > OLD.places_taken AND NEW.places_taken > NEW.capacity THEN
            RAISE EXCEPTION 'no open place'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'enrollments_open_place';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER enrollments_have_places BEFORE UPDATE OF places_taken ON enrollments
    FOR EACH ROW EXECUTE FUNCTION enrollment_has_place()
    """,
]

TRANSITIONS = {
    "programs": "DRAFT>OPEN OPEN>CLOSED CLOSED>OPEN CLOSED>ARCHIVED",
    "enrollments": """PENDING>APPROVED PENDING>DECLINED PENDING>WITHDRAWN APPROVED>WITHDRAWN
        WITHDRAWN>PENDING""",
    "matches": """PROPOSED>ACTIVE PROPOSED>DECLINED PROPOSED>EXPIRED PROPOSED>ENDED ACTIVE>PAUSED
        PAUSED>ACTIVE ACTIVE>COMPLETED PAUSED>COMPLETED ACTIVE>ENDED PAUSED>ENDED ACTIVE>FROZEN
        PAUSED>FROZEN FROZEN>ACTIVE FROZEN>PAUSED FROZEN>ENDED""",
}

STATES = [
    """
    CREATE FUNCTION status_may_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.status <> OLD.status
           AND NOT (OLD.status || '>' || NEW.status) = ANY (TG_ARGV) THEN
            RAISE EXCEPTION 'no transition from % to %', OLD.status, NEW.status
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_transition';
        END IF;
        RETURN NEW;
    END $$
    """,
    *(
        f"""CREATE TRIGGER {table}_transition BEFORE UPDATE OF status ON {table} FOR EACH ROW
            EXECUTE FUNCTION status_may_change({", ".join(f"'{t}'" for t in allowed.split())})"""
        for table, allowed in TRANSITIONS.items()
    ),
]


def statements() -> list[str]:
    """Every rule as SQL, tables in a fixed order."""
    added = [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name} {kind} {rule}"
        for kind, rules in (("CHECK", _bracketed(CHECKS)), ("UNIQUE", KEYS))
        for table, named in rules.items()
        for name, rule in named.items()
    ]
    references = [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name} FOREIGN KEY {rule}"
        for table, named in REFERENCES.items()
        for name, rule in named.items()
    ]
    return [*added, *references, *INDEXES, *PLACES, *STATES]


def _bracketed(checks: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {t: {name: f"({rule})" for name, rule in named.items()} for t, named in checks.items()}


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    operations = [ops.RunSQL(statements())]
