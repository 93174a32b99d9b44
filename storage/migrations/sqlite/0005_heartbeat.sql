-- Who lives, and when nobody did. Times are ms of log time.

-- One row for each start of a node, written again twice a second. `source` is the clock that log time
-- follows, with whatever of it was refused; `gone` are those that said so.
CREATE TABLE heartbeat (
    node   TEXT PRIMARY KEY,
    at     INTEGER NOT NULL,
    source INTEGER NOT NULL,
    gone   INTEGER NOT NULL
) STRICT;

-- From when to when a node, or all of them, could take nothing. Read by when they ended.
CREATE TABLE outage (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    began  INTEGER NOT NULL,
    ended  INTEGER NOT NULL
) STRICT;
CREATE INDEX outage_ends ON outage (ended);
