"""Every setting and limit, once: name, default, meaning. Flags, environment and a file are read by
server/settings_sources.py.

Nothing here reads the outside; `validate` says what to change when settings contradict each other.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field, fields
from typing import Any

from server.limits.table import InvalidLimits, published
from server.rules.dedup import WINDOW

_WS_URL = re.compile(r"wss?://[A-Za-z0-9._\[\]:-]+(/[A-Za-z0-9._~/-]*)?")
"""It stands in the pages' Content-Security-Policy: nothing that would end a directive."""


_ORIGIN = re.compile(r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,253}")


def setting(default: Any, about: str, *, secret: bool = False) -> Any:
    """A field with its meaning beside it; `touchline serve --help` and the documents are made from
    these."""
    return field(default=default, repr=not secret, metadata={"about": about, "secret": secret})


class InvalidSettings(ValueError):
    """Settings that cannot work. The message says which, why, and what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One immutable value for the life of a process. Units are last in the names."""

    # where
    data_dir: str = setting("data", "folder of the SQLite database, secrets and logs")
    database: str = setting("", "PostgreSQL URL; empty: SQLite in the data folder", secret=True)
    host: str = setting(
        "0.0.0.0",  # noqa: S104 - colleagues on the same network join
        "address that both ports listen on",
    )
    http_port: int = setting(8700, "pages and HTTP API")
    ws_port: int = setting(8701, "WebSocket")
    ws_url: str = setting(
        "",
        "address of the WebSocket that pages get, behind a proxy; empty: ws://<Host>:<ws_port>/ws",
    )
    ws_urls: str = setting(
        "",
        "comma-separated addresses of the sockets of all nodes, this one's (`ws_url`) among them:"
        " pages may go to each, first to that of the room; who drains names another",
    )
    allowed_hosts: str = setting(
        "",
        "comma-separated Host names that are served, beside localhost and this machine's own (S10)",
    )
    allowed_origins: str = setting(
        "", "comma-separated origins (scheme://host:port) beside those of our own pages (S9)"
    )
    public_url: str = setting(
        "",
        "address of our pages for people, like https://club.example: every link that is mailed or"
        " shown begins with it; empty: the name by which whoever asks came, if it is allowed",
    )
    allow_unsafe: bool = setting(
        False, "start although the database would not really sync; /ready then says unsafe"
    )
    workers: int = setting(
        1, "processes that share both ports, each a node: PostgreSQL and Redis are needed"
    )
    metrics_port: int = setting(
        0,
        "further HTTP port of this process alone, for /metrics and /ready; with workers the first"
        " one's, and the next have the next numbers; 0: none",
    )
    reuse_port: bool = setting(
        False, "let other processes of this machine listen on the same ports, as workers do"
    )
    log_format: str = setting("auto", "json, text, or auto: text on a terminal")
    log_level: str = setting("info", "debug, info, warning or error")
    otlp_url: str = setting(
        "", "collector of traces, OTLP over HTTP (TR1); needs the extra `otel`; empty: none"
    )
    trace_share: float = setting(
        0.0, "share of commands that begin a trace, beside those that carry one"
    )
    node: str = setting("", "name of this node; empty: drawn at start")
    secret: str = setting(
        "",
        "the signing secret itself, 32 random bytes or more; several: the newest first, a space"
        " between; by variable rather than by flag, which others on the machine can see",
        secret=True,
    )
    secret_file: str = setting(
        "", "file with the signing secret; empty: <data_dir>/secret, made at first start"
    )
    tls_certificate: str = setting(
        "", "PEM file with the certificate and its chain; with tls_key both ports speak TLS"
    )
    tls_key: str = setting("", "PEM file with the certificate's private key, without passphrase")
    trusted_proxies: str = setting(
        "",
        "comma-separated addresses or networks (10.0.0.0/24) of proxies whose X-Forwarded-For is"
        " believed (S17)",
    )
    operator_key: str = setting(
        "",
        "what the command line speaks with, when several processes share a port; empty: made at"
        " the start and kept in the data folder",
        secret=True,
    )
    metrics_key: str = setting(
        "", "key that /metrics asks for; empty: only loopback may read it", secret=True
    )
    demo: bool = setting(
        False, "make a demo board at first start, print its links, and play a made-up game"
    )
    # people
    sign_up: str = setting("open", "who may make an account: open, invitation, or closed")
    password_length_min: int = setting(
        8, "characters of a password, at least 8; NIST asks for 15 where there is no second factor"
    )
    argon2_memory_kib: int = setting(19_456, "memory of one password hash, KiB (A5)")
    argon2_time_cost: int = setting(2, "passes of one password hash (A5)")
    token_algorithm: str = setting("HS256", "how access tokens are signed: HS256 or EdDSA (A9)")
    issuer: str = setting("", "OpenID provider whose tokens are accepted; its `iss`, https://…")
    issuer_audience: str = setting("", "the `aud` that its tokens must have")
    issuer_algorithms: str = setting(
        "RS256,ES256,EdDSA", "how its tokens may be signed: RS256, PS256, ES256, EdDSA"
    )
    issuer_jwks: str = setting("", "address of its keys; empty: asked of its discovery document")
    issuer_roles_claim: str = setting("roles", "claim with its roles; dots lead into objects")
    issuer_roles: str = setting("", "its roles to ours, like helpdesk=staff,it=admin")
    session_days: float = setting(30.0, "a session that is not used ends after so many days")
    sessions_max: int = setting(20, "sessions of one account; beyond, the longest unused one ends")
    smtp_url: str = setting(
        "",
        "mail server, smtp://user:password@host:587 or smtps://; empty: <data_dir>/mail",
        secret=True,
    )
    mail_from: str = setting("Touchline <touchline@localhost>", "sender of messages to people")
    audit_days: int = setting(400, "days for which audit records are kept")
    archive_dir: str = setting(
        "",
        "folder of archived rooms, the same for all nodes of a database and of no other; empty:"
        " <data_dir>/archive",
    )
    archive_keep_days: int = setting(
        30, "days for which the files of rooms that came back stay, for backups of before"
    )
    # connections
    connections_max: int = setting(10_000, "connections of this node; more get 503 (S15)")
    connections_per_account_max: int = setting(20, "connections of one account (S15)")
    connections_per_address_max: int = setting(50, "connections of one address (S15)")
    head_bytes_max: int = setting(8_192, "request line, and each header line (S7)")
    headers_max: int = setting(64, "header lines of a handshake (S7)")
    handshake_s: float = setting(5.0, "a request head must be complete by then (S16)")
    hello_s: float = setting(5.0, "hello must come by then (C8)")
    hello_bytes_max: int = setting(
        16_384, "size of hello: a token of 4 KiB and up to 64 rooms with positions"
    )
    heartbeat_s: float = setting(
        20.0, "a silent client pings this often; two missed close with 3008 (C8)"
    )
    message_bytes_max: int = setting(65_536, "size of a message (C6)")
    bad_messages_max: int = setting(3, "bad messages in 60 s before 1008 (C7)")
    rooms_per_connection_max: int = setting(64, "rooms that one connection follows")
    flood_bytes_per_s: int = setting(
        262_144, "received bytes a second that, for 2 s, close with 4429 (C15)"
    )
    write_high_bytes: int = setting(
        262_144, "bytes that the transport may owe before a connection lags (C16)"
    )
    write_low_bytes: int = setting(65_536, "bytes owed at which a lagging connection catches up")
    send_buffer_bytes: int = setting(0, "SO_SNDBUF of connections; 0: the system's")
    slow_consumer_s: float = setting(
        10.0, "a lagging connection that takes nothing for so long is evicted (C16)"
    )
    abort_s: float = setting(2.0, "grace between a close frame and the end of the socket")
    tcp_user_timeout_ms: int = setting(30_000, "TCP_USER_TIMEOUT")
    # commands
    command_rate_per_s: float = setting(60.0, "commands of one connection, sustained (C14)")
    command_burst: int = setting(120, "commands of one connection, at once (C14)")
    in_flight_max: int = setting(64, "unanswered commands of one connection (C15)")
    join_rate_per_min: float = setting(120.0, "joins of one connection, beyond those of hello")
    failed_joins_per_min: float = setting(
        20.0, "joins of one address that were not permitted, before 4429"
    )
    presence_rate_per_s: float = setting(
        40.0, "presence messages of one connection; what is over is conflated"
    )
    presence_bytes_max: int = setting(2_048, "size of one presence value")
    presence_keys_max: int = setting(8, "presence keys of one connection in one room")
    presence_ttl_s: float = setting(30.0, "presence that nobody renews disappears after this")
    presence_tick_ms: int = setting(30, "presence of a room is sent at most this often")
    presence_listed_max: int = setting(
        200, "connections of a room whose presence is shown to others; more are only counted"
    )
    # rooms
    inbox_max: int = setting(4_096, "commands that wait in a room; more are answered busy")
    batch_max: int = setting(256, "commands of one room in one append")
    attempts_max: int = setting(
        8, "times that a command is decided again after conflicts, before contended"
    )
    snapshot_s: float = setting(60.0, "seconds of activity between snapshots")
    keep_snapshot_entries: int = setting(4_096, "one snapshot per so many entries is kept")
    tail_bytes_max: int = setting(
        1_048_576, "bytes of committed entries kept in memory beside the latest snapshot"
    )
    idle_close_s: float = setting(60.0, "a room that nobody follows is closed after this")
    fan_out_piece: int = setting(32, "members that are written to in one turn of the loop")
    fan_out_overlap: int = setting(
        8,
        "a room's next append begins when one member in so many is still to be written to",
    )
    open_rooms_max: int = setting(10_000, "rooms open at once on this node")
    # operation
    due_sweep_s: float = setting(1.0, "how often due rooms that nobody holds are looked for")
    due_batch: int = setting(64, "due rooms opened in one sweep")
    heads_s: float = setting(
        1.0, "how often open rooms are compared with a database that other processes write to"
    )
    pulse_s: float = setting(
        0.5, "how often the node says in the database that it lives, 1 at most"
    )
    access_poll_s: float = setting(
        1.0, "how often it is read what other nodes ended: sessions, accounts, keys, blocks"
    )
    drain_s: float = setting(10.0, "window over which clients are told to reconnect")
    http_body_bytes_max: int = setting(16_384, "request body of the HTTP side")
    import_bytes_max: int = setting(67_108_864, "an imported room's file; most of it is read past")
    play_bytes_max: int = setting(16_777_216, "files of recorded play together, unpacked")
    import_view_bytes_max: int = setting(4_194_304, "the part of an imported file that is kept")
    http_rate_per_s: float = setting(50.0, "HTTP requests of one address, sustained")
    http_burst: int = setting(200, "HTTP requests of one address, at once")
    redis: str = setting(
        "",
        "Redis URL for news between nodes and limits that they share; several with commas (one"
        " in a password is %2C), the same on every node: rooms hash over them, limits are in the"
        " first. Empty: nodes on one database compare heads, and each counts limits alone",
        secret=True,
    )
    limits: str = setting(
        "", "limits other than the published ones, like login=60/900,read=900/60 (count/seconds)"
    )
    guests_per_min: float = setting(30.0, "guest tokens of one address a minute")
    guest_token_h: float = setting(12.0, "life of a guest token, hours")


