"""What lies in the data folder, under which name: one place, because the server makes these files
and the command line looks for them."""

from __future__ import annotations

from pathlib import Path

from server.config import Settings

DATABASE = "touchline.db"
SECRET = "secret"  # noqa: S105 - the name of a file
OPERATOR_KEY = "operator.key"
DEMO = "demo.json"
DEMO_GAME = "demo_game.json"
DEMO_MATCH = "demo_match.json"
DEMO_LEAGUE = "demo_league.json"
DEMO_MEET = "demo_meet.json"
MAIL = "mail"
ARCHIVE = "archive"


def database_path(settings: Settings) -> Path:
    """The SQLite database."""
    return Path(settings.data_dir) / DATABASE


def secret_path(settings: Settings) -> Path:
    """The secret that signs tokens and invitation links."""
    return Path(settings.secret_file) if settings.secret_file else Path(settings.data_dir) / SECRET


def operator_key_path(settings: Settings) -> Path:
    """The key of the server that runs on this folder, made at its start and removed at its end."""
    return Path(settings.data_dir) / OPERATOR_KEY


def demo_path(settings: Settings) -> Path:
    """Which demo was made at the first start."""
    return Path(settings.data_dir) / DEMO


def demo_game_path(settings: Settings) -> Path:
    """Which game of the demo is on."""
    return Path(settings.data_dir) / DEMO_GAME


def demo_match_path(settings: Settings) -> Path:
    """Which match of soccer of the demo is on."""
    return Path(settings.data_dir) / DEMO_MATCH


def demo_league_path(settings: Settings) -> Path:
    """Which league the game of the demo is in."""
    return Path(settings.data_dir) / DEMO_LEAGUE


def demo_meet_path(settings: Settings) -> Path:
    """Which meet the demo has."""
    return Path(settings.data_dir) / DEMO_MEET


def mail_folder(settings: Settings) -> Path:
    """Where messages to people lie, as long as no mail server is set."""
    return Path(settings.data_dir) / MAIL


def archive_folder(settings: Settings) -> Path:
    """Where archived rooms lie."""
    return Path(settings.archive_dir) if settings.archive_dir else Path(settings.data_dir) / ARCHIVE
