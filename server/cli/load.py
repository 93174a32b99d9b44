"""`touchline loadtest`: hands over to the load generator, which knows the protocol only."""

from __future__ import annotations

import runpy
import sys

import typer


def command(context: typer.Context) -> None:
    """Put load on a running server and check everything it answers (`loadtest --help`)."""
    arguments = sys.argv
    sys.argv = ["touchline loadtest", *context.args]
    try:
        runpy.run_module("loadtest", run_name="__main__", alter_sys=False)
    finally:
        sys.argv = arguments
