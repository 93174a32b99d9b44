-- Rooms whose entries lie in a file: its name, and the last version in it. Rows, heads and lists stay
-- here; entries and snapshots up to that version are gone as soon as this is set, and are deleted
-- after it. Neither column is in an index, so that setting them touches none.
ALTER TABLE room ADD COLUMN archive text;
ALTER TABLE room ADD COLUMN archived_to bigint;

-- Room rows are written at every append. Each append cleans the page it writes (half of it is free),
-- so a vacuum has little to do; it is to come before indexes have gathered much for rooms that wake,
-- where an update does touch one. A fifth of a million rooms would be too late.
ALTER TABLE room SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.05
);

-- Runs are only added, until they are pruned or archived. Vacuums of pages that were only added to
-- freeze them while they are in memory; small and often, they are never a night's work.
ALTER TABLE run SET (
    autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_vacuum_insert_threshold = 100000,
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02
);

-- Snapshots come and go: of most rooms all but the latest ones.
ALTER TABLE snapshot SET (autovacuum_vacuum_scale_factor = 0.05);

-- As before, less what is archived, and with one look into the index: runs have no holes, so the run
-- that holds `before` is the last that begins at or below it. Looking for the first that ends at or
-- above it read every run of the room.
CREATE OR REPLACE FUNCTION begin_prune(pruned text, before bigint)
RETURNS TABLE (number bigint, kept bigint, gone bigint)
LANGUAGE plpgsql
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    here room%ROWTYPE;
    border bigint;
BEGIN
    SELECT * INTO here FROM room r WHERE r.id = pruned AND r.archive IS NULL FOR UPDATE;
    PERFORM FROM snapshot s WHERE s.room = here.number AND s.version IN (before - 1, before);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF before > here.version THEN
        border := here.version + 1;
    ELSE
        SELECT greatest(coalesce(max(u.first), 0), here.pruned_before) INTO border
        FROM run u WHERE u.room = here.number AND u.first <= before;
    END IF;
    UPDATE room r SET pruned_before = border WHERE r.id = pruned;
    RETURN QUERY SELECT here.number, border, border - here.pruned_before;
END
$$;
