"""A whole room of any kind, played by its rules alone, and one acceptable example of every command
there is: what the tests of every command by every role are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from protocol.membership import MemberJoined, MemberLeftTeam, Role, RoleSet, RoomOpened, TeamRole
from server.rules.kind import Accepted, Context, Decision, RoomKind, Stamp
from server.rules.room_state import RoomState
from tests.support.boards import (
    REDO,
    UNDO,
    add,
    choice,
    delete,
    line,
    lock,
    move,
    object_id,
    resolve,
    token,
)
from tests.support.draft_samples import DRAFT_SAMPLES
from tests.support.libraries import add_item, item_id, set_item
from tests.support.memberships import NOBODY, OLGA, ONE, TWO, VERA, account

ACTOR = account("actor")
"""Whose rights are tried. Another owner, another member and a stranger are there too."""
BYSTANDER, STRANGER = VERA, NOBODY

Said = dict[str, Any]
Saying = Callable[["WholeRoom"], Said]


class WholeRoom:
    """A room with an owner and one more member, in which commands are decided as a room does."""

    def __init__(self, kind: RoomKind[Any], settings: Said | None = None) -> None:
        self.kind = kind
        self.state = RoomState(kind)
        self.version = 0
        self._snapshots: list[bytes] = [self.state.snapshot()]
        self.keep([RoomOpened(kind.name, "Ours", OLGA, "Olga", settings or {})], OLGA)
        self.keep([MemberJoined(BYSTANDER, "Vera", "viewer")], "")

    def keep(self, events: Sequence[Any], by: str) -> None:
        """Applies the events of one entry."""
        self.version += 1
        stamp = Stamp(self.version, 1_000, by, "client", self.version)
        self.state.apply(events, stamp)
        self.state.remember(stamp)
        self._snapshots.append(self.state.snapshot())

    def decide(self, by: str, said: Said) -> Decision:
        """What the rules say to a command off the wire."""
        command = msgspec.convert(said, self.state.book.commands)
        past_version = self.kind.past_version(command)
        past = None
        if past_version is not None:
            past = RoomState.restore(self.kind, self._snapshots[past_version]).inner
        context = Context(
            account=by,
            name=by,
            role=self.state.role_of(by) or "viewer",
            client="client",
            seq=self.version + 1,
            made=self.version,
            now=1_000,
            version=self.version + 1,
            names=self.state.membership.names,
            past=past,
        )
        return self.state.decide(command, context)

    def do(self, by: str, said: Said) -> None:
        """A command that must be accepted."""
        decision = self.decide(by, said)
        assert isinstance(decision, Accepted), (said, decision)
        self.keep(decision.events, by)

    def made_at(self, number: int) -> int:
        """The entry that made the n-th object of a board."""
        return self.kind.view(self.state.inner)["objects"][object_id(number)]["v"]["at"]


@dataclass(frozen=True)
class Sample:
    """A command that is accepted from whoever may send it."""

    said: Saying
    before: Sequence[Said | Saying] = ()
    """What the same person did before, while an owner."""
    outside: Sample | None = None
    """The same beyond the bound, where the table has one for a role."""
    settings: Said = field(default_factory=dict[str, Any])
    """Of the room, where it must have been made with some."""


def plain(said: Said, *before: Said) -> Sample:
    """A command that does not depend on the room."""
    return Sample(lambda _: said, before)


_EVENT: Said = {"id": "e1", "name": "100 m", "sort": "track", "wind": True}
_HEATS: Said = {"event": "e1", "heats": [{"number": 1, "lanes": [{"lane": 1, "athlete": "a1"}]}]}
_RESULT: Said = {"event": "e1", "athlete": "a1", "time": 11_500}


def _for(said: Said, office: str = "registrar", *more: Said) -> Sample:
    """A command of a meet, from whoever has this office in it; outside: from nobody's office."""
    begun: tuple[Said, ...] = (
        {"type": "event.set", "event": _EVENT},
        {"type": "athlete.set", "athlete": {"id": "a1", "name": "Ada"}},
        {"type": "entry.set", "entry": {"event": "e1", "athlete": "a1"}},
        *more,
    )

    def given(room: WholeRoom) -> Said:
        there = ACTOR if ACTOR in room.state.membership.names else BYSTANDER
        return {"type": "official.set", "official": {"account": there, "office": office}}

    return _bounded(Sample(lambda _: said, (*begun, given)), Sample(lambda _: said, begun))


