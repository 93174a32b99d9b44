-- Libraries. Times are ms of log time; ids are compared byte by byte.

-- Libraries that everybody who is known to the server may read.
CREATE TABLE library_public (
    room  text COLLATE "C" PRIMARY KEY,
    since bigint NOT NULL
);

-- How often an item was read, and how often a board was made from it. Not a part of the room: who
-- looks changes nothing that others see in its history.
CREATE TABLE library_count (
    room    text COLLATE "C" NOT NULL,
    item    text COLLATE "C" NOT NULL,
    views   bigint NOT NULL,
    opens   bigint NOT NULL,
    last_at bigint NOT NULL,
    PRIMARY KEY (room, item)
);
