"""`touchline serve`: runs a node, and says where it is and what to do next."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import typer
import uvloop

from server.cli.options import settings_for, with_settings
from server.cli.screen import Exit, fail, output
from server.cli.welcome import Running, lines
from server.config import Settings
from server.secrets import InvalidSecret
from server.tls import InvalidCertificate
from server.tracing import TracingUnavailable
from storage.errors import StorageError


def _serve(config: Path | None, flags: dict[str, Any]) -> None:
    """Run the server until it is told to stop (Ctrl-C or SIGTERM), then let everybody go in
    order."""
    settings = settings_for(config, **flags)
    if settings.workers > 1:
        # loaded only here: one process needs nobody to look after it
        from server.cli.workers import run_workers

        raise typer.Exit(uvloop.run(run_workers(settings, config, flags)))
    # Everything there is: the other commands start without it.
    from server.node import run_node

    try:
        status = uvloop.run(run_node(settings, ready=announce))
    except (InvalidSecret, InvalidCertificate, TracingUnavailable) as error:
        fail(str(error), Exit.USAGE)
    except StorageError as error:
        fail(str(error), Exit.UNAVAILABLE)
    except OSError as error:
        fail(_why(error, settings), Exit.UNAVAILABLE)
    raise typer.Exit(status)


def announce(running: Running) -> None:
    """Called once, when the server listens."""
    for line in lines(running.settings, running.addresses, running.links):
        output().print(line, markup=False)


def _why(error: OSError, settings: Settings) -> str:
    """What the system said, and what to change."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {settings.http_port} or {settings.ws_port} is taken: stop what listens there,"
            " or choose others by --http-port and --ws-port"
        )
    if error.errno == errno.EACCES:
        return f"not permitted: {error.filename or 'ports below 1024 need rights'}"
    return str(error)


command = with_settings(_serve)