def _of_any_sport(said: Said) -> Sample:
    report = said | {"source": "manual", "revision": 1}
    return Sample(lambda _: report, settings={"profile": "generic"})


def _switch(room: WholeRoom) -> Said:
    return {"type": "room.read_only", "on": not room.state.membership.read_only}


def _invite(id_: str) -> Said:
    return {"type": "invitation.create", "id": id_, "role": "viewer"}


def _keep_theirs(number: int) -> Saying:
    return lambda room: resolve(choice(number, "at", "theirs", room.made_at(number)))


def _undo_of(number: int) -> Saying:
    return lambda room: {**UNDO, "of": room.made_at(number)}


def _restore_first(room: WholeRoom) -> Said:
    """The item as it was added, one entry before it was renamed."""
    version = room.kind.view(room.state.inner)["items"][item_id(1)]["v"]["content"]
    return {"type": "item.restore", "id": item_id(1), "version": version}


def _bounded(inside: Sample, outside: Sample) -> Sample:
    return Sample(inside.said, inside.before, outside)


_MARK, _PLAYER = add(line(1)), add(token(2))
_BOTH = (_MARK, _PLAYER)
_PLAY: Said = {"type": "playback.set", "at_ms": 0, "playing": True}

_REPORTED: Said = {
    "type": "play.report",
    "source": "gsis",
    "revision": 1,
    "play": {"id": 36, "order": 1},
}

_PLAYERS: Said = {"type": "players.add", "players": [["p1", "P. One", ["QB"]]]}
_GAMES: Said = {
    "type": "games.set",
    "games": [{"id": "g1", "week": 1, "home": "HOM", "away": "AWY", "kickoff": 2**52}],
}
_TEAM: tuple[Said, ...] = (
    _PLAYERS,
    {"type": "team.set", "team": 1, "name": "Ones", "owners": [ACTOR]},
)


def _roster(team: int) -> Said:
    return {"type": "rosters.change", "changes": [{"team": team, "add": ["p1"]}]}


def _line_up(team: int) -> Said:
    starters = ["p1", *[""] * 8]
    return {"type": "line_up.set", "week": 1, "team": team, "starters": starters}


