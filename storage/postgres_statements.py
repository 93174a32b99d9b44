"""What the contract of the log says, in PostgreSQL's SQL: every statement that the log sends.

What is more than a statement lies in functions of the migrations. Each must find its rows by
an index, however big the tables are and whatever the planner believes of them: a test asks for the
plan of each. SPEC rules LG1 to LG25.
"""

from __future__ import annotations

APPEND = """
SELECT * FROM append_runs($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
    $16, $17, $18, $19)
"""
ROOMS = """
SELECT id, kind, version, tag, due_at, name, created_at, updated_at, pruned_before, archive,
    archived_to
FROM room WHERE id = ANY ($1::text[])
"""
ALL_ROOMS = """
SELECT id, kind, version, tag, due_at, name, created_at, updated_at, pruned_before, archive,
    archived_to
FROM room WHERE id > $1 ORDER BY id LIMIT $2
"""
ROOMS_OF_KIND = """
SELECT id, kind, version, tag, due_at, name, created_at, updated_at, pruned_before, archive,
    archived_to
FROM room WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3
"""
LISTED = """
SELECT r.id, r.kind, r.version, r.tag, r.due_at, r.name, r.created_at, r.updated_at,
    r.pruned_before, r.archive, r.archived_to, m.role
FROM member m JOIN room r ON r.id = m.room
WHERE m.account = $1 AND m.room > $2 ORDER BY m.room LIMIT $3
"""
HEADS = "SELECT id, version, tag FROM room WHERE id = ANY ($1::text[])"
# The last column: whether the room is known to be on the standby, where there is one. It has not
# changed since the transaction that is given, of the life of the server that is given.
PLACE = """
SELECT r.version, r.tag, r.pruned_before, r.archive,
    (SELECT u.tag_before FROM run u
     WHERE u.room = r.number AND u.first = greatest($2, r.pruned_before)),
    current_setting('synchronous_standby_names') = ''
        OR (pg_postmaster_start_time()::text = $3::text
            AND age(r.xmin) > age($4::text::xid))
FROM room r WHERE r.id = $1
"""
# `before` are the bytes of the runs in front: as many runs as reach the page's size, and no more.
RUNS = """
SELECT sized.first, sized.records FROM (
    SELECT u.first, u.records,
        sum(octet_length(u.records)) OVER (ORDER BY u.first) - octet_length(u.records) AS before
    FROM run u JOIN room r ON u.room = r.number
    WHERE r.id = $1 AND u.first <= $3 AND u.first >= (
        SELECT max(v.first) FROM run v WHERE v.room = r.number AND v.first <= $2)
    ORDER BY u.first LIMIT $5
) sized
WHERE sized.before < $4 ORDER BY sized.first
"""
SNAPSHOT = """
SELECT r.archive, s.version, s.tag, s.state FROM room r LEFT JOIN LATERAL (
    SELECT t.version, t.tag, t.state FROM snapshot t
    WHERE t.room = r.number AND t.version <= $2 ORDER BY t.version DESC LIMIT 1
) s ON true
WHERE r.id = $1
"""
SNAPSHOTS = """
SELECT r.archive, s.version FROM room r LEFT JOIN snapshot s ON s.room = r.number
WHERE r.id = $1 ORDER BY s.version
"""
# The tag is compared where a run ends or begins; inside a run the log does not know it.
SAVE_SNAPSHOT = """
INSERT INTO snapshot (room, version, tag, state)
SELECT r.number, $2, $3, $4 FROM room r
WHERE r.id = $1 AND r.archive IS NULL AND $2 <= r.version AND $3 = coalesce(
    CASE WHEN r.version = $2 THEN r.tag END,
    (SELECT u.tag_before FROM run u WHERE u.room = r.number AND u.first = $2 + 1),
    $3)
ON CONFLICT (room, version) DO UPDATE SET tag = excluded.tag, state = excluded.state
RETURNING version
"""
DROP_SNAPSHOTS = """
DELETE FROM snapshot s USING room r
WHERE s.room = r.number AND r.id = $1 AND s.version = ANY ($2::bigint[])
"""
BEGIN_PRUNE = "SELECT * FROM begin_prune($1, $2)"
DELETE_RUNS = """
DELETE FROM run WHERE room = $1 AND first IN (
    SELECT first FROM run WHERE room = $1 AND first < $2 ORDER BY first LIMIT $3)
RETURNING first
"""
STORED_RUNS = """
SELECT sized.first, sized.last, sized.at, sized.tag_before, sized.tag, sized.records FROM (
    SELECT u.first, u.last, u.at, u.tag_before, u.tag, u.records,
        sum(octet_length(u.records)) OVER (ORDER BY u.first) - octet_length(u.records) AS before
    FROM run u JOIN room r ON u.room = r.number
    WHERE r.id = $1 AND u.first >= greatest($2, r.pruned_before)
    ORDER BY u.first LIMIT $4
) sized
WHERE sized.before < $3 ORDER BY sized.first
"""
MARK_ARCHIVED = """
UPDATE room SET archive = $4, archived_to = version
WHERE id = $1 AND version = $2 AND tag = $3 AND archive IS NULL
"""
# The room is held, so that nobody takes it back meanwhile: what is deleted here is in the file.
DELETE_ARCHIVED_RUNS = """
WITH held AS (
    SELECT r.number, r.archived_to FROM room r WHERE r.id = $1 AND r.archive = $2 FOR UPDATE
)
DELETE FROM run u WHERE u.room = (SELECT number FROM held) AND u.first IN (
    SELECT v.first FROM run v
    WHERE v.room = (SELECT number FROM held) AND v.first <= (SELECT archived_to FROM held)
    ORDER BY v.first LIMIT $3)
RETURNING u.first
"""
DELETE_ARCHIVED_SNAPSHOTS = """
WITH held AS (
    SELECT r.number, r.archived_to FROM room r WHERE r.id = $1 AND r.archive = $2 FOR UPDATE
)
DELETE FROM snapshot s
WHERE s.room = (SELECT number FROM held) AND s.version <= (SELECT archived_to FROM held)
"""
TAKE_BACK = """
WITH held AS (
    SELECT r.number, r.pruned_before FROM room r WHERE r.id = $1 AND r.archive = $2 FOR UPDATE
), entries AS (
    INSERT INTO run (room, first, last, at, tag_before, tag, records)
    SELECT h.number, u.first, u.last, u.at, u.tag_before, u.tag, u.records
    FROM held h, unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
        $8::bytea[]) AS u (first, last, at, tag_before, tag, records)
    WHERE u.first >= h.pruned_before
    ON CONFLICT (room, first) DO NOTHING
), states AS (
    INSERT INTO snapshot (room, version, tag, state)
    SELECT h.number, s.version, s.tag, s.state
    FROM held h, unnest($9::bigint[], $10::text[], $11::bytea[]) AS s (version, tag, state)
    ON CONFLICT (room, version) DO NOTHING
)
SELECT number FROM held
"""
END_ARCHIVE = """
UPDATE room SET archive = NULL, archived_to = NULL WHERE id = $1 AND archive = $2 RETURNING id
"""
DUE = "SELECT id FROM room WHERE wake_at <= $1 ORDER BY wake_at, id LIMIT $2"
POSTPONE = """
UPDATE room SET wake_at = greatest(due_at, $2) WHERE id = $1 AND due_at IS NOT NULL
"""
SIZES = """
SELECT
    (SELECT coalesce(sum(u.last - u.first + 1), 0) FROM run u WHERE u.room = r.number)::bigint,
    (SELECT count(*) FROM run u WHERE u.room = r.number),
    (SELECT coalesce(sum(octet_length(u.records)), 0) FROM run u
     WHERE u.room = r.number)::bigint,
    (SELECT coalesce(sum(octet_length(s.state)), 0) FROM snapshot s
     WHERE s.room = r.number)::bigint
FROM room r WHERE r.id = $1
"""
# A message in the write-ahead log: it touches no row, and its commit is synced like any other.
# Everything older than its own snapshot is before it in the write-ahead log.
BARRIER = """
SELECT life, xid, waits FROM (
    SELECT pg_postmaster_start_time()::text AS life,
        (pg_snapshot_xmin(pg_current_snapshot())::text::numeric % 4294967296)::text AS xid,
        current_setting('synchronous_standby_names') <> '' AS waits,
        pg_logical_emit_message(true, 'touchline', '') AS message
) barrier WHERE message IS NOT NULL
"""
NOW = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
GENERATION = "SELECT value FROM meta WHERE name = 'generation'"