def table() -> list[tuple[str, Any, str]]:
    """Name, default and meaning of every setting, for help and documents."""
    return [(f.name, f.default, f.metadata["about"]) for f in fields(Settings)]


def validate(settings: Settings) -> None:
    """Raises InvalidSettings where values are out of range or contradict each other."""
    problems: list[str] = []
    for spec in fields(Settings):
        value = getattr(settings, spec.name)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value < 0:
            problems.append(f"{spec.name} is {value}: it must not be negative")
    relations = (
        (
            settings.http_port != settings.ws_port or settings.http_port == 0,
            "http_port and ws_port must differ",
        ),
        (
            settings.write_low_bytes < settings.write_high_bytes,
            "write_low_bytes must be below write_high_bytes",
        ),
        (
            settings.in_flight_max <= WINDOW,
            f"in_flight_max must not exceed {WINDOW}, the seqs that a room remembers",
        ),
        (
            settings.hello_bytes_max <= settings.message_bytes_max,
            "hello_bytes_max must not exceed message_bytes_max",
        ),
        (
            settings.tcp_user_timeout_ms > settings.slow_consumer_s * 1000,
            "tcp_user_timeout_ms must be above slow_consumer_s",
        ),
        (0 <= settings.trace_share <= 1, "trace_share must be from 0 to 1"),
        (
            settings.otlp_url == "" or settings.otlp_url.startswith(("http://", "https://")),
            "otlp_url must begin with http:// or https://",
        ),
        (settings.log_format in {"auto", "json", "text"}, "log_format must be auto, json or text"),
        (
            settings.log_level in {"debug", "info", "warning", "error"},
            "log_level must be debug, info, warning or error",
        ),
        *_of_sockets(settings),
        *_of_transport(settings),
        *_of_nodes(settings),
        (
            settings.sign_up in {"open", "invitation", "closed"},
            "sign_up must be open, invitation or closed",
        ),
        (8 <= settings.password_length_min <= 64, "password_length_min must be 8 to 64"),
        (
            settings.argon2_memory_kib >= 19_456 and settings.argon2_time_cost >= 2,
            "argon2_memory_kib must be at least 19456, argon2_time_cost at least 2",
        ),
        (settings.token_algorithm in {"HS256", "EdDSA"}, "token_algorithm must be HS256 or EdDSA"),
        (settings.fan_out_piece >= 1, "fan_out_piece must be at least 1"),
        (settings.fan_out_overlap >= 1, "fan_out_overlap must be at least 1"),
        (settings.sessions_max >= 1, "sessions_max must be at least 1"),
        (
            settings.import_view_bytes_max <= settings.import_bytes_max,
            "import_view_bytes_max must not exceed import_bytes_max",
        ),
        (
            settings.keep_snapshot_entries % 1_024 == 0,
            "keep_snapshot_entries must be a multiple of 1,024",
        ),
    )
    problems += [message for holds, message in relations if not holds]
    try:
        published(settings.limits)
    except InvalidLimits as error:
        problems.append(f"limits: {error}")
    if problems:
        raise InvalidSettings("; ".join(problems))


