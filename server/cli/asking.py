"""Makes a command of a question at the desk: adds the options that all of them share, finds the
desk, and turns every way in which it can fail into a message and an exit code."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from server.cli.desk import Refused, open_desk
from server.cli.options import ConfigOption, DatabaseOption, DataOption, settings_for
from server.cli.screen import Exit, fail
from server.config import Settings
from server.secrets import InvalidSecret
from storage.errors import StorageError

UrlOption = Annotated[
    str | None,
    typer.Option("--url", help="Server, if it does not listen where the settings say."),
]

SHARED: dict[str, Any] = {
    "url": UrlOption,
    "data_dir": DataOption,
    "database": DatabaseOption,
    "config": ConfigOption,
}


def at_the_desk(question: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """`async def question(desk, …)` as a command for typer, with the shared options after its
    own."""

    def command(
        *,
        url: str | None = None,
        data_dir: str | None = None,
        database: str | None = None,
        config: Path | None = None,
        **own: Any,
    ) -> None:
        settings = settings_for(config, data_dir=data_dir, database=database)
        run(ask(question, settings, url, own))

    own = list(inspect.signature(question, eval_str=True).parameters.values())[1:]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
        for name, option in SHARED.items()
    ]
    signature = inspect.Signature([*own, *shared])
    command.__signature__ = signature  # pyright: ignore[reportFunctionMemberAccess] - typer reads it
    command.__annotations__ = {p.name: p.annotation for p in (*own, *shared)}
    command.__doc__ = question.__doc__
    return command


async def ask(
    question: Callable[..., Awaitable[None]],
    settings: Settings,
    url: str | None,
    own: dict[str, Any],
) -> None:
    """Opens the desk and asks."""
    async with open_desk(settings, url) as desk:
        await question(desk, **own)


def run(asked: Awaitable[None]) -> None:
    """Runs to the end, or ends the program with what went wrong."""

    async def whole() -> None:
        await asked

    try:
        asyncio.run(whole())
    except Refused as error:
        fail(str(error), error.exit_code)
    except InvalidSecret as error:
        fail(str(error), Exit.USAGE)
    except StorageError as error:
        fail(str(error), Exit.UNAVAILABLE)
    except httpx.TransportError as error:
        fail(f"the server went away ({type(error).__name__})", Exit.UNAVAILABLE)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