SAMPLES: Mapping[str, Mapping[str, Sample]] = {
    "membership": {
        "room.rename": plain({"type": "room.rename", "name": "Theirs"}),
        "room.read_only": Sample(_switch),
        "member.role": plain({"type": "member.role", "member": BYSTANDER, "role": "editor"}),
        "member.remove": _bounded(
            plain({"type": "member.remove", "member": ACTOR}),
            plain({"type": "member.remove", "member": BYSTANDER}),
        ),
        "invitation.create": plain(_invite(ONE)),
        "invitation.revoke": plain({"type": "invitation.revoke", "id": ONE}, _invite(ONE)),
        "invitation.rotate": plain(
            {"type": "invitation.rotate", "id": ONE, "new": TWO}, _invite(ONE)
        ),
        "chat.say": plain({"type": "chat.say", "text": "Hello"}),
        "chat.remove": Sample(
            lambda room: {"type": "chat.remove", "v": room.state.membership.chat[-1].v},
            ({"type": "chat.say", "text": "Hello"},),
        ),
        "chat.mute": plain({"type": "chat.mute", "member": BYSTANDER}),
        "chat.unmute": plain(
            {"type": "chat.unmute", "member": BYSTANDER},
            {"type": "chat.mute", "member": BYSTANDER},
        ),
    },
    "board": {
        "objects.add": _bounded(plain(add(line(3))), plain(add(token(3)))),
        "objects.set": _bounded(plain(move(1, 5), *_BOTH), plain(move(2, 5), *_BOTH)),
        "objects.delete": _bounded(plain(delete(1), *_BOTH), plain(delete(2), *_BOTH)),
        "conflict.resolve": _bounded(
            Sample(_keep_theirs(1), _BOTH), Sample(_keep_theirs(2), _BOTH)
        ),
        "undo": _bounded(Sample(_undo_of(1), _BOTH), Sample(_undo_of(2), _BOTH)),
        "redo": _bounded(plain(REDO, _MARK, UNDO), plain(REDO, _PLAYER, UNDO)),
        "objects.lock": plain(lock(1), _MARK),
        "board.lock": plain({"type": "board.lock", "on": True}),
        "objects.put": _bounded(
            plain({"type": "objects.put", "objects": [line(3)]}),
            plain({"type": "objects.put", "objects": [token(3)]}),
        ),
        "board.load": plain({"type": "board.load", "objects": [line(3), token(4)]}),
        "layer.lock": plain({"type": "layer.lock", "layer": "players", "on": True}),
        "version.name": plain({"type": "version.name", "version": 1, "name": "First"}),
        "playback.set": plain(_PLAY),
        "playback.stop": plain({"type": "playback.stop"}, _PLAY),
        "present": plain({"type": "present", "on": True}),
        "history.restore": plain({"type": "history.restore", "version": 1}, _MARK),
        "board.configure": plain({"type": "board.configure", "conflicts": "ask"}),
    },
    "library": {
        "item.add": plain(add_item(1)),
        "item.set": plain(set_item(1, name="Other"), add_item(1)),
        "item.delete": plain({"type": "item.delete", "id": item_id(1)}, add_item(1)),
        "item.restore": Sample(_restore_first, (add_item(1), set_item(1, name="Other"))),
        "folder.rename": plain(
            {"type": "folder.rename", "folder": "a", "to": "b"}, add_item(1, folder="a")
        ),
        "library.configure": plain({"type": "library.configure", "conflicts": "ask"}),
    },
    "draft": {
        command: Sample(said if callable(said) else plain(said).said, before)
        for command, (said, before) in DRAFT_SAMPLES.items()
    },
    "feed": {
        "play.report": plain(_REPORTED),
        "play.delete": plain({"type": "play.delete", "source": "gsis", "revision": 1, "id": 36}),
        "play.review": plain(
            {"type": "play.review", "source": "gsis", "revision": 1, "id": 36, "on": True}
        ),
        "header.report": plain(
            {
                "type": "header.report",
                "source": "gsis",
                "revision": 1,
                "header": {"home": "HOM", "away": "AWY"},
            }
        ),
        "item.report": _of_any_sport(
            {
                "type": "item.report",
                "item": {"profile": "generic", "id": 1, "order": 1, "text": "Try"},
            }
        ),
        "scoreboard.report": _of_any_sport(
            {
                "type": "scoreboard.report",
                "scoreboard": {"profile": "generic", "sides": [{"key": "a", "name": "A"}]},
            }
        ),
        "delay.set": plain({"type": "delay.set", "seconds": 30}),
        "shift.set": plain({"type": "shift.set", "speed": 0, "at": 0}),
        "reports": plain({"type": "reports", "reports": [_REPORTED]}),
    },
    "league": {
        "rules.set": plain({"type": "rules.set", "rules": {"preset": "ppr"}}),
        "team.set": plain({"type": "team.set", "team": 1, "name": "Ones"}),
        "players.add": plain(_PLAYERS),
        "rosters.change": plain(
            {"type": "rosters.change", "changes": [{"team": 1, "add": ["p1"]}]}, _PLAYERS
        ),
        "schedule.set": plain({"type": "schedule.set", "week": 1, "matchups": [[1, 2]]}),
        "games.set": plain(_GAMES),
        "game.move": plain({"type": "game.move", "game": "g1", "kickoff": 2**52 + 1}, _GAMES),
        "line_up.set": _bounded(
            plain(_line_up(1), *_TEAM, _roster(1)), plain(_line_up(2), *_TEAM, _roster(2))
        ),
        "delay.set": plain({"type": "delay.set", "seconds": 30}),
    },
    "meet": {
        "meet.set": _for({"type": "meet.set", "meet": {"name": "Ours"}}, "chief_registrar"),
        "official.set": _for(
            {"type": "official.set", "official": {"account": BYSTANDER, "office": "starter"}},
            "chief_registrar",
        ),
        "event.set": _for({"type": "event.set", "event": _EVENT | {"starts": "18:00"}}),
        "athlete.set": _for({"type": "athlete.set", "athlete": {"id": "a2", "name": "Bea"}}),
        "entry.set": _for(
            {"type": "entry.set", "entry": {"event": "e1", "athlete": "a1", "seed": 9}}
        ),
        "entry.withdraw": _for({"type": "entry.withdraw", "event": "e1", "athlete": "a1"}),
        "start_list.publish": _for({"type": "start_list.publish", "start_list": _HEATS}),
        "race.start": _for(
            {"type": "race.start", "event": "e1", "heat": 1},
            "starter",
            {"type": "start_list.publish", "start_list": _HEATS},
        ),
        "wind.set": _for(
            {"type": "wind.set", "event": "e1", "heat": 1, "wind": 5},
            "registrar",
            {"type": "start_list.publish", "start_list": _HEATS},
        ),
        "lap.record": _for(
            {"type": "lap.record", "event": "e1", "athlete": "a1", "lap": 1, "time": 70_000},
            "registrar",
            {"type": "event.set", "event": _EVENT | {"laps": 13}},
            {"type": "start_list.publish", "start_list": _HEATS},
        ),
        "result.set": _for({"type": "result.set", "result": _RESULT}),
        "result.clear": _for(
            {"type": "result.clear", "event": "e1", "athlete": "a1"},
            "chief_registrar",
            {"type": "result.set", "result": _RESULT},
        ),
        "changes": _for(
            {"type": "changes", "changes": [{"type": "result.set", "result": _RESULT}]}
        ),
        "delay.set": plain({"type": "delay.set", "seconds": 30}),
    },
    "claims": {
        "claim": plain({"type": "claim", "slot": 1}),
        "release": plain({"type": "release", "slot": 1}, {"type": "claim", "slot": 1}),
        "whisper": plain({"type": "whisper", "text": "psst"}),
        "hurry": plain({"type": "hurry", "until": 2_000}),
        "turn.open": plain({"type": "turn.open"}),
    },
    "sealed_envelopes": {
        "note.put": plain({"type": "note.put", "text": "mine"}),
        "envelopes.open": plain({"type": "envelopes.open"}),
        "deadline.set": plain({"type": "deadline.set", "at": 5_000}),
    },
}
"""Kind, command, example. A kind or a command without one fails the tests of rights."""


