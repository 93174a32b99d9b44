-- Who lives, and when nobody did. Times are ms of log time; ids are compared byte by byte.

-- One row for each start of a node, written again twice a second. `source` is the clock that log time
-- follows, with whatever of it was refused; `gone` are those that said so.
CREATE TABLE heartbeat (
    node   text COLLATE "C" PRIMARY KEY,
    at     bigint NOT NULL,
    source bigint NOT NULL,
    gone   bigint NOT NULL
) WITH (fillfactor = 50);

-- From when to when a node, or all of them, could take nothing. Read by when they ended.
CREATE TABLE outage (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    began  bigint NOT NULL,
    ended  bigint NOT NULL
);
CREATE INDEX outage_ends ON outage (ended);
