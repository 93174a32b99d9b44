"""One play of American football as every source gives it: where it stood, what was written of it,
and its official stat lines. Pure; knows no file and no room. SPEC: FD1, FD2."""

from __future__ import annotations

from msgspec import Struct


class StatLine(Struct, frozen=True, gc=False, order=True):
    """One official statistic of a play: GSIS stat id, whose, and yards where it has any."""

    stat: int
    """GSIS stat id; what each means for points stands in server/rules/scoring/stat_ids.py."""
    team: str
    """Abbreviation, as the game's header has it."""
    player: str
    """GSIS id (`00-0033045`), else the source's own; empty: the team's."""
    name: str
    yards: int


class Play(Struct, frozen=True, kw_only=True):
    """The current form of a play. Its key is (game, id)."""

    id: int
    order: int
    """Place in its source's order, which is not always that of ids."""
    stats: tuple[StatLine, ...] = ()
    version: int = 1
    """Rises with each other form of it that the source has given."""
    drive: int = 0
    quarter: int = 0
    """1 to 4, 5 and on in overtime; 0: not said."""
    clock: str = ""
    """Left in the quarter, `mm:ss`."""
    down: int = 0
    """0: none, as at kick-offs."""
    to_go: int = 0
    """Yards."""
    yard_line: str = ""
    possession: str = ""
    """Team that has the ball, or kicks it off in GSIS files."""
    text: str = ""
    note: str = ""
    at_ms: int | None = None
    """Wall clock, ms since 1970."""
    deleted: bool = False
    """A tombstone: it was there, and counts for nothing."""