def _of_sockets(settings: Settings) -> list[tuple[bool, str]]:
    return [
        (
            not settings.ws_url or _WS_URL.fullmatch(settings.ws_url) is not None,
            "ws_url must be like wss://live.example:443/ws",
        ),
        (
            all(_WS_URL.fullmatch(one) for one in listed(settings.ws_urls)),
            "ws_urls must be like wss://one.example/ws,wss://two.example/ws",
        ),
        (
            not settings.ws_urls or settings.ws_url in listed(settings.ws_urls),
            "ws_url must be one of ws_urls",
        ),
    ]


def _of_transport(settings: Settings) -> list[tuple[bool, str]]:
    """Names that can never be met are mistakes: they would be refused at every request, and nobody
    would see why."""
    return [
        (
            not (settings.secret and settings.secret_file),
            "secret and secret_file are both given: give only one of them",
        ),
        (
            bool(settings.tls_certificate) == bool(settings.tls_key),
            "tls_certificate and tls_key belong together: give both, or none",
        ),
        (
            all(_NAME.fullmatch(one) or _is_address(one) for one in listed(settings.allowed_hosts)),
            "allowed_hosts must be names or addresses without scheme and port, like club.example",
        ),
        (
            all(_ORIGIN.fullmatch(one) for one in listed(settings.allowed_origins)),
            "allowed_origins must be like https://club.example or http://10.0.0.7:8080",
        ),
        (
            not settings.public_url or _ORIGIN.fullmatch(settings.public_url) is not None,
            "public_url must be like https://club.example, without a path",
        ),
        (
            all(_is_network(one) for one in listed(settings.trusted_proxies)),
            "trusted_proxies must be addresses or networks, like 127.0.0.1 or 10.0.0.0/24",
        ),
    ]


