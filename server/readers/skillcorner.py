"""SkillCorner open data: the line-up of a match with kits and pitch, as JSON. Pure; SPEC: RD12."""

from __future__ import annotations

from protocol.text import clean_name
from server.readers.coordinates import SOCCER, Pitch
from server.readers.kits import Kit, kit_of
from server.readers.line_up import PLAYERS_MAX, LinePlayer, LineUp, slot_of
from server.readers.report import Fault, Reading, Report
from server.readers.source import text_of, tree_of
from server.readers.tracking import Side
from server.readers.tree import list_at, number_at, text_at, whole_at

SOURCE = "SkillCorner"
_HAS_SIDES: tuple[Side, ...] = ("home", "away")
_START = "00:00:00"


def read_skillcorner(path: str, content: bytes) -> Reading[LineUp] | Fault:
    """Both teams as they began; who came on later sits on the bench."""
    report = Report()
    text = text_of(path, content, report)
    if isinstance(text, Fault):
        return text
    tree = tree_of(path, text)
    if isinstance(tree, Fault):
        return tree
    sides: dict[int, Side] = {}
    teams: dict[str, str] = {}
    kits: dict[str, Kit] = {}
    for side in _HAS_SIDES:
        team = whole_at(tree, f"{side}_team", "id")
        if team is not None:
            sides[team] = side
        name = text_at(tree, f"{side}_team", "short_name") or side.capitalize()
        teams[side] = clean_name(name[:64]) or side.capitalize()
        jersey = text_at(tree, f"{side}_team_kit", "jersey_color")
        kit = kit_of(jersey, text_at(tree, f"{side}_team_kit", "number_color"))
        if kit is not None:
            kits[side] = kit
        else:
            report.odd("no_kit", f"{path}: $.{side}_team_kit")
    players: dict[str, LinePlayer] = {}
    for index, node in enumerate(list_at(tree, "players")):
        _player(players, node, sides, report, f"{path}: $.players[{index}]")
    if not players:
        return Fault(f"{path}: $.players", "no player in it can be read")
    name = f"{teams['home']} – {teams['away']}"[:64]
    pitch = _pitch(tree, report, path)
    line_up = LineUp(name, SOURCE, "soccer", pitch, teams, kits, tuple(players.values()))
    return Reading(line_up, report.oddities())


def _pitch(tree: object, report: Report, path: str) -> Pitch:
    length, width = number_at(tree, "pitch_length"), number_at(tree, "pitch_width")
    if length is None or width is None or not (90 <= length <= 120 and 45 <= width <= 90):
        report.odd("no_pitch", f"{path}: $.pitch_length")
        return SOCCER
    return Pitch(round(length * 1000), round(width * 1000))


def _player(
    players: dict[str, LinePlayer],
    node: object,
    sides: dict[int, Side],
    report: Report,
    where: str,
) -> None:
    identity = whole_at(node, "id")
    side = sides.get(whole_at(node, "team_id") or 0)
    if identity is None or side is None or len(players) >= PLAYERS_MAX:
        report.odd("nobody" if identity is None else "no_side", where)
        return
    if str(identity) in players:
        report.odd("repeated", where)
        return
    shirt = whole_at(node, "number")
    if shirt is not None and not 0 <= shirt <= 99:
        report.odd("number_unusable", where)
        shirt = None
    acronym = text_at(node, "player_role", "acronym")
    role = None if acronym in {None, "SUB"} else clean_name((acronym or "")[:16])
    starts = text_at(node, "start_time") == _START
    slot = slot_of(role)
    if starts and slot is None:
        report.odd("role_unknown", where)
    name = text_at(node, "last_name") or text_at(node, "first_name") or ""
    players[str(identity)] = LinePlayer(
        str(identity),
        side,
        shirt,
        clean_name(name[:64]),
        role,
        slot,
        starts,
        is_keeper=role == "GK",
    )
