"""`touchline token`: makes and reads access tokens with the secret of a data folder."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer

from protocol.membership import NameField
from server.cli.options import ConfigOption, DataOption, settings_for
from server.cli.screen import Exit, fail, print_rows
from server.clock import SystemClock
from server.config import Settings
from server.data_folder import secret_path
from server.secrets import InvalidSecret, KeyRing, load_secret, open_ring
from server.tokens import InvalidToken, Tokens

app = typer.Typer(no_args_is_help=True, help="Access tokens, signed by the data folder's secret.")

NameArgument = Annotated[str, typer.Argument(help="Name that other members see.")]
HoursOption = Annotated[
    float | None, typer.Option("--hours", help="How long it is valid; the setting if not given.")
]
TokenArgument = Annotated[
    str, typer.Argument(help="The token, or - to read it from standard input.")
]


@app.command("create")
def create(
    name: NameArgument,
    hours: HoursOption = None,
    data_dir: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Make a token for a new account with this name, and print it alone."""
    settings = settings_for(config, data_dir=data_dir, guest_token_h=hours)
    try:
        valid = msgspec.convert(name, NameField)
    except msgspec.ValidationError:
        fail(f"{name!r} cannot be a name: 1 to 64 characters", Exit.USAGE)
    issued = _tokens(settings, create=True).issue_guest(valid)
    sys.stdout.write(issued.token + "\n")


@app.command("show")
def show(token: TokenArgument, data_dir: DataOption = None, config: ConfigOption = None) -> None:
    """Verify a token and print who it speaks for. Ends with 1 where it is not one of ours."""
    settings = settings_for(config, data_dir=data_dir)
    text = sys.stdin.readline().strip() if token == "-" else token  # noqa: S105 - a dash, no secret
    try:
        identity = _tokens(settings, create=False).verify(text)
    except InvalidToken as error:
        fail(f"not a valid token of this server ({error.reason})")
    print_rows(
        ["account", "name", "expires (ms of log time)"],
        [[identity.account, identity.name, str(identity.expires_ms)]],
    )


def _tokens(settings: Settings, *, create: bool) -> Tokens:
    try:
        # Looking makes no secret: only what issues a token may.
        ring = open_ring(settings) if create else _found(settings)
    except InvalidSecret as error:
        fail(str(error), Exit.USAGE)
    return Tokens(ring, SystemClock(), guest_token_h=settings.guest_token_h)


def _found(settings: Settings) -> KeyRing:
    return (
        open_ring(settings) if settings.secret else load_secret(secret_path(settings), create=False)
    )
