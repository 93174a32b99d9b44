-- Accounts and what belongs to them. Times are ms of log time.

-- People who can sign in. `email` is verified, lower case, and nobody else's. The second factor's
-- secret is sealed; `totp_pending` is one that was not confirmed by a code yet.
-- `folded` is the name without case, for searches.
CREATE TABLE account (
    id                  TEXT PRIMARY KEY,
    name                TEXT NOT NULL,
    folded              TEXT NOT NULL DEFAULT '',
    created_at          INTEGER NOT NULL,
    email               TEXT,
    password_hash       TEXT,
    password_changed_at INTEGER,
    site_role           TEXT,
    origin              TEXT NOT NULL,
    closed_at           INTEGER,
    close_reason        TEXT,
    totp_secret         BLOB,
    totp_since          INTEGER,
    totp_step           INTEGER NOT NULL DEFAULT -1,
    totp_pending        BLOB
) STRICT;

CREATE UNIQUE INDEX account_email ON account (email) WHERE email IS NOT NULL;

-- SHA-256 of codes that are still good.
CREATE TABLE recovery_code (
    account TEXT NOT NULL,
    digest  BLOB NOT NULL,
    PRIMARY KEY (account, digest)
) STRICT;

-- Refresh families. `id` is public, `family` stands in the refresh token. Digests are SHA-256; the
-- successor is sealed, for whoever lost the answer that told it.
CREATE TABLE session (
    id               TEXT PRIMARY KEY,
    account          TEXT NOT NULL,
    family           TEXT NOT NULL UNIQUE,
    "current"        BLOB NOT NULL,
    previous         BLOB,
    rotated_at       INTEGER,
    sealed_successor BLOB,
    created_at       INTEGER NOT NULL,
    used_at          INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    device           TEXT NOT NULL,
    address          TEXT NOT NULL,
    fingerprint      TEXT NOT NULL,
    ended_at         INTEGER,
    end_reason       TEXT
) STRICT;

CREATE INDEX session_of_account ON session (account, ended_at);
CREATE INDEX session_expires ON session (expires_at);

-- One-time links by the SHA-256 of their secret. `payload` is sealed. Used ones are gone.
CREATE TABLE link (
    digest     BLOB PRIMARY KEY,
    purpose    TEXT NOT NULL,
    subject    TEXT NOT NULL,
    payload    BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX link_of_subject ON link (subject, purpose);
CREATE INDEX link_expires ON link (expires_at);

-- What happened, appended only. `detail` is a JSON object without secrets.
-- Only an erased person's addresses are updated, and only what is too old is deleted.
CREATE TABLE audit (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    action  TEXT NOT NULL,
    account TEXT,
    address TEXT NOT NULL,
    node    TEXT NOT NULL,
    request TEXT NOT NULL,
    object  TEXT NOT NULL,
    detail  TEXT NOT NULL
) STRICT;

CREATE INDEX audit_of_account ON audit (account, number);
CREATE INDEX audit_of_object ON audit (object, number);
CREATE INDEX audit_of_action ON audit (action, number);

-- What every node must hear of soon: an ended session, a closed account, a changed key, block or
-- team.
CREATE TABLE access_change (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

CREATE INDEX access_change_at ON access_change (at);

-- Who may not come in for a while, and why. `value` is an account, a key, or an address or network.
CREATE TABLE block (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    value      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    "by"       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ends_at    INTEGER,
    lifted_at  INTEGER,
    lifted_by  TEXT
) STRICT;

CREATE INDEX block_of_value ON block (kind, value);

-- Who owns boards together.
CREATE TABLE team (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE team_member (
    team      TEXT NOT NULL,
    account   TEXT NOT NULL,
    role      TEXT NOT NULL,
    name      TEXT NOT NULL,
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (team, account)
) STRICT;

CREATE INDEX team_of_account ON team_member (account, team);

-- Invitations by link; `email` is the only address that may use it, if given. `uses` are those left.
CREATE TABLE team_invitation (
    id         TEXT PRIMARY KEY,
    team       TEXT NOT NULL,
    role       TEXT NOT NULL,
    email      TEXT,
    digest     BLOB NOT NULL UNIQUE,
    expires_at INTEGER,
    uses       INTEGER,
    "by"       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX team_invitation_of_team ON team_invitation (team, id);

-- Rooms that a team owns.
CREATE TABLE room_team (
    room TEXT PRIMARY KEY,
    team TEXT NOT NULL
) STRICT;

CREATE INDEX room_team_of_team ON room_team (team, room);

-- Changes of a person's role in a team that the team's rooms do not all have yet.
CREATE TABLE team_work (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    team    TEXT NOT NULL,
    account TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

-- Keys of programs. Digests are SHA-256 of the secret; signing secrets are sealed; `rooms` is a JSON
-- array, or null: all rooms of whoever made the key. The previous ones hold until `previous_until`.
CREATE TABLE api_key (
    id              TEXT PRIMARY KEY,
    account         TEXT NOT NULL,
    team            TEXT,
    name            TEXT NOT NULL,
    digest          BLOB NOT NULL,
    previous_digest BLOB,
    previous_until  INTEGER,
    sealed_secret   BLOB,
    sealed_previous BLOB,
    scopes          TEXT NOT NULL,
    rooms           TEXT,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER,
    used_at         INTEGER,
    revoked_at      INTEGER,
    revoke_reason   TEXT
) STRICT;

CREATE INDEX api_key_of_account ON api_key (account, id);
CREATE INDEX api_key_of_team ON api_key (team, id) WHERE team IS NOT NULL;

-- First answers to signed requests, for whoever sends one again.
CREATE TABLE receipt (
    key    TEXT NOT NULL,
    id     TEXT NOT NULL,
    digest BLOB NOT NULL,
    made   INTEGER NOT NULL,
    number INTEGER NOT NULL,
    status INTEGER,
    answer BLOB,
    at     INTEGER NOT NULL,
    PRIMARY KEY (key, id)
) STRICT;

-- How many signed requests of a key there were ever; receipts are forgotten, this is not.
CREATE TABLE receipt_count (
    key    TEXT PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT;

CREATE INDEX receipt_at ON receipt (at);

-- Public keys of passkeys.
CREATE TABLE passkey (
    id         TEXT PRIMARY KEY,
    account    TEXT NOT NULL,
    public_key BLOB NOT NULL,
    sign_count INTEGER NOT NULL,
    name       TEXT NOT NULL,
    transports TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;

CREATE INDEX passkey_of_account ON passkey (account, id);
