"""Races against the log: one outcome of each turn, a final answer for everybody that names the
winner, and no pick lost to autopick that came within deadline and grace.

Pure: works on plain entries and on what devices were told. SPEC: DR16, DR17, DR21, DR22.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.draft_night.shots import Race, Shot
from tests.support.draft_audit import Entry, Plain

CLOSE_MS = 10
TURN_BOUND = frozenset({"pick", "force", "office"})


@dataclass
class Turn:
    """One turn by the log."""

    version: int
    deadlines: list[tuple[int, int | None]] = field(default_factory=list[tuple[int, int | None]])
    """Version of the entry that set it, and the deadline from then on (None: none, or paused)."""
    picks: list[tuple[int, Plain]] = field(default_factory=list[tuple[int, Plain]])
    """Version and pick, with `by` and `at` of its entry."""
    skipped: int = 0
    closed: int | None = None
    """Version of the entry in which it stopped being the running one."""
    undone: bool = False
    """A pick was taken back in the entry that closed it, or its own was later."""

    def deadline(self, version: int) -> int | None:
        """As an entry of that version found it."""
        return [deadline for v, deadline in self.deadlines if v < version][-1]

    @property
    def last(self) -> int | None:
        """The last deadline that there was."""
        known = [deadline for _, deadline in self.deadlines if deadline is not None]
        return known[-1] if known else None


@dataclass
class Story:
    """What a log says, as far as races need it."""

    turns: dict[int, Turn] = field(default_factory=dict[int, Turn])
    ats: dict[int, int] = field(default_factory=dict[int, int])
    pauses: list[tuple[int, int | None]] = field(default_factory=list[tuple[int, int | None]])
    """Log time of each pause, and of its end."""

    def paused(self, first: float, last: float) -> bool:
        """At any time between."""
        return any(a <= last and (b is None or b >= first) for a, b in self.pauses)


def told_by(log: Sequence[Entry]) -> Story:
    """Reads a log."""
    story = Story()
    running: Turn | None = None
    for entry in log:
        story.ats[entry.v] = entry.at
        undone = any(event["type"] == "picks.undone" for event in entry.events)
        for event in entry.events:
            running = _take(story, running, entry, event, undone=undone)
    return story


def _take(
    story: Story, running: Turn | None, entry: Entry, event: Plain, *, undone: bool
) -> Turn | None:
    match event["type"]:
        case "turn.opened":
            if running is not None:
                running.closed, running.undone = entry.v, running.undone or undone
            running = Turn(entry.v, [(entry.v, event.get("deadline"))])
            story.turns[entry.v] = running
        case "clock.changed" if running is not None:
            running.deadlines.append((entry.v, event.get("deadline")))
        case "pick.made" if event.get("turn"):
            made = {**event, "by": entry.by, "at": entry.at}
            story.turns[event["turn"]].picks.append((entry.v, made))
        case "turn.skipped" if running is not None:
            running.skipped += 1
        case "picks.undone":
            for turn in story.turns.values():
                turn.undone |= any(pick["n"] in event["cells"] for _, pick in turn.picks)
        case "draft.moved":
            _moved(story, entry, event["phase"])
            if event["phase"] == "ended" and running is not None:
                running.closed = entry.v
                return None
        case _:
            pass
    return running


def _moved(story: Story, entry: Entry, phase: str) -> None:
    if story.pauses and story.pauses[-1][1] is None:
        story.pauses[-1] = (story.pauses[-1][0], entry.at)
    if phase == "paused":
        story.pauses.append((entry.at, None))


@dataclass
class Found:
    """What races came to. `faults`: a sentence each."""

    races: int = 0
    shots: int = 0
    accepted: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])
    """By code."""
    in_time: Counter[str] = field(default_factory=Counter[str])
    """What became of picks that were certainly received within deadline and grace."""
    late: int = 0
    """Picks that were certainly received after it."""
    close: int = 0
    """Picks that were certainly received less than CLOSE_MS from it, on either side."""
    lost: int = 0
    """Picks that were received in time, and lost to autopick: each is a fault too."""
    winners: int = 0
    """Losers who were told the winner by name."""
    answers_ms: list[float] = field(default_factory=list[float])
    faults: list[str] = field(default_factory=list[str])

    def add(self, other: Found) -> None:
        """Takes over what another found."""
        self.races += other.races
        self.shots += other.shots
        self.accepted += other.accepted
        self.refused += other.refused
        self.in_time += other.in_time
        self.late += other.late
        self.close += other.close
        self.lost += other.lost
        self.winners += other.winners
        self.answers_ms += other.answers_ms
        self.faults += other.faults


def judge(log: Sequence[Entry], races: Sequence[Race], *, grace_ms: int) -> Found:
    """The races of one room."""
    story, found = told_by(log), Found(races=len(races))
    for turn in story.turns.values():
        if len(turn.picks) + turn.skipped > 1:
            found.faults.append(f"turn {turn.version} has {len(turn.picks)} picks, or was skipped")
        if turn.closed is not None and not (turn.picks or turn.skipped or turn.undone):
            found.faults.append(f"turn {turn.version} ended without an outcome")
    for race in races:
        for shot in race.shots:
            found.shots += 1
            where = f"{race.room}, turn {race.turn}, {race.name}: {shot.sort} of {shot.account}"
            faults = list(_faults(story, race, shot, grace_ms, found))
            found.faults += [f"{where}: {fault}" for fault in faults]
    return found


def _faults(story: Story, race: Race, shot: Shot, grace_ms: int, found: Found) -> list[str]:
    if not shot.final:
        return ["was never answered"]
    found.answers_ms.append(shot.answer_ms)
    turn = story.turns[race.turn]
    if shot.sort == "pick":
        _count(turn, shot, grace_ms, found)
    if shot.version is not None:
        found.accepted[shot.sort] += 1
        return _won(story, turn, shot, grace_ms) if shot.sort in TURN_BOUND else []
    found.refused[shot.code] += 1
    match shot.code:
        case "already_picked":
            found.winners += 1
            return _already(turn, shot, grace_ms, found)
        case "too_late":
            return _too_late(story, turn, shot, grace_ms)
        case "paused" if story.paused(shot.before, shot.after + shot.answer_ms):
            # on another node the pause may have been received later and still be the first in the
            # log's order, which is what decides (DR16)
            return []
        case _:
            return [f"was refused: {shot.code} {shot.detail}"]


def _count(turn: Turn, shot: Shot, grace_ms: int, found: Found) -> None:
    last = turn.last
    if last is None:
        return
    limit = last + grace_ms
    if shot.after <= limit:
        found.in_time[shot.code or "accepted"] += 1
    found.late += shot.before > limit
    certain = shot.after <= limit or shot.before > limit
    found.close += certain and abs((shot.before + shot.after) / 2 - limit) <= CLOSE_MS


def _won(story: Story, turn: Turn, shot: Shot, grace_ms: int) -> list[str]:
    assert shot.version is not None
    faults: list[str] = []
    made = [pick for v, pick in turn.picks if v == shot.version]
    if [pick["by"] for pick in made] != [shot.account]:
        faults.append(f"was accepted as {shot.version}, which is not its pick")
    if shot.sort != "pick":
        return faults
    if [pick["player"] for pick in made] != [shot.player]:
        faults.append("got another player")
    at, deadline = story.ats[shot.version], turn.deadline(shot.version)
    if deadline is not None and at > deadline + grace_ms:
        faults.append(f"was accepted {at - deadline - grace_ms} ms after deadline and grace")
    latest = max(shot.after, story.ats[shot.version - 1])
    if not shot.before <= at <= latest:
        faults.append(f"is stamped {at}, and was received between {shot.before} and {shot.after}")
    return faults


def _already(turn: Turn, shot: Shot, grace_ms: int, found: Found) -> list[str]:
    if not turn.picks:
        return ["was told of a pick that there is not"]
    _, pick = turn.picks[0]
    told = {name: pick.get(name) for name in ("n", "seat", "player", "how", "by", "at")}
    faults: list[str] = []
    if shot.detail != told:
        faults.append(f"was told {shot.detail} of the winner {told}")
    by_time = pick["how"] == "auto" and not pick["by"]
    limit = None if turn.last is None else turn.last + grace_ms
    if shot.sort == "pick" and by_time and limit is not None and shot.after <= limit:
        found.lost += 1
        faults.append(f"was received by {shot.after}, within {limit}, and lost to autopick")
    return faults


def _too_late(story: Story, turn: Turn, shot: Shot, grace_ms: int) -> list[str]:
    deadline: int | None = shot.detail.get("deadline")
    now: int = shot.detail.get("turn")
    if deadline is None:
        closed = turn.undone and now in story.turns and now > turn.version
        return [] if closed else [f"was told of turn {now} instead"]
    if deadline not in [one for _, one in turn.deadlines] or now != turn.version:
        return [f"was told of deadline {deadline}, which turn {turn.version} had not"]
    if shot.after <= deadline + grace_ms:
        return [f"was received by {shot.after}, within {deadline + grace_ms}, and was too late"]
    return []
