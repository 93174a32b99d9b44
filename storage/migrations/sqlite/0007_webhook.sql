-- Addresses that are told what happens in a room, each with how far it was told: `version` is the
-- last entry of which everything was delivered, `told` how many of the next one's. `holder` delivers
-- until `held_until`, nobody else meanwhile. Times are ms of log time.
CREATE TABLE webhook (
    id            TEXT PRIMARY KEY,
    room          TEXT NOT NULL,
    url           TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,
    created_by    TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    told          INTEGER NOT NULL DEFAULT 0,
    attempts      INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    next_at       INTEGER NOT NULL DEFAULT 0,
    holder        TEXT NOT NULL DEFAULT '',
    held_until    INTEGER NOT NULL DEFAULT 0,
    off_at        INTEGER,
    off_why       TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX webhook_of_room ON webhook (room);

-- The latest attempts of each, for whoever asks why nothing comes. `status` is the answer's, `problem`
-- a word where there was none.
CREATE TABLE webhook_attempt (
    hook     TEXT NOT NULL,
    number   INTEGER NOT NULL,
    message  TEXT NOT NULL,
    type     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    took_ms  INTEGER NOT NULL,
    status   INTEGER,
    problem  TEXT NOT NULL,
    PRIMARY KEY (hook, number)
) STRICT;
