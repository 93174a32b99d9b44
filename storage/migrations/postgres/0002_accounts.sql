-- Accounts and what belongs to them. Times are ms of log time; ids are compared byte by byte, so that
-- every database lists them in the same order.

-- People who can sign in. `email` is verified, lower case, and nobody else's. The second factor's
-- secret is sealed; `totp_pending` is one that was not confirmed by a code yet.
-- `folded` is the name without case, for searches.
CREATE TABLE account (
    id                  text COLLATE "C" PRIMARY KEY,
    name                text COLLATE "C" NOT NULL,
    folded              text COLLATE "C" NOT NULL DEFAULT '',
    created_at          bigint NOT NULL,
    email               text COLLATE "C",
    password_hash       text COLLATE "C",
    password_changed_at bigint,
    site_role           text COLLATE "C",
    origin              text COLLATE "C" NOT NULL,
    closed_at           bigint,
    close_reason        text COLLATE "C",
    totp_secret         bytea,
    totp_since          bigint,
    totp_step           bigint NOT NULL DEFAULT -1,
    totp_pending        bytea
);

CREATE UNIQUE INDEX account_email ON account (email) WHERE email IS NOT NULL;

-- SHA-256 of codes that are still good.
CREATE TABLE recovery_code (
    account text COLLATE "C" NOT NULL,
    digest  bytea NOT NULL,
    PRIMARY KEY (account, digest)
);

-- Refresh families. `id` is public, `family` stands in the refresh token. Digests are SHA-256; the
-- successor is sealed, for whoever lost the answer that told it.
CREATE TABLE session (
    id               text COLLATE "C" PRIMARY KEY,
    account          text COLLATE "C" NOT NULL,
    family           text COLLATE "C" NOT NULL UNIQUE,
    "current"        bytea NOT NULL,
    previous         bytea,
    rotated_at       bigint,
    sealed_successor bytea,
    created_at       bigint NOT NULL,
    used_at          bigint NOT NULL,
    expires_at       bigint NOT NULL,
    device           text COLLATE "C" NOT NULL,
    address          text COLLATE "C" NOT NULL,
    fingerprint      text COLLATE "C" NOT NULL,
    ended_at         bigint,
    end_reason       text COLLATE "C"
);

CREATE INDEX session_of_account ON session (account, ended_at);
CREATE INDEX session_expires ON session (expires_at);

-- One-time links by the SHA-256 of their secret. `payload` is sealed. Used ones are gone.
CREATE TABLE link (
    digest     bytea PRIMARY KEY,
    purpose    text COLLATE "C" NOT NULL,
    subject    text COLLATE "C" NOT NULL,
    payload    bytea,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);

CREATE INDEX link_of_subject ON link (subject, purpose);
CREATE INDEX link_expires ON link (expires_at);

-- What happened, appended only. `detail` is a JSON object without secrets.
-- Only an erased person's addresses are updated, and only what is too old is deleted.
CREATE TABLE audit (
    number  bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at      bigint NOT NULL,
    action  text COLLATE "C" NOT NULL,
    account text COLLATE "C",
    address text COLLATE "C" NOT NULL,
    node    text COLLATE "C" NOT NULL,
    request text COLLATE "C" NOT NULL,
    object  text COLLATE "C" NOT NULL,
    detail  text COLLATE "C" NOT NULL
);

CREATE INDEX audit_of_account ON audit (account, number);
CREATE INDEX audit_of_object ON audit (object, number);
CREATE INDEX audit_of_action ON audit (action, number);

-- What every node must hear of soon: an ended session, a closed account, a changed key, block or
-- team.
CREATE TABLE access_change (
    number  bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    kind    text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    detail  text COLLATE "C" NOT NULL,
    at      bigint NOT NULL
);

CREATE INDEX access_change_at ON access_change (at);

-- Who may not come in for a while, and why. `value` is an account, a key, or an address or network.
CREATE TABLE block (
    id         text COLLATE "C" PRIMARY KEY,
    kind       text COLLATE "C" NOT NULL,
    value      text COLLATE "C" NOT NULL,
    reason     text COLLATE "C" NOT NULL,
    "by"       text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    ends_at    bigint,
    lifted_at  bigint,
    lifted_by  text COLLATE "C"
);

CREATE INDEX block_of_value ON block (kind, value);

-- Who owns boards together.
CREATE TABLE team (
    id         text COLLATE "C" PRIMARY KEY,
    name       text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL
);

CREATE TABLE team_member (
    team      text COLLATE "C" NOT NULL,
    account   text COLLATE "C" NOT NULL,
    role      text COLLATE "C" NOT NULL,
    name      text COLLATE "C" NOT NULL,
    joined_at bigint NOT NULL,
    PRIMARY KEY (team, account)
);

CREATE INDEX team_of_account ON team_member (account, team);

-- Invitations by link; `email` is the only address that may use it, if given. `uses` are those left.
CREATE TABLE team_invitation (
    id         text COLLATE "C" PRIMARY KEY,
    team       text COLLATE "C" NOT NULL,
    role       text COLLATE "C" NOT NULL,
    email      text COLLATE "C",
    digest     bytea NOT NULL UNIQUE,
    expires_at bigint,
    uses       bigint,
    "by"       text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL
);

CREATE INDEX team_invitation_of_team ON team_invitation (team, id);

-- Rooms that a team owns.
CREATE TABLE room_team (
    room text COLLATE "C" PRIMARY KEY,
    team text COLLATE "C" NOT NULL
);

CREATE INDEX room_team_of_team ON room_team (team, room);

-- Changes of a person's role in a team that the team's rooms do not all have yet.
CREATE TABLE team_work (
    number  bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    team    text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    at      bigint NOT NULL
);

-- Keys of programs. Digests are SHA-256 of the secret; signing secrets are sealed; `rooms` is a JSON
-- array, or null: all rooms of whoever made the key. The previous ones hold until `previous_until`.
CREATE TABLE api_key (
    id              text COLLATE "C" PRIMARY KEY,
    account         text COLLATE "C" NOT NULL,
    team            text COLLATE "C",
    name            text COLLATE "C" NOT NULL,
    digest          bytea NOT NULL,
    previous_digest bytea,
    previous_until  bigint,
    sealed_secret   bytea,
    sealed_previous bytea,
    scopes          text COLLATE "C" NOT NULL,
    rooms           text COLLATE "C",
    created_at      bigint NOT NULL,
    expires_at      bigint,
    used_at         bigint,
    revoked_at      bigint,
    revoke_reason   text COLLATE "C"
);

CREATE INDEX api_key_of_account ON api_key (account, id);
CREATE INDEX api_key_of_team ON api_key (team, id) WHERE team IS NOT NULL;

-- First answers to signed requests, for whoever sends one again.
CREATE TABLE receipt (
    key    text COLLATE "C" NOT NULL,
    id     text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    made   bigint NOT NULL,
    number bigint NOT NULL,
    status bigint,
    answer bytea,
    at     bigint NOT NULL,
    PRIMARY KEY (key, id)
);

-- How many signed requests of a key there were ever; receipts are forgotten, this is not.
CREATE TABLE receipt_count (
    key    text COLLATE "C" PRIMARY KEY,
    number bigint NOT NULL
);

CREATE INDEX receipt_at ON receipt (at);

-- Public keys of passkeys.
CREATE TABLE passkey (
    id         text COLLATE "C" PRIMARY KEY,
    account    text COLLATE "C" NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name       text COLLATE "C" NOT NULL,
    transports text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    used_at    bigint
);

CREATE INDEX passkey_of_account ON passkey (account, id);
