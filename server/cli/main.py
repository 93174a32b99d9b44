"""The program `touchline`: puts the groups of commands together. Knows none of them closely.

SPEC rules OP1 to OP20, SC20 to SC23, FP10 to FP16, LI14, LI15, QY12, QY13.
"""

from __future__ import annotations

import typer

from server.cli import (
    admin,
    ask,
    board,
    cluster,
    db,
    draft,
    feed,
    feed_publish,
    feed_season,
    league,
    library,
    load,
    rights,
    room,
    score,
    secret,
    serve,
    settings,
    tables,
    tail,
    token,
)

app = typer.Typer(
    name="touchline",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback holds settings, and settings hold secrets
    add_completion=False,
    help="A real-time collaboration server for sport.",
)


@app.callback()
def touchline() -> None:
    """A real-time collaboration server for sport."""


app.command("serve")(serve.command)
app.command("settings")(settings.command)
app.command("rights")(rights.command)
app.command("tables")(tables.command)
app.command("tail")(tail.command)
app.command("score")(score.command)
app.command("ask")(ask.ask)
app.command(
    "loadtest",
    context_settings={
        "ignore_unknown_options": True,
        "allow_extra_args": True,
        "help_option_names": [],
    },
)(load.command)
app.add_typer(admin.app, name="admin")
app.add_typer(room.app, name="room")
app.add_typer(board.app, name="board")
app.add_typer(library.app, name="library")
app.add_typer(draft.app, name="draft")
feed.app.command("publish")(feed_publish.command)
feed.app.command("index")(ask.index)
feed.app.command("archive")(feed_season.archive)
feed.app.command("restore")(feed_season.restore)
app.add_typer(feed.app, name="feed")
app.add_typer(league.app, name="league")
app.add_typer(db.app, name="db")
app.add_typer(cluster.app, name="cluster")
app.add_typer(token.app, name="token")
app.add_typer(secret.app, name="secret")


def main() -> None:
    """The console script."""
    app()
