"""Any play file as games: the content says whose it is. Pure; SPEC: FD15."""

from __future__ import annotations

from server.readers.game import Game
from server.readers.gsis import is_gsis, read_gsis
from server.readers.nfl_api import is_nfl_api, read_nfl_api
from server.readers.nflverse import read_nflverse
from server.readers.report import Fault, Reading, Report
from server.readers.source import text_of, tree_of


def read_games(path: str, content: bytes) -> Reading[tuple[Game, ...]] | Fault:
    """The games of a file: one of GSIS or the NFL API, any number of nflverse."""
    text = text_of(path, content, Report())
    if isinstance(text, Fault):
        return text
    if not text.lstrip().startswith(("{", "[")):
        return read_nflverse(path, content)
    tree = tree_of(path, text)
    if isinstance(tree, Fault):
        return tree
    if is_gsis(tree):
        found = read_gsis(path, content)
    elif is_nfl_api(tree):
        found = read_nfl_api(path, content)
    else:
        return Fault(path, "neither GSIS nor the NFL API's game detail")
    return found if isinstance(found, Fault) else Reading((found.value,), found.oddities)
