"""What the floor asks of the database: the same rows as the product, in the fewest statements."""

MATCHES = """
SELECT m.id, m.status, m.data_key, partner.id, partner.display_name, p.id, p.title,
       (SELECT count(*) FROM messages x WHERE x.match_id = m.id AND x.number > mine.read_number
            AND x.sender_id <> $1 AND x.deleted_at IS NULL)
FROM matches m
JOIN users partner
    ON partner.id = CASE WHEN m.mentor_id = $1 THEN m.mentee_id ELSE m.mentor_id END
JOIN pair_members mine ON mine.match_id = m.id AND mine.user_id = $1
JOIN programs p ON p.id = m.program_id AND (p.status <> 'DRAFT' OR EXISTS (
    SELECT FROM group_members a
    WHERE a.group_id = p.group_id AND a.user_id = $1 AND a.role = 'ADMIN'))
WHERE m.mentor_id = $1 OR m.mentee_id = $1 ORDER BY m.id LIMIT 5"""
STEPS = """
SELECT m.id, s.id, s.week, s.title, c.id IS NOT NULL
FROM matches m JOIN program_steps s ON s.program_id = m.program_id
LEFT JOIN step_completions c ON c.match_id = m.id AND c.step_id = s.id
WHERE m.id = ANY ($1::uuid[]) ORDER BY m.id, s.position"""
PAGES = """
SELECT pair.id, page.* FROM unnest($1::uuid[]) AS pair(id) CROSS JOIN LATERAL (
    SELECT id, number, seq, sender_id, body, sent_at FROM messages
    WHERE match_id = pair.id ORDER BY seq DESC LIMIT 21) AS page"""
PAGE = """
SELECT m.data_key, mentor.id, mentor.display_name, mentee.id, mentee.display_name
FROM matches m JOIN users mentor ON mentor.id = m.mentor_id
JOIN users mentee ON mentee.id = m.mentee_id
WHERE m.id = $1 AND $2 IN (m.mentor_id, m.mentee_id)"""
LAST = """
SELECT id, number, seq, sender_id, body, sent_at, edited_at, deleted_at FROM messages
WHERE match_id = $1 ORDER BY seq DESC LIMIT 51"""
CANDIDATES = """
SELECT p.title, e.id, e.role, e.status, e.topics, e.languages, e.time_zone, e.capacity,
       e.places_taken, e.enrolled_at, e.data_key, e.goal, u.id, u.display_name, u.bio
FROM programs p
JOIN group_members a ON a.group_id = p.group_id AND a.user_id = $2 AND a.role = 'ADMIN'
LEFT JOIN enrollments e ON e.program_id = p.id LEFT JOIN users u ON u.id = e.user_id
WHERE p.id = $1 ORDER BY e.id LIMIT 51"""
BEFORE = """
SELECT m.data_key, m.mentor_id, m.mentee_id FROM matches m
WHERE m.id = $1 AND $2 IN (m.mentor_id, m.mentee_id)"""
SENT = """
SELECT id, number, sent_at, fingerprint FROM messages
WHERE match_id = $1 AND sender_id = $2 AND client_key = $3"""
WRITE = """
WITH pair AS (
    UPDATE matches SET last_seq = last_seq + 1, last_number = last_number + 1
    WHERE id = $2 AND status IN ('ACTIVE', 'PAUSED') AND $4 IN (mentor_id, mentee_id)
    RETURNING last_number, last_seq),
typing AS (
    UPDATE pair_members SET typing_until = NULL
    WHERE match_id = $2 AND user_id = $4 AND typing_until IS NOT NULL)
INSERT INTO messages (id, match_id, number, seq, client_key, sender_id, body, fingerprint, sent_at)
SELECT $1, $2, last_number, last_seq, $3, $4, $5, $6, $7 FROM pair RETURNING number"""
