"""What the XML beside Metrica's files says (FIFA EPTS): rate, pitch, halves, teams, players, and in
which order the lines of a tracking file name them. Pure; SPEC: RD2, RD11."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from protocol.text import clean_name
from server.readers.coordinates import SOCCER, Pitch
from server.readers.report import Fault, Report
from server.readers.source import number, text_of, whole
from server.readers.tracking import Actor

RATE_HZ = 25.0
_HALVES = ("first_half", "second_half", "first_extra_half", "second_extra_half")


@dataclass(frozen=True, slots=True)
class Register:
    """How a line is taken apart: frame, players, ball."""

    outer: str = ":"
    between: str = ";"
    inner: str = ","
    players: tuple[str, ...] = ()
    """Keys, in the order of the line."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Of one match or clip."""

    name: str
    rate_hz: float
    pitch: Pitch
    teams: dict[str, str]
    """Names by side."""
    sides: dict[str, str]
    """Sides by the provider's team id."""
    actors: dict[str, Actor]
    attack: dict[str, int]
    """In the first half."""
    halves: tuple[tuple[int, int], ...]
    """First and last frame of each."""
    register: Register = field(default_factory=Register)


def read_metadata(path: str, content: bytes, report: Report) -> Metadata | Fault:
    """The whole document."""
    text = text_of(path, content, report)
    if isinstance(text, Fault):
        return text
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return Fault(path, "an XML document with a DTD is not read")
    try:
        root = ET.fromstring(text)  # noqa: S314 - entities cannot be declared without a DTD
    except (ET.ParseError, ValueError, RecursionError) as error:
        return Fault(path, f"not XML: {error}")
    given = _parameters(root.find(".//ProviderGlobalParameters"))
    rate = number(root.findtext(".//FrameRate"))
    if rate is None or not 1 <= rate <= 240:
        report.odd("no_rate", f"{path}: FrameRate")
        rate = RATE_HZ
    sides = _sides(root)
    teams = {
        sides[team.get("id", "")]: clean_name((team.findtext("Name") or "")[:64]) or "Team"
        for team in root.iterfind(".//Teams/Team")
        if team.get("id", "") in sides
    }
    actors = _actors(root, sides, report, path)
    return Metadata(
        name=clean_name((root.findtext(".//FileName") or "")[:64]) or "Metrica",
        rate_hz=rate,
        pitch=_pitch(root, report, path),
        teams=teams,
        sides=sides,
        actors=actors,
        attack=_attack(root, sides),
        halves=tuple(
            (first, last)
            for half in _HALVES
            if (first := whole(given.get(f"{half}_start"))) is not None
            and (last := whole(given.get(f"{half}_end"))) is not None
        ),
        register=_register(root, actors),
    )


def _parameters(node: ET.Element | None) -> dict[str, str]:
    if node is None:
        return {}
    return {
        (one.findtext("Name") or "").strip(): (one.findtext("Value") or "").strip()
        for one in node.iterfind("ProviderParameter")
    }


def _sides(root: ET.Element) -> dict[str, str]:
    """The local team is home; where it is not said, the first one."""
    ids = [team.get("id", "") for team in root.iterfind(".//Teams/Team")]
    score = root.find(".//Score")
    local = None if score is None else score.get("idLocalTeam")
    home = local if local in ids else next(iter(ids), None)
    return {team: "home" if team == home else "away" for team in ids if team}


def _pitch(root: ET.Element, report: Report, path: str) -> Pitch:
    """In their words `Width` is the length, and `Height` the width."""
    length, width = (
        number(root.findtext(".//FieldSize/Width")),
        number(root.findtext(".//FieldSize/Height")),
    )
    if length is None or width is None or not (90 <= length <= 120 and 45 <= width <= 90):
        report.odd("no_pitch", f"{path}: FieldSize")
        return SOCCER
    return Pitch(round(length * 1000), round(width * 1000))


def _actors(root: ET.Element, sides: dict[str, str], report: Report, path: str) -> dict[str, Actor]:
    actors: dict[str, Actor] = {}
    for player in root.iterfind(".//Players/Player"):
        key = player.get("id", "")[:32]
        side = sides.get(player.get("teamId", ""))
        where = f"{path}: player {key}"
        if not key:
            report.odd("nobody", where)
            continue
        shirt = whole(player.findtext("ShirtNumber"))
        if shirt is not None and not 0 <= shirt <= 99:
            report.odd("number_unusable", where)
            shirt = None
        kind = _parameters(player.find("ProviderPlayerParameters")).get("position_type", "")
        role = None if kind == "Unknown" else clean_name(kind[:16])
        if side is None:
            report.odd("no_side", where)
        actors[key] = Actor(
            key,
            "home" if side == "home" else "away" if side == "away" else "official",
            number=shirt,
            name=clean_name((player.findtext("Name") or "")[:64]),
            role=role,
            is_keeper=kind == "Goalkeeper",
        )
    return actors


def _attack(root: ET.Element, sides: dict[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for team in root.iterfind(".//Teams/Team"):
        given = _parameters(team.find("ProviderTeamsParameters"))
        towards = {"left_to_right": 1, "right_to_left": -1}.get(
            given.get("attack_direction_first_half", "")
        )
        side = sides.get(team.get("id", ""))
        if towards is not None and side is not None:
            found[side] = towards
    return found


def _register(root: ET.Element, actors: dict[str, Actor]) -> Register:
    """Channels name their player; the groups of the format name their channels."""
    owner = {
        channel.get("id", ""): channel.get("playerId", "")[:32]
        for channel in root.iterfind(".//PlayerChannel")
    }
    specification = root.find(".//DataFormatSpecification")
    if specification is None:
        return Register(players=tuple(actors))
    players: list[str] = []
    between, inner = ";", ","
    for outer in specification.iterfind("SplitRegister"):
        for group in outer.iterfind("SplitRegister"):
            channel = group.find("PlayerChannelRef")
            if channel is not None:
                between = outer.get("separator") or between
                inner = group.get("separator") or inner
                players.append(owner.get(channel.get("playerChannelId", ""), ""))
    return Register(
        specification.get("separator") or ":", between, inner, tuple(players) or tuple(actors)
    )