def _of_nodes(settings: Settings) -> list[tuple[bool, str]]:
    """Several processes are several nodes."""
    alone = settings.workers == 1
    schemes = ("redis://", "rediss://", "unix://")
    return [
        (
            all(url.startswith(schemes) for url in listed(settings.redis)),
            "redis must be like redis://host:6379/0, rediss://… or unix:///path",
        ),
        (settings.workers >= 1, "workers must be at least 1"),
        (
            0 < settings.pulse_s <= 1,
            "pulse_s must be above 0, and 1 at most: a silence of 1.5 s is an outage",
        ),
        (
            alone or bool(settings.database and settings.redis),
            "several workers need database (PostgreSQL) and redis: they are nodes",
        ),
        (
            alone or bool(settings.http_port and settings.ws_port),
            "several workers share their ports: http_port and ws_port must be named",
        ),
        (
            not settings.metrics_port
            or not {settings.http_port, settings.ws_port}
            & set(range(settings.metrics_port, settings.metrics_port + settings.workers)),
            "metrics_port, and the numbers after it for each worker, must not be http_port or"
            " ws_port",
        ),
    ]


def listed(text: str) -> list[str]:
    """The parts of a comma-separated setting."""
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_address(text: str) -> bool:
    return _is_network(text.strip("[]")) and "/" not in text


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True
