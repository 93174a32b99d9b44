-- What the plays of a season come to: sums that are kept with the plays (storage/play_sums.py). They
-- may be made again from the plays at any time; `summed` 0: they are to be.
ALTER TABLE play_season ADD COLUMN summed integer NOT NULL DEFAULT 1;
UPDATE play_season SET summed = 0
WHERE EXISTS (SELECT 1 FROM play p WHERE p.season = play_season.season);

-- Of one column (`axis`; empty: of all plays), value by value, and of each kind of play.
CREATE TABLE play_sum (
    axis          text COLLATE "C" NOT NULL,
    open          integer NOT NULL,
    season        integer NOT NULL,
    value         text COLLATE "C" NOT NULL,
    kind          text COLLATE "C" NOT NULL,
    plays         bigint NOT NULL,
    yards         bigint NOT NULL,
    yards_known   bigint NOT NULL,
    success       bigint NOT NULL,
    success_known bigint NOT NULL,
    epa           bigint NOT NULL,
    epa_known     bigint NOT NULL,
    first_mask    bigint NOT NULL,
    second_mask   bigint NOT NULL,
    third_mask    bigint NOT NULL,
    PRIMARY KEY (axis, open, season, value, kind)
);

-- Of whoever had a part in plays, by what the part was.
CREATE TABLE play_player_sum (
    open          integer NOT NULL,
    season        integer NOT NULL,
    player        text COLLATE "C" NOT NULL,
    kind          text COLLATE "C" NOT NULL,
    roles         integer NOT NULL,
    name          text COLLATE "C" NOT NULL,
    team          text COLLATE "C" NOT NULL,
    plays         bigint NOT NULL,
    yards         bigint NOT NULL,
    yards_known   bigint NOT NULL,
    success       bigint NOT NULL,
    success_known bigint NOT NULL,
    epa           bigint NOT NULL,
    epa_known     bigint NOT NULL,
    first_mask    bigint NOT NULL,
    second_mask   bigint NOT NULL,
    third_mask    bigint NOT NULL,
    PRIMARY KEY (open, season, player, kind, roles, name, team)
);

CREATE INDEX play_player_sum_player ON play_player_sum (player, open, season);
