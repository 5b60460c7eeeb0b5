"""One statement for each rule of the database that breaks this rule and, as it is tried, no other.

A small world is laid out first; every statement is tried on it and taken back. A migration that
adds a rule adds its line here, and a migration that adds a table rows to WORLD.
"""

# Long because every rule of the database stands here once, beside the world it holds for.

from uuid import UUID

ADA, MAYA, MINA, NINA, ZOE, YARA = (f"'{UUID(int=i)}'" for i in range(1, 7))
"""Ada runs the group and mentors Nina, Maya mentors Mina, Zoe and Yara wait."""


def _id(number: int) -> str:
    return f"'{UUID(int=number)}'"


GROUP, PROGRAM, OTHER_PROGRAM = _id(201), _id(301), _id(302)
ADAS, MAYAS, MINAS, NINAS, ZOES, YARAS = (_id(i) for i in range(501, 507))
"""Their enrollments."""
MAYA_AND_MINA, ADA_AND_NINA = _id(601), _id(602)
FIRST, SECOND, ELSEWHERE = _id(701), _id(702), _id(703)
"""Two messages of Maya's to Mina, the second in reply to the first, and one of Ada's to Nina."""
STEP, EDITED = _id(401), _id(801)
CHECK_IN = _id(911)
"""Maya's and Mina's first; Maya has answered, Mina is still to be reminded."""
CASE = _id(903)
"""Mina has reported Maya, and a message of hers; Zoe has blocked Nina."""

KEY = r"decode(repeat('00', 60), 'hex')"
HASH = r"decode(repeat('00', 32), 'hex')"

