-- Rooms that a node may write alone for a moment, because it was outrun again and again: which node
-- (one opening of the log), and until when by this server's clock. Neither column is in an index.
ALTER TABLE room ADD COLUMN reserved_for text;
ALTER TABLE room ADD COLUMN reserved_until timestamptz;

-- As before; and whoever is outrun in a room that it names in `reserving`, with the version at which
-- it believed the room to be, has the room to itself for `reserving_ms` or until it has written. To
-- others it is locked meanwhile. Nodes of before call it without the last four.
DROP FUNCTION append_runs(
    text, text[], bigint[], text[], bigint[], text[], bigint[], bigint[], bytea[], text[], text[],
    text[], text[], text[], text[]
);
CREATE FUNCTION append_runs(
    expected_generation text,
    rooms text[], versions bigint[], tags text[], new_versions bigint[], new_tags text[],
    ats bigint[], dues bigint[], runs bytea[], kinds text[], names text[],
    changed_rooms text[], changed_accounts text[], changed_roles text[],
    looked_at text[],
    writer text DEFAULT NULL,
    reserving text[] DEFAULT NULL, reserving_versions bigint[] DEFAULT NULL,
    reserving_ms bigint DEFAULT 50
) RETURNS TABLE (room text, outcome text, version bigint, tag text)
LANGUAGE plpgsql
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    held  text[];
    moved text[];
BEGIN
    PERFORM FROM meta WHERE name = 'generation' AND value = expected_generation;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the database has another generation' USING ERRCODE = 'TL001';
    END IF;

    IF kinds IS NOT NULL THEN
        -- Where the room is there already, the comparison below finds that it is not empty.
        INSERT INTO room (id, kind, name, version, tag, created_at, updated_at)
        SELECT w.id, w.kind, '', 0, w.tag, w.at, w.at
        FROM unnest(rooms, kinds, tags, ats) AS w (id, kind, tag, at)
        WHERE w.kind IS NOT NULL
        ORDER BY w.id
        ON CONFLICT (id) DO NOTHING;
    END IF;

    SELECT array_agg(locked.id) INTO held FROM (
        SELECT r.id FROM room r
        WHERE r.id = ANY (rooms) AND (
            r.reserved_until IS NULL OR r.reserved_for = writer
            OR r.reserved_until <= clock_timestamp())
        ORDER BY r.id FOR UPDATE SKIP LOCKED
    ) locked;

    WITH moving AS (
        UPDATE room r
        SET version = w.new_version, tag = w.new_tag, name = coalesce(w.name, r.name),
            due_at = w.due, wake_at = w.due, updated_at = w.at,
            reserved_for = NULL, reserved_until = NULL
        FROM unnest(rooms, versions, tags, new_versions, new_tags, ats, dues, runs, names)
            AS w (id, version, tag, new_version, new_tag, at, due, run, name)
        WHERE r.id = w.id AND r.id = ANY (held) AND r.version = w.version AND r.tag = w.tag
        RETURNING r.id, r.number, w.version AS before, w.tag AS tag_before,
            w.new_version, w.new_tag, w.at, w.run
    ), written AS (
        INSERT INTO run (room, first, last, at, tag_before, tag, records)
        SELECT m.number, m.before + 1, m.new_version, m.at, m.tag_before, m.new_tag, m.run
        FROM moving m
    )
    SELECT array_agg(m.id) INTO moved FROM moving m;

    IF changed_rooms IS NOT NULL THEN
        INSERT INTO member (account, room, role)
        SELECT c.account, c.room, c.role
        FROM unnest(changed_rooms, changed_accounts, changed_roles) AS c (room, account, role)
        WHERE c.role IS NOT NULL AND c.room = ANY (moved)
        ON CONFLICT (account, room) DO UPDATE SET role = excluded.role;
        DELETE FROM member m
        USING unnest(changed_rooms, changed_accounts, changed_roles) AS c (room, account, role)
        WHERE c.role IS NULL AND c.room = ANY (moved)
          AND m.account = c.account AND m.room = c.room;
    END IF;

    IF reserving IS NOT NULL THEN
        -- Those that were somewhere else, and that nobody else has: nothing waits for a lock here.
        UPDATE room r
        SET reserved_for = writer,
            reserved_until = clock_timestamp() + reserving_ms * interval '1 ms'
        WHERE r.id IN (
            SELECT q.id FROM room q JOIN unnest(reserving, reserving_versions) AS w (id, version)
                ON q.id = w.id
            WHERE q.version > w.version AND NOT coalesce(q.id = ANY (moved), false) AND (
                q.reserved_until IS NULL OR q.reserved_for = writer
                OR q.reserved_until <= clock_timestamp())
            ORDER BY q.id FOR UPDATE OF q SKIP LOCKED);
    END IF;

    IF coalesce(cardinality(moved), 0) < cardinality(rooms) THEN
        RETURN QUERY
        SELECT w.id,
            CASE WHEN r.id IS NULL OR r.id = ANY (held) THEN 'conflict' ELSE 'locked' END,
            r.version, r.tag
        FROM unnest(rooms) AS w (id) LEFT JOIN room r ON r.id = w.id
        WHERE NOT coalesce(w.id = ANY (moved), false);
    END IF;
    IF looked_at IS NOT NULL THEN
        RETURN QUERY
        SELECT w.id, 'head', r.version, r.tag
        FROM unnest(looked_at) AS w (id) LEFT JOIN room r ON r.id = w.id;
    END IF;
END
$$;
