"""A board that is played on without a room: commands are decided, applied and kept as a log would
keep them, so that a test can replay, restore and look at any version."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

from protocol.board import BoardSettings
from protocol.membership import Role
from server.rules.board import BOARD
from server.rules.board_state import Board
from server.rules.kind import Accepted, Context, Decision, Rejected, Stamp

_events = msgspec.json.Decoder(list[BOARD.event])


@dataclass(frozen=True)
class Author:
    """Somebody on one device."""

    account: str
    role: Role = "editor"
    client: str = ""

    def on(self, client: str) -> Author:
        """The same account on another device."""
        return Author(self.account, self.role, client)


OWNER = Author("a_owner", "owner", "client-of-the-owner")
ANN = Author("a_ann", "editor", "client-of-ann")
BEN = Author("a_ben", "editor", "client-of-ben")
NOTA = Author("a_nota", "annotator", "client-of-nota")
VERA = Author("a_vera", "viewer", "client-of-vera")


@dataclass(frozen=True)
class KeptEntry:
    """One entry as the log keeps it."""

    stamp: Stamp
    events: bytes


def object_id(number: int) -> str:
    """The id of the n-th object of a test."""
    return f"o_{number:08d}"


def token(number: int, /, **props: Any) -> dict[str, Any]:
    """A token to add, in the middle of the pitch unless said otherwise."""
    return {"id": object_id(number), "sort": "token", "props": {"at": [0, 0], **props}}


def line(number: int, /, points: int = 2, **props: Any) -> dict[str, Any]:
    """A line to add, of so many points."""
    drawn = {"at": [0, 0], "points": [[i, i] for i in range(points)], **props}
    return {"id": object_id(number), "sort": "line", "props": drawn}


# --- commands, as a client sends them

ASK = {"type": "board.configure", "conflicts": "ask"}
UNDO = {"type": "undo"}
REDO = {"type": "redo"}


def add(*objects: dict[str, Any]) -> dict[str, Any]:
    """New objects."""
    return {"type": "objects.add", "objects": list(objects)}


def set_of(number: int, /, **values: Any) -> dict[str, Any]:
    """New values of one object."""
    return {"type": "objects.set", "changes": [{"id": object_id(number), "set": values}]}


def move(number: int, x: int, y: int = 0) -> dict[str, Any]:
    """Another place for one object."""
    return set_of(number, at=[x, y])


def delete(*numbers: int) -> dict[str, Any]:
    """Objects to delete."""
    return {"type": "objects.delete", "ids": [object_id(n) for n in numbers]}


def lock(*numbers: int, on: bool = True) -> dict[str, Any]:
    """Objects to lock or unlock."""
    return {"type": "objects.lock", "ids": [object_id(n) for n in numbers], "on": on}


def resolve(*choices: dict[str, Any]) -> dict[str, Any]:
    """Answers to a conflict."""
    return {"type": "conflict.resolve", "choices": list(choices)}


def choice(number: int, name: str, what: str, theirs: int, /, **values: Any) -> dict[str, Any]:
    """One of them."""
    said = {"id": object_id(number), "property": name, "choice": what, "theirs": theirs}
    return {**said, "set": values} if values else said


@dataclass
class PlayedBoard:
    """A board and its log."""

    settings: BoardSettings = field(default_factory=BoardSettings)
    kept: list[KeptEntry] = field(default_factory=list[KeptEntry])

    def __post_init__(self) -> None:
        self.state: Board = BOARD.initial(self.settings)

    @property
    def version(self) -> int:
        """Entries so far."""
        return len(self.kept)

    def decide(
        self, author: Author, command: dict[str, Any] | msgspec.Struct, made: int | None = None
    ) -> Decision:
        """What the rules say, with nothing applied."""
        if isinstance(command, dict):
            command = cast("msgspec.Struct", msgspec.convert(command, BOARD.command))
        restored = BOARD.past_version(command)
        context = Context(
            account=author.account,
            name=author.account,
            role=author.role,
            client=author.client,
            seq=1,
            made=self.version if made is None else made,
            now=0,
            version=self.version + 1,
            names={},
            past=None if restored is None else self.at(restored),
        )
        return BOARD.decide(self.state, command, context)

    def submit(
        self, author: Author, command: dict[str, Any] | msgspec.Struct, made: int | None = None
    ) -> Decision:
        """Decides, and applies what was accepted. `made`: all there is, unless said otherwise."""
        decision = self.decide(author, command, made)
        if isinstance(decision, Accepted):
            stamp = Stamp(self.version + 1, self.version, author.account, author.client, 1)
            self.kept.append(KeptEntry(stamp, msgspec.json.encode(decision.events)))
            for event in decision.events:
                BOARD.apply(self.state, event, stamp)
        return decision

    def do(
        self, author: Author, command: dict[str, Any] | msgspec.Struct, made: int | None = None
    ) -> Any:
        """Submits what must be accepted, and gives its one event as members see it."""
        decision = self.submit(author, command, made)
        assert isinstance(decision, Accepted), decision
        (event,) = decision.events
        return msgspec.json.decode(msgspec.json.encode(event))

    def refusal(
        self, author: Author, command: dict[str, Any] | msgspec.Struct, made: int | None = None
    ) -> tuple[str, Any]:
        """Submits what must be refused, and gives code and detail as the author sees them."""
        decision = self.submit(author, command, made)
        assert isinstance(decision, Rejected), decision
        return decision.code, msgspec.json.decode(msgspec.json.encode(decision.detail))

    def at(self, version: int) -> Board | None:
        """The state at a version, from the log; None where there is none."""
        if version > self.version:
            return None
        state = BOARD.initial(self.settings)
        for entry in self.kept[:version]:
            for event in _events.decode(entry.events):
                BOARD.apply(state, event, entry.stamp)
        return state

    def entry(self, version: int) -> dict[str, Any]:
        """One entry as a member's model gets it."""
        kept = self.kept[version - 1]
        return {
            "v": kept.stamp.version,
            "by": kept.stamp.by,
            "at": kept.stamp.at,
            "events": msgspec.json.decode(kept.events),
        }

    def view(self) -> Any:
        """What members see, after a trip over the wire."""
        return msgspec.json.decode(msgspec.json.encode(BOARD.view(self.state)))

    def props(self, number: int) -> dict[str, Any]:
        """What members see of one object's properties."""
        return self.view()["objects"][object_id(number)]["props"]

    def bytes(self) -> bytes:
        """The whole state; equal boards give equal bytes."""
        return state_bytes(self.state)


def state_bytes(state: Board) -> bytes:
    """The whole state as a snapshot keeps it."""
    return msgspec.json.encode(BOARD.snapshot(state))
