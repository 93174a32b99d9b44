-- Plays of all feeds, to be asked about: read models of what the rooms' logs say, which may be made
-- again from them at any time. Ids and codes are compared byte by byte.

-- Rooms of one kind, in the order of ids. Neither column ever changes.
CREATE INDEX room_kinds ON room (kind, id);

-- A feed, which game of which season and week it is (0: nobody said), whether everybody may ask
-- about it (1), and up to which version of the room its plays are here.
CREATE TABLE play_feed (
    number  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    room    text COLLATE "C" NOT NULL UNIQUE,
    game    text COLLATE "C" NOT NULL DEFAULT '',
    season  integer NOT NULL DEFAULT 0,
    week    integer NOT NULL DEFAULT 0,
    open    integer NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 0
);

-- Up to which log time everything is here.
CREATE TABLE play_progress (
    name  text PRIMARY KEY,
    value bigint NOT NULL
);

-- Seasons that there are: each has a partition of the tables below.
CREATE TABLE play_season (
    season integer PRIMARY KEY
);

-- A play that counts. `clock`, `field`, `score`, `yards`, `success` and `epa` are null where nobody
-- can know them.
CREATE TABLE play (
    season    integer NOT NULL,
    week      integer NOT NULL,
    feed      integer NOT NULL,
    play      integer NOT NULL,
    open      integer NOT NULL,
    quarter   integer NOT NULL,
    clock     integer,
    down      integer NOT NULL,
    to_go     integer NOT NULL,
    field     integer,
    drive     integer NOT NULL,
    offence   text COLLATE "C" NOT NULL,
    defence   text COLLATE "C" NOT NULL,
    score     integer,
    kind      text COLLATE "C" NOT NULL,
    results   integer NOT NULL,
    yards     integer,
    success   integer,
    epa       integer,
    formation text COLLATE "C" NOT NULL,
    personnel text COLLATE "C" NOT NULL,
    PRIMARY KEY (season, week, feed, play)
) PARTITION BY LIST (season);

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
    season integer NOT NULL,
    feed   integer NOT NULL,
    play   integer NOT NULL,
    player text COLLATE "C" NOT NULL,
    name   text COLLATE "C" NOT NULL,
    team   text COLLATE "C" NOT NULL,
    roles  integer NOT NULL,
    PRIMARY KEY (season, feed, play, player)
) PARTITION BY LIST (season);

CREATE INDEX play_of_player ON play_player (player, roles);

-- What a play looks like, apart from what is compared and added up.
CREATE TABLE play_text (
    season integer NOT NULL,
    feed   integer NOT NULL,
    play   integer NOT NULL,
    text   text NOT NULL,
    PRIMARY KEY (season, feed, play)
) PARTITION BY LIST (season);

-- A table of its own first, which nobody waits for; then it is attached.
CREATE FUNCTION add_play_season() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    parent text;
    part   text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['play', 'play_player', 'play_text'] LOOP
        part := format('%s_%s', parent, NEW.season);
        IF to_regclass(part) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS)', part, parent);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)',
                parent, part, NEW.season);
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;

CREATE TRIGGER play_season_added AFTER INSERT ON play_season
FOR EACH ROW EXECUTE FUNCTION add_play_season();

INSERT INTO play_season (season) VALUES (0);
