-- What the plays of a season come to: sums that are kept with the plays (storage/play_sums.py). They
-- may be made again from the plays at any time; `summed` 0: they are to be.
ALTER TABLE play_season ADD COLUMN summed INTEGER NOT NULL DEFAULT 1;
UPDATE play_season SET summed = 0
WHERE EXISTS (SELECT 1 FROM play p WHERE p.season = play_season.season);

-- Of one column (`axis`; empty: of all plays), value by value, and of each kind of play.
CREATE TABLE play_sum (
    axis          TEXT NOT NULL,
    open          INTEGER NOT NULL,
    season        INTEGER NOT NULL,
    value         TEXT NOT NULL,
    kind          TEXT NOT NULL,
    plays         INTEGER NOT NULL,
    yards         INTEGER NOT NULL,
    yards_known   INTEGER NOT NULL,
    success       INTEGER NOT NULL,
    success_known INTEGER NOT NULL,
    epa           INTEGER NOT NULL,
    epa_known     INTEGER NOT NULL,
    first_mask    INTEGER NOT NULL,
    second_mask   INTEGER NOT NULL,
    third_mask    INTEGER NOT NULL,
    PRIMARY KEY (axis, open, season, value, kind)
) STRICT, WITHOUT ROWID;

-- Of whoever had a part in plays, by what the part was.
CREATE TABLE play_player_sum (
    open          INTEGER NOT NULL,
    season        INTEGER NOT NULL,
    player        TEXT NOT NULL,
    kind          TEXT NOT NULL,
    roles         INTEGER NOT NULL,
    name          TEXT NOT NULL,
    team          TEXT NOT NULL,
    plays         INTEGER NOT NULL,
    yards         INTEGER NOT NULL,
    yards_known   INTEGER NOT NULL,
    success       INTEGER NOT NULL,
    success_known INTEGER NOT NULL,
    epa           INTEGER NOT NULL,
    epa_known     INTEGER NOT NULL,
    first_mask    INTEGER NOT NULL,
    second_mask   INTEGER NOT NULL,
    third_mask    INTEGER NOT NULL,
    PRIMARY KEY (open, season, player, kind, roles, name, team)
) STRICT, WITHOUT ROWID;

CREATE INDEX play_player_sum_player ON play_player_sum (player, open, season);
