-- The log of every room. Times are ms of log time; tags and the generation are 16 hexadecimal
-- digits. Ids are compared byte by byte, so that every database lists them in the same order.

CREATE TABLE meta (
    name  text PRIMARY KEY,
    value text NOT NULL
);

-- One unbroken life of this database; another one after every restore.
INSERT INTO meta (name, value)
VALUES ('generation', left(replace(gen_random_uuid()::text, '-', ''), 16));

-- `number` is short where `id` is long: it stands in every run and every index of runs.
-- `wake_at` is the later of `due_at` and what a postponement said; null as long as `due_at` is.
-- Half of each page stays free, so that the next version of a row finds room beside it and no
-- index is touched.
CREATE TABLE room (
    id            text COLLATE "C" PRIMARY KEY,
    number        bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    kind          text NOT NULL,
    name          text NOT NULL,
    version       bigint NOT NULL,
    tag           text NOT NULL,
    due_at        bigint,
    wake_at       bigint,
    created_at    bigint NOT NULL,
    updated_at    bigint NOT NULL,
    pruned_before bigint NOT NULL DEFAULT 1
) WITH (fillfactor = 50);

CREATE INDEX room_wakes ON room (wake_at, id) WHERE wake_at IS NOT NULL;

-- One row for each run of entries that a room committed together. A run of up to nearly a page
-- stays in its row as it is: the server tries to compress and to move out whatever is over 2 kB,
-- which would cost more than all the rest of an append.
CREATE TABLE run (
    room       bigint NOT NULL,
    first      bigint NOT NULL,
    last       bigint NOT NULL,
    at         bigint NOT NULL,
    tag_before text NOT NULL,
    tag        text NOT NULL,
    records    bytea NOT NULL,
    PRIMARY KEY (room, first)
) WITH (toast_tuple_target = 8160);

ALTER TABLE run ALTER COLUMN records SET STORAGE EXTERNAL;

CREATE TABLE snapshot (
    room    bigint NOT NULL,
    version bigint NOT NULL,
    tag     text NOT NULL,
    state   bytea NOT NULL,
    PRIMARY KEY (room, version)
);

CREATE TABLE member (
    account text COLLATE "C" NOT NULL,
    room    text COLLATE "C" NOT NULL,
    role    text NOT NULL,
    PRIMARY KEY (account, room)
);

-- Appends for all rooms that wait, in the one transaction of its own statement. Arrays hold one
-- element for each room, those of `changed_*` one for each member whose role changes (null: gone).
-- `kinds`, `names` and `changed_*` may be null as a whole. `looked_at` are rooms whose head is only
-- asked for. It answers what did not happen, and what was asked for:
--
--     room | 'conflict' | where it is, or nulls | another version, another tag, or no such room
--     room | 'locked'   |                       | somebody else holds it: nothing was done
--     room | 'head'     | where it is, or nulls | one of `looked_at`
--
-- Rows are locked in the order of ids, and those that somebody else holds are skipped: no append
-- waits for another's room, so no two can wait for each other. Only two that create the same room
-- meet, and they do so in the order of ids as well.
--
-- The settings keep the plan of the first call: it was made when the tables were empty.
CREATE FUNCTION append_runs(
    expected_generation text,
    rooms text[], versions bigint[], tags text[], new_versions bigint[], new_tags text[],
    ats bigint[], dues bigint[], runs bytea[], kinds text[], names text[],
    changed_rooms text[], changed_accounts text[], changed_roles text[],
    looked_at text[]
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
        SELECT r.id FROM room r WHERE r.id = ANY (rooms) ORDER BY r.id FOR UPDATE SKIP LOCKED
    ) locked;

    WITH moving AS (
        UPDATE room r
        SET version = w.new_version, tag = w.new_tag, name = coalesce(w.name, r.name),
            due_at = w.due, wake_at = w.due, updated_at = w.at
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

-- Says from where on a room's entries are kept, and returns it: the first run that holds `before`
-- or later. Null where no snapshot covers what would go. The runs themselves are deleted after
-- this, without a lock on the room.
CREATE FUNCTION begin_prune(pruned text, before bigint)
RETURNS TABLE (number bigint, kept bigint, gone bigint)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    here room%ROWTYPE;
    border bigint;
BEGIN
    SELECT * INTO here FROM room r WHERE r.id = pruned FOR UPDATE;
    PERFORM FROM snapshot s WHERE s.room = here.number AND s.version IN (before - 1, before);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT coalesce(min(u.first), here.version + 1) INTO border
    FROM run u WHERE u.room = here.number AND u.last >= before AND u.first >= here.pruned_before;
    UPDATE room r SET pruned_before = border WHERE r.id = pruned;
    RETURN QUERY SELECT here.number, border, border - here.pruned_before;
END
$$;