WORLD = f"""
INSERT INTO users (id, email, display_name, languages, time_zone, locale, age_known,
                   is_moderator, created_at)
    SELECT id::uuid, name || '@example.org', name, '{{en}}', 'UTC', 'EN', true, false, now()
    FROM (VALUES ({ADA}, 'ada'), ({MAYA}, 'maya'), ({MINA}, 'mina'), ({NINA}, 'nina'),
                 ({ZOE}, 'zoe'), ({YARA}, 'yara')) AS person(id, name);
INSERT INTO sessions (id, user_id, created_at, expires_at)
    VALUES ({_id(101)}, {ADA}, now(), now() + interval '1 day');
INSERT INTO identities (id, user_id, issuer, subject_hash, age_told, created_at)
    VALUES ({_id(103)}, {ADA}, 'https://id.example.org', {HASH}, true, now());
INSERT INTO identity_keys (id, data_key) VALUES ({_id(104)}, {KEY});
INSERT INTO refresh_tokens (id, session_id, token_hash, created_at)
    VALUES ({_id(102)}, {_id(101)}, {HASH}, now());
INSERT INTO groups (id, name, description, category, created_at)
    VALUES ({GROUP}, 'Parents', '', 'PARENTING', now());
INSERT INTO group_members (id, group_id, user_id, role, joined_at)
    VALUES ({_id(202)}, {GROUP}, {ADA}, 'ADMIN', now());
INSERT INTO programs (id, group_id, template_key, theme, title, description, status, topics,
                      duration_weeks, default_capacity, requires_consent, check_in_weekday,
                      questions, created_at)
    SELECT id::uuid, {GROUP}, 'skill-building', 'SKILL_BUILDING', 'Skills', '', 'OPEN', '{{}}',
           8, 1, false, 'MONDAY', '[]', now()
    FROM unnest(ARRAY[{PROGRAM}, {OTHER_PROGRAM}]) AS program(id);
INSERT INTO program_steps (id, program_id, position, week, title, prompt)
    VALUES ({STEP}, {PROGRAM}, 1, 1, 'Begin', 'Say hello.'),
           ({_id(402)}, {PROGRAM}, 2, 2, 'Go on', 'Say more.');
INSERT INTO enrollments (id, program_id, user_id, role, status, topics, languages, time_zone,
                         capacity, places_taken, pool_since, data_key, enrolled_at)
    SELECT id::uuid, {PROGRAM}, person::uuid, role, 'APPROVED', '{{}}', '{{en}}', 'UTC', 1, 0,
           CASE role WHEN 'MENTEE' THEN now() END, {KEY}, now()
    FROM (VALUES ({ADAS}, {ADA}, 'MENTOR'), ({MAYAS}, {MAYA}, 'MENTOR'),
                 ({MINAS}, {MINA}, 'MENTEE'), ({NINAS}, {NINA}, 'MENTEE'),
                 ({ZOES}, {ZOE}, 'MENTEE'), ({YARAS}, {YARA}, 'MENTEE')) AS e(id, person, role);
INSERT INTO matches (id, program_id, mentor_id, mentee_id, mentor_enrollment_id,
                     mentee_enrollment_id, mentor_role, mentee_role, status, version,
                     check_in_weekday, created_at, started_at, last_seq, last_number, data_key)
    SELECT id::uuid, {PROGRAM}, mentor::uuid, mentee::uuid, places::uuid, place::uuid, 'MENTOR',
           'MENTEE', 'ACTIVE', 1, 'MONDAY', now(), now(), 9, 2, {KEY}
    FROM (VALUES ({MAYA_AND_MINA}, {MAYA}, {MINA}, {MAYAS}, {MINAS}),
                 ({ADA_AND_NINA}, {ADA}, {NINA}, {ADAS}, {NINAS}))
        AS pair(id, mentor, mentee, places, place);
INSERT INTO pair_members (id, match_id, user_id, role, read_number)
    SELECT gen_random_uuid(), id, mentor_id, 'MENTOR', 0 FROM matches
    UNION ALL SELECT gen_random_uuid(), id, mentee_id, 'MENTEE', 0 FROM matches;
INSERT INTO messages (id, match_id, number, seq, sender_id, client_key, body, fingerprint,
                      reply_to_id, sent_at)
    VALUES ({FIRST}, {MAYA_AND_MINA}, 1, 1, {MAYA}, 'a', {KEY}, {HASH}, NULL, now()),
           ({SECOND}, {MAYA_AND_MINA}, 2, 3, {MAYA}, 'b', {KEY}, {HASH}, {FIRST}, now()),
           ({ELSEWHERE}, {ADA_AND_NINA}, 1, 1, {ADA}, 'a', {KEY}, {HASH}, NULL, now());
INSERT INTO message_changes (id, match_id, seq, kind, message_id, reader_id, up_to_number, at)
    VALUES ({EDITED}, {MAYA_AND_MINA}, 2, 'EDITED', {FIRST}, NULL, NULL, now()),
           ({_id(802)}, {MAYA_AND_MINA}, 4, 'READ', NULL, {MAYA}, 1, now());
INSERT INTO step_completions (id, match_id, step_id, completed_by_id, completed_at)
    VALUES ({_id(901)}, {MAYA_AND_MINA}, {STEP}, {MAYA}, now());
INSERT INTO check_ins (id, match_id, week, date, status)
    VALUES ({CHECK_IN}, {MAYA_AND_MINA}, 1, now()::date, 'OPEN'),
           ({_id(912)}, {ADA_AND_NINA}, 1, now()::date, 'OPEN');
INSERT INTO check_in_answers (id, check_in_id, match_id, user_id, content, answered_at)
    VALUES ({_id(913)}, {CHECK_IN}, {MAYA_AND_MINA}, {MAYA}, {KEY}, now());
INSERT INTO check_in_reminders (id, match_id, check_in_id, user_id, kind, reminded_at)
    VALUES ({_id(914)}, {MAYA_AND_MINA}, {CHECK_IN}, {MAYA}, 'OPENED', now());
INSERT INTO due_reminders (id, check_in_id, user_id, kind, at, last_call_at)
    VALUES ({_id(915)}, {CHECK_IN}, {MINA}, 'OPENED', now(), now());
INSERT INTO audit_entries (id, at, actor_id, group_id, program_id, action, details)
    VALUES ({_id(902)}, now(), {ADA}, {GROUP}, {PROGRAM}, 'program.created', '{{}}');
INSERT INTO blocks (id, blocker_id, blocked_id, created_at)
    VALUES ({_id(904)}, {ZOE}, {NINA}, now());
INSERT INTO reports (id, reporter_id, reported_id, match_id, program_id, reason, status, data_key,
                     details, created_at, resolved_at)
    VALUES ({CASE}, {MINA}, {MAYA}, {MAYA_AND_MINA}, NULL, 'SPAM', 'ACTED', {KEY}, {KEY}, now(),
            now()),
           ({_id(909)}, {MINA}, NULL, NULL, {PROGRAM}, 'OTHER', 'OPEN', {KEY}, {KEY}, now(), NULL);
INSERT INTO report_parties (id, report_id, user_id) VALUES ({_id(905)}, {CASE}, {MAYA});
INSERT INTO report_evidence (id, report_id, message_id, match_id, sender_id, sent_at, body, tag)
    VALUES ({_id(906)}, {CASE}, {FIRST}, {MAYA_AND_MINA}, {MAYA}, now(), {KEY}, {HASH});
INSERT INTO report_resolutions (id, report_id, moderator_id, action, note, at)
    VALUES ({_id(907)}, {CASE}, {YARA}, 'WARN', {KEY}, now());
INSERT INTO notices (id, user_id, action, reason, at)
    VALUES ({_id(908)}, {MAYA}, 'WARN', 'SPAM', now());
"""


