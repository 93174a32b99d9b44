"""Line-ups and events as a board: tokens in their roles' slots, the bench beside the pitch; of a
passage the marks (pass dashed, carry wavy, shot solid) and, if wanted, a phase for each event.
Pure; knows no provider. SPEC: RD12 to RD15, RD20."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from protocol.board import NOTES_MAX, BoardSettings, SportName, stop_id
from protocol.board_commands import NewObject
from server.readers.board_parts import BoardParts, new, object_id, within
from server.readers.coordinates import Pitch, Point, turned
from server.readers.kits import AWAY, AWAY_KEEPER, HOME, HOME_KEEPER, OFFICIAL, Kit
from server.readers.line_up import SLOTS, LinePlayer, LineUp
from server.readers.match_events import MatchEvent, MatchEvents
from server.readers.report import Report
from server.rules.pitch import reach

BENCH_OFF_MM = 4_000
"""From the touchline."""
BENCH_STEP_MM = 3_000
_APART_MM = 3_000
"""Between two players in one slot."""
_RANKS = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PHASE_MIN_MS, PHASE_MAX_MS = 500, 5_000

_INK: Mapping[str, str] = {"home": "#c0262d", "away": "#1f5fa8"}


class _Style(NamedTuple):
    stroke: str
    width: int


STYLES: Mapping[str, _Style] = {
    "pass": _Style("dashed", 200),
    "carry": _Style("wavy", 200),
    "dribble": _Style("wavy", 200),
    "shot": _Style("solid", 350),
}
"""By convention; other events with two places are solid and thin."""
_OTHER = _Style("solid", 120)


def board_of_line_up(line_up: LineUp, seed: str, oddities: Report | None = None) -> BoardParts:
    """Both teams in their own halves, home on the left, the bench below its half."""
    report = oddities or Report()
    objects = _line_up_tokens(line_up, seed, report)
    objects.append(new(object_id(seed, "ball"), "ball", at=(0, 0)))
    told = [f"{line_up.source}."]
    told += [f"{line_up.teams[s]}: {s}." for s in ("home", "away") if s in line_up.teams]
    return BoardParts(
        _settings(line_up.sport, line_up.pitch),
        tuple(objects),
        "\n".join(told),
        line_up.source,
        line_up.name or "Line-up",
        report.oddities(),
    )


def board_of_passage(
    match: MatchEvents,
    events: tuple[MatchEvent, ...],
    seed: str,
    oddities: Report | None = None,
    *,
    phases: bool = False,
) -> BoardParts:
    """Whoever takes part, where first seen; an arrow for each event with two places. With `phases`
    each of these is a phase, in which the ball goes and whoever receives it comes."""
    report = oddities or Report()
    players = {player.key: player for player in match.line_up.players}
    moves = [e for e in events if e.start is not None and e.end is not None]
    if len(moves) < len(events):
        first = next(e for e in events if e not in moves)
        report.odd("without_two_places", f"event {first.index}", len(events) - len(moves))
    first_seen = _first_places(events)
    objects: list[NewObject] = []
    for key, place in first_seen.items():
        if key in players:
            objects.append(_token(object_id(seed, key), players[key], place, match.line_up.kits))
        else:
            report.odd("unknown_player", key)
    known = {key for key in first_seen if key in players}
    ball = object_id(seed, "ball")
    start = next((e.start for e in events if e.start is not None), (0, 0))
    objects.append(new(ball, "ball", at=start))
    steps = _phases(moves, known, seed, ball) if phases else []
    objects += steps
    shown = (
        {e.index: object_id(seed, f"phase {e.index}") for e in moves[: len(_RANKS)]}
        if phases
        else {}
    )
    objects += [_arrow(object_id(seed, f"event {e.index}"), e, shown.get(e.index)) for e in moves]
    line_up = match.line_up
    return BoardParts(
        _settings(line_up.sport, line_up.pitch),
        tuple(objects),
        _told(match, events, players),
        line_up.source,
        line_up.name or "Passage",
        report.oddities(),
    )


def _settings(sport: SportName, pitch: Pitch) -> BoardSettings:
    return BoardSettings(sport=sport, length_mm=pitch.length, width_mm=pitch.width)


def _line_up_tokens(line_up: LineUp, seed: str, report: Report) -> list[NewObject]:
    pitch = line_up.pitch
    tokens: list[NewObject] = []
    taken: dict[tuple[str, str], int] = {}
    benched = {"home": 0, "away": 0}
    for player in line_up.players:
        side = "away" if player.side == "away" else "home"
        if player.place is not None:
            place = player.place
        elif player.starts and player.slot is not None:
            again = taken.get((side, player.slot), 0)
            taken[side, player.slot] = again + 1
            if again:
                report.odd("slot_taken", f"{player.name or player.key}: {player.slot}")
            x, y = SLOTS[player.slot]
            place = (x * pitch.length // 2_000 - again * _APART_MM, y * pitch.width // 2_000)
            place = turned(place) if side == "away" else place
        else:
            place = _bench(pitch, benched[side], away=side == "away")
            benched[side] += 1
        near = within(place, *reach(pitch.length, pitch.width))
        tokens.append(_token(object_id(seed, player.key), player, near, line_up.kits))
    return tokens


def _bench(pitch: Pitch, n: int, *, away: bool) -> Point:
    """Rows below the pitch, from the middle outward."""
    a_row = max(1, (pitch.length // 2 - BENCH_STEP_MM) // BENCH_STEP_MM)
    x = BENCH_STEP_MM * (n % a_row + 1)
    y = pitch.width // 2 + BENCH_OFF_MM + BENCH_STEP_MM * (n // a_row)
    return (x if away else -x), y


def _token(id_: str, player: LinePlayer, place: Point, kits: Mapping[str, Kit]) -> NewObject:
    usual = {"home": HOME, "away": AWAY}.get(player.side, OFFICIAL)
    kit = kits.get(player.side, usual)
    if player.is_keeper:
        kit = HOME_KEEPER if player.side == "home" else AWAY_KEEPER
    return new(
        id_,
        "token",
        at=place,
        number=player.number,
        name=player.name,
        role=player.role[:16] if player.role else None,
        side=player.side,
        fill=kit.fill,
        ink=kit.ink,
        trim=kit.trim,
        facing=180 if player.side == "away" else 0,
        keeper=True if player.is_keeper else None,
        captain=True if player.is_captain else None,
    )


def _first_places(events: tuple[MatchEvent, ...]) -> dict[str, Point]:
    """Where everybody in these events is first known to be."""
    places: dict[str, Point] = {}
    for event in events:
        if event.player is not None and event.start is not None:
            places.setdefault(event.player, event.start)
        if event.to_player is not None and event.end is not None:
            places.setdefault(event.to_player, event.end)
    return places


def _arrow(id_: str, event: MatchEvent, phase: str | None) -> NewObject:
    assert event.start is not None, "expected an event with two places"
    assert event.end is not None, "expected an event with two places"
    style = STYLES.get(event.sort, _OTHER)
    (x, y), (to_x, to_y) = event.start, event.end
    return new(
        id_,
        "arrow",
        at=(x, y),
        points=((0, 0), (to_x - x, to_y - y)),
        ink=_INK.get(event.side or "", "#101418"),
        stroke=style.stroke,
        width=style.width,
        head="bar" if event.sort == "pass" and event.success is False else "end",
        phase=phase,
    )


def _phases(moves: list[MatchEvent], known: set[str], seed: str, ball: str) -> list[NewObject]:
    """A phase for each move, as long as it took to the next one."""
    objects: list[NewObject] = []
    for n, event in enumerate(moves[: len(_RANKS)]):
        later = moves[n + 1].at_ms if n + 1 < len(moves) else event.at_ms + 1_000
        phase = object_id(seed, f"phase {event.index}")
        duration = max(PHASE_MIN_MS, min(PHASE_MAX_MS, later - event.at_ms))
        objects.append(
            new(phase, "phase", rank=f"b{_RANKS[n]}", duration=duration, name=_word(event))
        )
        mover = event.player if event.sort in {"carry", "dribble"} else event.to_player
        carrier = object_id(seed, mover) if mover is not None and mover in known else None
        if carrier is not None and event.success is not False:
            objects.append(
                new(stop_id(phase, carrier), "stop", phase=phase, of=carrier, at=event.end)
            )
        else:
            carrier = None
        objects.append(
            new(stop_id(phase, ball), "stop", phase=phase, of=ball, at=event.end, carrier=carrier)
        )
    return objects


def _told(
    match: MatchEvents, events: tuple[MatchEvent, ...], players: Mapping[str, LinePlayer]
) -> str:
    told = [f"{match.line_up.source}."]
    if match.turned:
        told.append("Home plays to the right, away to the left, in both halves.")
    for event in events:
        player = players.get(event.player or "")
        minute, second = divmod(event.at_ms // 1000, 60)
        who = player.name if player is not None and player.name else "?"
        outcome = f" ({event.outcome})" if event.outcome else ""
        line = f"{event.period}. {minute:02}:{second:02} {who}: {_word(event)}{outcome}"
        if sum(len(part) + 1 for part in told) + len(line) < NOTES_MAX:
            told.append(line)
    return "\n".join(told)


def _word(event: MatchEvent) -> str:
    return event.word[:48].capitalize()
