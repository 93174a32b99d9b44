"""The table of conflict_table.py played by two clients over real sockets, many cells at a time.

Each cell has an object of its own; a batch of cells is one window of commands of each client, so
that a batch costs a few turns of conversation and one or two appends. Because steps of other cells
lie above it, an undo names the step that it takes back (BD33: wherever in the stack).

Nothing is asked of the rules here: what a cell must come to is taken from the table, and what each
person sees is worked out from its own entries by the model of board_model.py.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

import orjson
from msgspec import Raw

from protocol.client_events import Applied, Refused, Settled, StartedOver
from protocol.client_messages import Submit
from protocol.client_outbox import WINDOW, Pending
from protocol.codec import Codec
from protocol.server_messages import Accepted, Rejected, ServerMessage
from tests.support import conflict_table
from tests.support.board_model import apply_entry
from tests.support.client import Client, client
from tests.support.conflict_table import ACCEPTED, Case, Expected, Policy, Who
from tests.support.served import Served

BATCH = WINDOW
"""Cells at a time. At most one step of each account comes from each, which its stack of 100
remembers."""

Way = Literal["online", "offline", "second unheard", "first unheard", "lost"]
WAYS: dict[Way, str] = {
    "online": "both are sent before either has been answered",
    "offline": "the second's connection is down while both act; its outbox waits",
    "second unheard": "the second's was decided and written, its answer lost with the connection",
    "first unheard": "the first's likewise; it is sent again after the second's has ended",
    "lost": "the second's was sent into a connection that was gone",
}
"""How the second command meets the first: for each person one window of commands, all made at the
version that both had seen."""

AGAIN: dict[Way, Who] = {"second unheard": "second", "first unheard": "first", "lost": "second"}
"""Whose commands are sent again."""

BOARD_EVENTS = {"objects.put", "objects.added", "objects.set", "objects.deleted", "undone"}
"""What these boards are told; other events are about members and chat."""


def object_id(number: int) -> str:
    """The object of the n-th cell of a room."""
    return f"o_{number:08d}"


def expected(case: Case, way: Way) -> Expected:
    """What the table says, and in one cell CM7: the first's undo was refused, but nobody heard it
    and nothing was written down. Sent again after the second has taken back what lay above it,
    it is judged by what is there then."""
    if way == "first unheard" and case.expected is conflict_table.FIRST_CHANGED:
        return conflict_table.MERGED
    return case.expected


def final(case: Case, way: Way) -> dict[str, Any] | None:
    """What the object holds at the end; None: it is gone."""
    held = conflict_table.final(case)
    if expected(case, way) is not case.expected:
        name = case.first.property
        assert held is not None, "both undo"
        assert name is not None, "both undo"
        return {**held, name: conflict_table.value(case.sort, name, 0)}
    return held


@dataclass
class Person:
    """A client, and what its screen would show of the board."""

    client: Client
    room: str
    account: str
    view: dict[str, Any] = field(default_factory=dict[str, Any])
    entries: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    ends: dict[int, Settled | Refused] = field(default_factory=dict[int, "Settled | Refused"])
    _looked: int = 0

    def look(self) -> None:
        """Takes in what has arrived since."""
        for event in self.client.events[self._looked :]:
            match event:
                case StartedOver():
                    assert not self.view, "resumed from where it stood, never from the start"
                    self.view = self.client.codec.decode_as(event.state, Any)["kind"]
                case Applied():
                    for raw in event.entries:
                        self._apply(self.client.codec.decode_as(raw, Any))
                case Settled() | Refused():
                    assert event.seq not in self.ends, "a command ends once"
                    self.ends[event.seq] = event
                case _:
                    pass
        self._looked = len(self.client.events)

    def _apply(self, entry: dict[str, Any]) -> None:
        self.entries[entry["v"]] = entry
        if any(event["type"] in BOARD_EVENTS for event in entry.get("events", [])):
            apply_entry(self.view, entry)

    def holds(self, object_id: str) -> dict[str, Any] | None:
        """The values of an object on this screen."""
        shown = self.view["objects"].get(object_id)
        return None if shown is None else shown["props"]

    @property
    def version(self) -> int:
        """Where it stands."""
        return self.client.position(self.room).version

    async def ended(self) -> None:
        """Waits until each of its commands has its end."""
        await self.client.until(lambda: not self.client.session.pending(self.room))
        self.look()

    async def do(self, commands: Iterable[dict[str, Any]]) -> list[int]:
        """Commands that nothing stands against; their versions."""
        seqs = self.client.compose(self.room, commands)
        await self.client.say()
        await self.ended()
        return [accepted_version(self.ends[seq]) for seq in seqs]

    async def back(self) -> None:
        """Connects again, and is live again."""
        await self.client.connect()
        await self.client.until(lambda: self.client.session.is_live(self.room))

    async def repeat(self, said: Sequence[Pending]) -> None:
        """Sends copies of commands, past the session."""
        codec = self.client.codec
        for one in said:
            submit = Submit(self.room, one.seq, one.made, Raw(one.command), again=True)
            payload = codec.encode_client(submit)
            await self.client.send(payload if codec.binary else payload.decode())


def accepted_version(end: Settled | Refused) -> int:
    """The version of what must have been accepted."""
    assert isinstance(end, Settled), end
    return end.version


def answered(heard: Iterable[ServerMessage]) -> set[int]:
    """Seqs of the commands that these messages end."""
    seqs: set[int] = set()
    for message in heard:
        if isinstance(message, Accepted):
            seqs.update(seq for seq, _ in message.done)
        elif isinstance(message, Rejected):
            assert message.final, message
            seqs.add(message.seq)
    return seqs


def why(end: Refused) -> dict[str, Any]:
    """The detail of a refusal, but for the older step that one might undo instead: a step of
    another cell."""
    detail: dict[str, Any] = dict(end.detail)
    earlier: int | None = detail.pop("earlier", None)
    assert earlier is None or earlier < detail["of"]
    return detail


@dataclass
class Cell:
    """One cell under way."""

    case: Case
    id: str
    prepared: dict[Who, int] = field(default_factory=dict[Who, int])
    """The entry that each is to undo."""
    seqs: dict[Who, int] = field(default_factory=dict[Who, int])

    def command(self, who: Who) -> dict[str, Any]:
        """What one of the two sends."""
        said = conflict_table.command(self.case, who, self.id)
        return {**said, "of": self.prepared[who]} if said["type"] == "undo" else said


@dataclass
class Table:
    """A board with its owner and the two, for cells of one policy and one way."""

    served: Served
    room: str
    way: Way
    owner: Person
    first: Person
    second: Person

    @property
    def people(self) -> tuple[Person, Person, Person]:
        """All three."""
        return self.owner, self.first, self.second

    def person(self, who: Who) -> Person:
        """One of the two."""
        return self.first if who == "first" else self.second

    async def play(self, cases: Iterable[Case]) -> int:
        """Plays and judges these cells; how many there were."""
        played = 0
        numbered = enumerate(cases)
        while batch := [Cell(case, object_id(n)) for n, case in islice(numbered, BATCH)]:
            await self._prepare(batch)
            base = self.owner.version
            sent_again = await self._act(batch)
            await self._agree()
            self._judge_entries(batch, base)
            for cell in batch:
                self._judge(cell)
            if sent_again:
                await self._repeat(sent_again)
                self._judge_entries(batch, base)
            played += len(batch)
        _, seen = await self.served.directory.view(self.room)
        for person in self.people:
            assert person.view == orjson.loads(seen)["kind"], person.account
        return played

    async def _prepare(self, batch: list[Cell]) -> None:
        """Until here has been seen by all."""
        steps: dict[str, list[tuple[Cell, dict[str, Any]]]] = {}
        for cell in batch:
            for who, said in conflict_table.preparation(cell.case, cell.id):
                steps.setdefault(who, []).append((cell, said))
        objects = [said["objects"][0] for _, said in steps["owner"]]
        await self.owner.do([{"type": "objects.add", "objects": objects}])
        for who in ("first", "second"):
            await self._caught_up()
            mine = steps.get(who, [])
            versions = await self.person(who).do(said for _, said in mine)
            for (cell, _), version in zip(mine, versions, strict=True):
                cell.prepared[who] = version
        await self._caught_up()

    async def _act(self, batch: list[Cell]) -> list[Pending]:
        """Both act on what both have seen, and meet in the way that is played; gives what was sent
        more than once."""
        first, second = self.first, self.second
        if self.way == "offline":
            await second.client.drop()
        for who in ("first", "second"):
            seqs = self.person(who).client.compose(self.room, (c.command(who) for c in batch))
            for cell, seq in zip(batch, seqs, strict=True):
                cell.seqs[who] = seq
        again = AGAIN.get(self.way)
        said = self.person(again).client.session.pending(self.room) if again else []
        if self.way == "lost":
            await second.client.drop()
        if self.way == "first unheard":
            await self._unheard(first)
            await second.client.say()
            await second.ended()
            await first.back()
        else:
            await first.client.say()
            if self.way == "online":
                await second.client.say()
            else:
                if self.way == "second unheard":
                    await self._unheard(second)
                await first.ended()
                await second.back()
        await first.ended()
        await second.ended()
        return said

    async def _repeat(self, said: Sequence[Pending]) -> None:
        """A third copy of everything, once more over the same connection: the session would not
        bear another answer than that which it had."""
        person = self.person(AGAIN[self.way])
        await person.repeat(said)
        await person.client.say()
        await self._agree()

    async def _unheard(self, person: Person) -> None:
        """What it says is decided and durable; the answers are lost, and the connection with
        them."""
        asked = {one.seq for one in person.client.session.pending(self.room)}
        person.client.unheard.clear()
        person.client.deaf = True
        await person.client.say()
        await person.client.until(lambda: answered(person.client.unheard) >= asked)
        await person.client.drop()
        person.client.deaf = False

    async def _agree(self) -> None:
        """All have seen whatever was decided until now."""
        await self.owner.do([{"type": "chat.say", "text": "all seen?"}])
        await self._caught_up()

    async def _caught_up(self) -> None:
        """All stand where the room stands, in which nothing is under way."""
        room = await self.served.directory.open(self.room)
        assert room is not None, "it was made for this"
        head = room.replica.committed.version
        for person in self.people:
            await person.client.until(lambda who=person: who.version == head)
            person.look()

    # ---------------------------------------------------------------- what must have come of it

    def _judge_entries(self, batch: list[Cell], base: int) -> None:
        """Every command that was accepted is there once, and of the refused ones those are written
        down that were sent again (CM7)."""
        wanted: list[tuple[str, str]] = []
        for cell in batch:
            for who, code in outcomes(expected(cell.case, self.way)):
                if code == ACCEPTED or AGAIN.get(self.way) == who:
                    wanted.append((self.person(who).account, code))
        found = [
            (entry["by"], entry.get("refused", ACCEPTED))
            for entry in self.owner.entries.values()
            if entry["v"] > base and entry["by"] != self.owner.account
        ]
        assert sorted(found) == sorted(wanted)
        for person in (self.first, self.second):
            assert person.entries.keys() >= {v for v in self.owner.entries if v > base}

    def _judge(self, cell: Cell) -> None:
        wanted = expected(cell.case, self.way)
        ends = {who: self.person(who).ends[cell.seqs[who]] for who in cell.seqs}
        codes = {who: ACCEPTED if isinstance(e, Settled) else e.code for who, e in ends.items()}
        assert codes == dict(outcomes(wanted)), (self.way, cell)
        # What the first sees of the second's: it is the one who lost something.
        overrode: list[dict[str, Any]] = []
        shown: list[dict[str, Any]] = []
        second = ends["second"]
        if isinstance(second, Settled):
            (event,) = self.first.entries[second.version]["events"]
            overrode = event.get("overrode", [])
        elif second.code == "conflict":
            shown = second.detail["conflicts"]
        else:
            assert why(second) == self._why(cell, ends["first"], "second"), (self.way, cell)
        if isinstance(ends["first"], Refused):
            assert why(ends["first"]) == self._why(cell, second, "first"), (self.way, cell)
        assert (overrode, shown) == self._told(cell, ends["first"]), (self.way, cell)
        for person in self.people:
            held = person.holds(cell.id)
            assert held == final(cell.case, self.way), (self.way, cell, person.account)

    def _told(self, cell: Cell, first: Settled | Refused) -> tuple[Any, Any]:
        """What `overrode` and `conflicts` list."""
        told = conflict_table.told(cell.case)
        if told is None:
            return [], []
        written = {"by": self.first.account, "version": accepted_version(first)}
        collision = {"id": cell.id, "property": told.property, **written}
        if cell.case.expected.overrides:
            return [{**collision, "value": told.theirs}], []
        deleting = {"delete": True} if told.delete else {}
        return [], [{**collision, "theirs": told.theirs, "mine": told.mine, **deleting}]

    def _why(self, cell: Cell, other: Settled | Refused, who: Who) -> dict[str, Any]:
        """The detail of `deleted` and `changed_since`: what the other one did."""
        case = cell.case
        if who == "first":  # what stands in its way is what the second wrote in the preparation
            by, version = self.second.account, cell.prepared["second"]
        else:
            by, version = self.first.account, accepted_version(other)
        act = case.first if who == "first" else case.second
        if act.verb != "undo":
            return {"id": cell.id, "by": by, "version": version}
        deleted = who == "second" and case.first.verb == "delete"
        name = None if deleted else act.property
        changes = [{"id": cell.id, "property": name, "by": by, "version": version}]
        return {"of": cell.prepared[who], "changes": changes}


def outcomes(wanted: Expected) -> Iterator[tuple[Who, str]]:
    """How each of the two ends."""
    yield "first", wanted.first
    yield "second", wanted.second


@asynccontextmanager
async def table(
    served: Served, policy: Policy, way: Way, codecs: tuple[Codec, Codec]
) -> AsyncGenerator[Table]:
    """A fresh board with this policy, and all three in it; `codecs` are those of first and
    second."""
    token, identity = served.token("Owner")
    settings = {"conflicts": policy}
    room = await served.directory.create("board", "Saturday", identity, settings)
    invitation = "i_" + "e" * 11
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(client(served.url, token, room))
        owner = Person(one, room, identity.account)
        await owner.do([conflict_table.COMPANIONS])
        await one.do(room, {"type": "invitation.create", "id": invitation, "role": "editor"})
        invite = served.invitations.secret_part(room, invitation)
        both: list[Person] = []
        for name, codec in zip(("First", "Second"), codecs, strict=True):
            token, identity = served.token(name)
            one = client(served.url, token, room, invite=invite, codec=codec)
            both.append(Person(await stack.enter_async_context(one), room, identity.account))
        yield Table(served, room, way, owner, *both)
