-- Rooms whose entries lie in a file: its name, and the last version in it. Rows, heads and lists stay
-- here; entries and snapshots up to that version are gone as soon as this is set, and are deleted
-- after it.
ALTER TABLE room ADD COLUMN archive TEXT;
ALTER TABLE room ADD COLUMN archived_to INTEGER;
