-- Addresses that are told what happens in a room, each with how far it was told: `version` is the
-- last entry of which everything was delivered, `told` how many of the next one's. `holder` delivers
-- until `held_until`, nobody else meanwhile. Times are ms of log time.
CREATE TABLE webhook (
    id            text COLLATE "C" PRIMARY KEY,
    room          text COLLATE "C" NOT NULL,
    url           text NOT NULL,
    sealed_secret bytea NOT NULL,
    created_by    text NOT NULL,
    created_at    bigint NOT NULL,
    version       bigint NOT NULL,
    told          bigint NOT NULL DEFAULT 0,
    attempts      bigint NOT NULL DEFAULT 0,
    failing_since bigint,
    next_at       bigint NOT NULL DEFAULT 0,
    holder        text NOT NULL DEFAULT '',
    held_until    bigint NOT NULL DEFAULT 0,
    off_at        bigint,
    off_why       text NOT NULL DEFAULT ''
);

CREATE INDEX webhook_of_room ON webhook (room);

-- The latest attempts of each, for whoever asks why nothing comes. `status` is the answer's, `problem`
-- a word where there was none.
CREATE TABLE webhook_attempt (
    hook     text COLLATE "C" NOT NULL,
    number   bigint NOT NULL,
    message  text NOT NULL,
    type     text NOT NULL,
    at       bigint NOT NULL,
    took_ms  bigint NOT NULL,
    status   bigint,
    problem  text NOT NULL,
    PRIMARY KEY (hook, number)
);
