-- The log of every room. Times are ms of log time; tags and the generation are 16 hexadecimal
-- digits.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- `number` is short where `id` is long: it stands in every run and every index of runs.
-- `wake_at` is the later of `due_at` and what a postponement said; null as long as `due_at` is.
CREATE TABLE room (
    number        INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    kind          TEXT NOT NULL,
    name          TEXT NOT NULL,
    version       INTEGER NOT NULL,
    tag           TEXT NOT NULL,
    due_at        INTEGER,
    wake_at       INTEGER,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    pruned_before INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX room_wakes ON room (wake_at, id) WHERE wake_at IS NOT NULL;

-- One row for each run of entries that a room committed together. Runs of all rooms lie in the
-- order in which they came, so that a commit of many rooms fills few pages.
CREATE TABLE run (
    room       INTEGER NOT NULL,
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    tag_before TEXT NOT NULL,
    tag        TEXT NOT NULL,
    records    BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX run_in_room ON run (room, first, last);

CREATE TABLE snapshot (
    room    INTEGER NOT NULL,
    version INTEGER NOT NULL,
    tag     TEXT NOT NULL,
    state   BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX snapshot_in_room ON snapshot (room, version);

CREATE TABLE member (
    account TEXT NOT NULL,
    room    TEXT NOT NULL,
    role    TEXT NOT NULL,
    PRIMARY KEY (account, room)
) STRICT, WITHOUT ROWID;

-- One unbroken life of this database; another one after every restore.
INSERT INTO meta (name, value) VALUES ('generation', lower(hex(randomblob(8))));
