-- Plays of all feeds, to be asked about: read models of what the rooms' logs say, which may be made
-- again from them at any time.

-- Rooms of one kind, in the order of ids. Neither column ever changes.
CREATE INDEX room_kinds ON room (kind, id);

-- A feed, which game of which season and week it is (0: nobody said), whether everybody may ask
-- about it (1), and up to which version of the room its plays are here.
CREATE TABLE play_feed (
    number  INTEGER PRIMARY KEY,
    room    TEXT NOT NULL UNIQUE,
    game    TEXT NOT NULL DEFAULT '',
    season  INTEGER NOT NULL DEFAULT 0,
    week    INTEGER NOT NULL DEFAULT 0,
    open    INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Up to which log time everything is here.
CREATE TABLE play_progress (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;

-- Seasons that there are.
CREATE TABLE play_season (
    season INTEGER PRIMARY KEY
) STRICT;

INSERT INTO play_season (season) VALUES (0);

-- A play that counts. `clock`, `field`, `score`, `yards`, `success` and `epa` are null where nobody
-- can know them.
CREATE TABLE play (
    season    INTEGER NOT NULL,
    week      INTEGER NOT NULL,
    feed      INTEGER NOT NULL,
    play      INTEGER NOT NULL,
    open      INTEGER NOT NULL,
    quarter   INTEGER NOT NULL,
    clock     INTEGER,
    down      INTEGER NOT NULL,
    to_go     INTEGER NOT NULL,
    field     INTEGER,
    drive     INTEGER NOT NULL,
    offence   TEXT NOT NULL,
    defence   TEXT NOT NULL,
    score     INTEGER,
    kind      TEXT NOT NULL,
    results   INTEGER NOT NULL,
    yards     INTEGER,
    success   INTEGER,
    epa       INTEGER,
    formation TEXT NOT NULL,
    personnel TEXT NOT NULL,
    PRIMARY KEY (season, week, feed, play)
) STRICT, WITHOUT ROWID;

CREATE INDEX play_situation ON play (down, to_go, field);
CREATE INDEX play_offence ON play (offence, down, to_go);
CREATE INDEX play_defence ON play (defence, down, to_go);
CREATE INDEX play_clock ON play (quarter, clock);
CREATE INDEX play_kind ON play (kind, yards);
CREATE INDEX play_field ON play (field, kind);
CREATE INDEX play_formation ON play (formation, down);
CREATE INDEX play_personnel ON play (personnel, down);

-- Who had a part in a play; `roles` is a sum of bits.
CREATE TABLE play_player (
    season INTEGER NOT NULL,
    feed   INTEGER NOT NULL,
    play   INTEGER NOT NULL,
    player TEXT NOT NULL,
    name   TEXT NOT NULL,
    team   TEXT NOT NULL,
    roles  INTEGER NOT NULL,
    PRIMARY KEY (season, feed, play, player)
) STRICT, WITHOUT ROWID;

CREATE INDEX play_of_player ON play_player (player, roles);

-- What a play looks like, apart from what is compared and added up.
CREATE TABLE play_text (
    season INTEGER NOT NULL,
    feed   INTEGER NOT NULL,
    play   INTEGER NOT NULL,
    text   TEXT NOT NULL,
    PRIMARY KEY (season, feed, play)
) STRICT, WITHOUT ROWID;