def again(table: str, where: str = "true", **changed: str) -> str:
    """A second row like one of the table's, but for its id and what is `changed`, said in SQL."""
    texts = "".join(f", '{column}', {value}" for column, value in changed.items())
    return f"""
        INSERT INTO {table} SELECT (jsonb_populate_record(
            one, jsonb_build_object('id', gen_random_uuid(){texts}))).*
        FROM (SELECT one FROM {table} AS one WHERE {where} LIMIT 1) AS found"""


def _match(changes: str) -> str:
    return f"UPDATE matches SET {changes} WHERE id = {MAYA_AND_MINA}"


def _report(changes: str) -> str:
    """With the triggers silent, that keep a case as it was written."""
    return f"""ALTER TABLE reports DISABLE TRIGGER USER;
        UPDATE reports SET {changes} WHERE id = {CASE}"""


def _enrollment(changes: str, id: str = ZOES) -> str:
    return f"UPDATE enrollments SET {changes} WHERE id = {id}"


ZOE_ERASED = f"""UPDATE users SET email = NULL, password_hash = NULL, display_name = '',
    deleted_at = now() WHERE id = {ZOE};"""
WHOEVER = "ALTER TABLE matches DISABLE TRIGGER matches_same_two;"
VIOLATIONS = {
    "users_email_shape": "UPDATE users SET email = 'nobody'",
    "users_name_length": "UPDATE users SET display_name = repeat('x', 81)",
    "users_bio_length": "UPDATE users SET bio = repeat('x', 2001)",
    "users_locale_known": "UPDATE users SET locale = 'DE'",
    "users_age_of_known": "UPDATE users SET adult_from = now(), age_known = false",
    "users_erased_is_empty": "UPDATE users SET deleted_at = now()",
    "users_named": "UPDATE users SET display_name = ''",
    "users_email_once": f"UPDATE users SET email = 'MAYA@example.org' WHERE id = {ADA}",
    "sessions_lasts": "UPDATE sessions SET expires_at = created_at",
    "sessions_network": r"UPDATE sessions SET network_hash = '\x00'",
    "sessions_user_present": ZOE_ERASED + again("sessions", user_id=ZOE),
    "refresh_tokens_hash_length": r"UPDATE refresh_tokens SET token_hash = '\x00'",
    "refresh_tokens_hash": again("refresh_tokens"),
    "groups_name_length": "UPDATE groups SET name = ''",
    "groups_description_length": "UPDATE groups SET description = repeat('x', 5001)",
    "groups_category_known": "UPDATE groups SET category = 'SPORTS'",
    "group_members_role_known": "UPDATE group_members SET role = 'OWNER'",
    "group_members_once": again("group_members"),
    "group_members_user_present": ZOE_ERASED + again("group_members", user_id=ZOE),
    "programs_theme_known": "UPDATE programs SET theme = 'LUCK'",
    "programs_status_known": "ALTER TABLE programs DISABLE TRIGGER programs_transition;"
    "UPDATE programs SET status = 'LOST'",
    "programs_transition": "UPDATE programs SET status = 'DRAFT'",
    "programs_title_length": "UPDATE programs SET title = repeat('x', 121)",
    "programs_description_length": "UPDATE programs SET description = repeat('x', 5001)",
    "programs_duration": "UPDATE programs SET duration_weeks = 53",
    "programs_capacity": "UPDATE programs SET default_capacity = 0",
    "programs_weekday_known": "UPDATE programs SET check_in_weekday = 'PAYDAY'",
    "programs_questions_list": "UPDATE programs SET questions = '{}'",
    "programs_topics_count": "UPDATE programs SET topics = array_fill('x'::text, ARRAY[51])",
    "program_steps_position": f"UPDATE program_steps SET position = 0 WHERE id = {STEP}",
    "program_steps_week": "UPDATE program_steps SET week = 53",
    "program_steps_title_length": "UPDATE program_steps SET title = ''",
    "program_steps_prompt_length": "UPDATE program_steps SET prompt = ''",
    "program_steps_position_once": "UPDATE program_steps SET position = 1",
    "enrollments_role_known": _enrollment("role = 'GUEST', pool_since = NULL"),
    "enrollments_status_known": "ALTER TABLE enrollments DISABLE TRIGGER enrollments_transition;"
    + _enrollment("status = 'LOST', pool_since = NULL"),
    "enrollments_transition": _enrollment("status = 'DECLINED', pool_since = NULL"),
    "enrollments_capacity": _enrollment("capacity = 101", MAYAS),
    "enrollments_mentee_capacity": _enrollment("capacity = 2"),
    "enrollments_places_counted": _enrollment("places_taken = -1"),
    "enrollments_mentee_places": "ALTER TABLE enrollments DISABLE TRIGGER ALL;"
    + _enrollment("places_taken = 2"),
    "enrollments_open_place": _enrollment("places_taken = 2", MAYAS),
    "enrollments_mentor_never_waits": _enrollment("role = 'MENTOR'"),
    "enrollments_waits_when_approved": _enrollment("pool_since = NULL"),
    "enrollments_places_of_approved": _enrollment("status = 'WITHDRAWN'", MAYAS),
    "enrollments_topics_count": _enrollment("topics = array_fill('x'::text, ARRAY[51])"),
    "enrollments_data_key_length": _enrollment(r"data_key = '\x00'"),
    "enrollments_user_present": ZOE_ERASED + again("enrollments", user_id=ZOE),
    "enrollments_once": again("enrollments", f"one.id = {ZOES}"),
    "matches_two_people": WHOEVER + _match("mentee_id = mentor_id"),
    "matches_mentor_role_fixed": _match("mentor_role = 'MENTEE'"),
    "matches_mentee_role_fixed": _match("mentee_role = 'MENTOR'"),
    "matches_status_known": "ALTER TABLE matches DISABLE TRIGGER matches_transition;"
    + _match("status = 'LOST', ended_at = now()"),
    "matches_transition": _match("status = 'PROPOSED', started_at = NULL"),
    "matches_cause_known": _match("status = 'ENDED', ended_at = now(), end_cause = 'BOREDOM'"),
    "matches_weekday_known": _match("check_in_weekday = 'PAYDAY'"),
    "matches_ended_has_end": _match("ended_at = now()"),
    "matches_started_has_start": _match("started_at = NULL"),
    "matches_ended_has_cause": _match("end_cause = 'BY_ADMIN'"),
    "matches_counters": _match("last_number = last_seq + 1"),
    "matches_data_key_length": _match(r"data_key = '\x00'"),
    "matches_mentee_once": again("matches"),
    "matches_same_two": _match(f"mentee_id = {ZOE}, mentee_enrollment_id = {ZOES}"),
    "matches_mentor_enrolled": WHOEVER + _match(f"mentor_id = {ADA}"),
    "matches_mentee_enrolled": WHOEVER + _match(f"mentee_id = {ADA}"),
    "pair_members_role_known": "UPDATE pair_members SET role = 'GUEST'",
    "pair_members_read_number": "UPDATE pair_members SET read_number = -1",
    "pair_members_person_once": f"DELETE FROM pair_members WHERE user_id = {MINA};"
    + again("pair_members", f"user_id = {MAYA}", role="'MENTEE'"),
    "pair_members_role_once": again("pair_members", user_id=ZOE),
    "messages_numbered": "UPDATE messages SET number = 0",
    "messages_client_key_length": "UPDATE messages SET client_key = ''",
    "messages_deleted_is_gone": "UPDATE messages SET deleted_at = now()",
    "messages_sealed": r"UPDATE messages SET body = '\x00'",
    "messages_number_once": again("messages", seq="9", client_key="'c'"),
    "messages_seq_once": again("messages", f"one.id = {SECOND}", number="3", client_key="'c'"),
    "messages_client_key_once": again("messages", number="3", seq="9"),
    "messages_sender_of_pair": f"UPDATE messages SET sender_id = {ZOE}",
    "messages_reply_in_pair": f"UPDATE messages SET reply_to_id = {ELSEWHERE} WHERE id = {SECOND}",
    "message_changes_numbered": "UPDATE message_changes SET seq = 0",
    "message_changes_shape": "UPDATE message_changes SET kind = 'ADDED'",
    "message_changes_seq_once": again("message_changes"),
    "message_changes_reader_of_pair": f"""UPDATE message_changes SET reader_id = {ZOE}
        WHERE kind = 'READ'""",
    "message_changes_message_in_pair": f"""UPDATE message_changes SET message_id = {ELSEWHERE}
        WHERE id = {EDITED}""",
    "step_completions_once": again("step_completions"),
    "step_completions_by_pair": f"UPDATE step_completions SET completed_by_id = {ZOE}",
    "audit_entries_action_named": "UPDATE audit_entries SET action = ''",
    "users_check_in_minute": "UPDATE users SET check_in_minute = 1440",
    "matches_check_ins_counted": _match("check_ins_missed = -1"),
    "matches_silent_is_paused": _match("silent_since = now()"),
    "matches_missed_counted": _match("missed_in_a_row = -1"),
    "pair_members_missed_counted": "UPDATE pair_members SET missed_in_a_row = -1",
    "check_ins_status_known": "ALTER TABLE check_ins DISABLE TRIGGER check_ins_transition;"
    "UPDATE check_ins SET status = 'LOST'",
    "check_ins_transition": "UPDATE check_ins SET status = 'MISSED';"
    "UPDATE check_ins SET status = 'OPEN'",
    "check_ins_week": "UPDATE check_ins SET week = 0",
    "check_ins_week_once": again("check_ins", status="'MISSED'"),
    "check_ins_open_once": again("check_ins", week="2"),
    "check_in_schedules_week": "UPDATE check_in_schedules SET next_week = 0",
    "check_in_schedules_of_match": f"""UPDATE check_in_schedules SET match_id = {ZOE}
        WHERE match_id = {ADA_AND_NINA}""",
    "check_in_answers_sealed": r"UPDATE check_in_answers SET content = '\x00'",
    "check_in_answers_once": again("check_in_answers"),
    "check_in_answers_of_check_in": f"UPDATE check_in_answers SET check_in_id = {_id(912)}",
    "check_in_answers_by_pair": f"UPDATE check_in_answers SET user_id = {ZOE}",
    "check_in_reminders_kind_known": "UPDATE check_in_reminders SET kind = 'SHOUT'",
    "check_in_reminders_once": again("check_in_reminders"),
    "check_in_reminders_of_check_in": f"UPDATE check_in_reminders SET check_in_id = {_id(912)}",
    "check_in_reminders_of_pair": f"UPDATE check_in_reminders SET user_id = {ZOE}",
    "due_reminders_kind_known": "UPDATE due_reminders SET kind = 'SHOUT', last_call_at = NULL",
    "due_reminders_last_call_follows": "UPDATE due_reminders SET last_call_at = NULL",
    "due_reminders_once": again("due_reminders"),
    "blocks_two_people": "UPDATE blocks SET blocked_id = blocker_id",
    "blocks_once": again("blocks"),
    "blocks_without_match": again("blocks", blocker_id=ADA),
    "matches_not_blocked": f"UPDATE enrollments SET capacity = 2 WHERE id = {MAYAS};"
    + again("blocks", blocked_id=MAYA)
    + ";"
    + again("matches", f"one.id = {MAYA_AND_MINA}", mentee_id=ZOE, mentee_enrollment_id=ZOES),
    "matches_frozen_from": _match("frozen_from = 'ACTIVE'"),
    "reports_reason_known": _report("reason = 'TASTE'"),
    "reports_status_known": _report("status = 'LOST'"),
    "reports_somebody_else": _report("reported_id = reporter_id"),
    "reports_subject": _report("reported_id = NULL"),
    "reports_message_of_match": _report("is_of_message = true, match_id = NULL"),
    "reports_resolved_when": _report("resolved_at = NULL"),
    "reports_sealed": _report(r"details = '\x00'"),
    "reports_data_key_length": _report(r"data_key = '\x00'"),
    "reports_fixed": f"UPDATE reports SET details = {HASH}",
    "reports_transition": "UPDATE reports SET status = 'OPEN', resolved_at = NULL",
    "report_parties_once": again("report_parties"),
    "report_evidence_sealed": "ALTER TABLE report_evidence DISABLE TRIGGER USER;"
    r"UPDATE report_evidence SET body = '\x00'",
    "report_evidence_tag_length": "ALTER TABLE report_evidence DISABLE TRIGGER USER;"
    r"UPDATE report_evidence SET tag = '\x00'",
    "report_evidence_once": again("report_evidence"),
    "report_evidence_fixed": "UPDATE report_evidence SET sent_at = now() - interval '1 day'",
    "report_resolutions_action_known": "UPDATE report_resolutions SET action = 'SCOLD'",
    "report_resolutions_sealed": r"UPDATE report_resolutions SET note = '\x00'",
    "identities_hash": r"UPDATE identities SET subject_hash = '\x00'",
    "identity_keys_data_key_length": r"UPDATE identity_keys SET data_key = '\x00'",
    "identities_subject_once": again("identities"),
    "notices_action_known": "UPDATE notices SET action = 'DISMISS'",
    "notices_reason_known": "UPDATE notices SET reason = 'TASTE'",
}
