"""What the rights of people over their data need: nobody erased takes part in anything again, and
what is theirs, or has been kept for long enough, is found without reading whole tables."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# Who joins while their account is erased waits for its row, and is refused.
PRESENCE = [
    """
    CREATE FUNCTION user_is_present() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        gone timestamptz;
    BEGIN
        SELECT deleted_at INTO gone FROM users WHERE id = NEW.user_id FOR KEY SHARE;
        IF gone IS NOT NULL THEN
            RAISE EXCEPTION 'this account is erased'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_user_present';
        END IF;
        RETURN NEW;
    END $$
    """,
    *(
        f"""CREATE TRIGGER {table}_user_present BEFORE INSERT ON {table} FOR EACH ROW
            EXECUTE FUNCTION user_is_present()"""
        for table in ("sessions", "group_members", "enrollments")
    ),
]

INDEXES = [
    *(
        f"CREATE INDEX {table}_of_master_key ON {table} (substring(data_key FROM 1 FOR 4), id)"
        for table in ("matches", "enrollments", "reports")
    ),
    """CREATE INDEX matches_to_forget ON matches (ended_at)
       WHERE ended_at IS NOT NULL AND forgotten_at IS NULL""",
    """CREATE INDEX enrollments_to_forget ON enrollments (enrolled_at)
       WHERE status IN ('DECLINED', 'WITHDRAWN') AND (goal IS NOT NULL OR answers IS NOT NULL)""",
    "CREATE INDEX audit_entries_of_actor ON audit_entries (actor_id, id)",
    "CREATE INDEX audit_entries_of_subject ON audit_entries (subject, id)",
    "CREATE INDEX audit_entries_by_time ON audit_entries USING brin (at)",
]


class Migration(migrations.Migration):
    dependencies = [("models", "0005_safety_rules")]

    operations = [
        ops.AddField("Match", "forgotten_at", fields.DatetimeField(null=True)),
        ops.RunSQL([*PRESENCE, *INDEXES]),
    ]
