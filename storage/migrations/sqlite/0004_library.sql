-- Libraries. Times are ms of log time.

-- Libraries that everybody who is known to the server may read.
CREATE TABLE library_public (
    room  TEXT PRIMARY KEY,
    since INTEGER NOT NULL
) STRICT;

-- How often an item was read, and how often a board was made from it. Not a part of the room: who
-- looks changes nothing that others see in its history.
CREATE TABLE library_count (
    room    TEXT NOT NULL,
    item    TEXT NOT NULL,
    views   INTEGER NOT NULL,
    opens   INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (room, item)
) STRICT;