# --- how somebody can stand to a room


def _by_hand(room: WholeRoom, role: Role) -> None:
    room.keep([RoleSet(ACTOR, role)], OLGA)


def _removed(room: WholeRoom, role: Role) -> None:
    _by_hand(room, role)
    room.do(OLGA, {"type": "member.remove", "member": ACTOR})


def _left(room: WholeRoom, role: Role) -> None:
    _by_hand(room, role)
    room.do(ACTOR, {"type": "member.remove", "member": ACTOR})


def _by_the_team(room: WholeRoom, role: Role) -> None:
    _left(room, role)
    room.keep([MemberJoined(ACTOR, "Actor", role, team=True)], "")


def _out_of_the_team(room: WholeRoom, role: Role) -> None:
    _by_the_team(room, role)
    context = Context("", "", "owner", "", 0, 0, 1_000, room.version + 1, {})
    left = [MemberLeftTeam(ACTOR)]
    assert room.state.decide_system(TeamRole(ACTOR, "Actor", None), context) == Accepted(left)
    room.keep(left, "")


STANDINGS: Mapping[str, tuple[bool, Callable[[WholeRoom, Role], None]]] = {
    "member": (True, _by_hand),
    "member by the team": (True, _by_the_team),
    "removed": (False, _removed),
    "left": (False, _left),
    "out of the team": (False, _out_of_the_team),
    "never a member": (False, lambda _room, _role: None),
}
"""How somebody stands to a room: whether as a member, and how it comes about."""


def room_with(
    kind: RoomKind[Any], sample: Sample, role: Role, standing: str, *, read_only: bool
) -> WholeRoom:
    """A room in which ACTOR has done what the sample needs, then had `role`, then stands so."""
    room = WholeRoom(kind, sample.settings)
    if standing == "never a member":
        doer = OLGA
    else:
        doer = ACTOR
        room.keep([MemberJoined(ACTOR, "Actor", "owner")], "")
    for said in sample.before:
        room.do(doer, said(room) if callable(said) else said)
    _, come_about = STANDINGS[standing]
    come_about(room, role)
    if read_only:
        room.do(OLGA, {"type": "room.read_only", "on": True})
    return room
