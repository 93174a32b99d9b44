"""Messages that are almost right: valid ones, changed by a seeded hand at one of three levels."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, cast

from tests.support.wire import BINARY, TEXT, Wire, frame_out

Value = Any
"""Plain data: what a message is before it is encoded."""

ODD: tuple[Value, ...] = (
    None,
    True,
    0,
    -1,
    1.0,
    0.1,
    2**31,
    2**53,
    -(2**53),
    2**63,
    "",
    "\x00",
    "\u202e",
    "\ufeff",
    "é" * 300,
    "a" * 70,
    "r_" + "0" * 22,
    "o_" + "0" * 30,
    "__proto__",
    "type",
    [],
    {},
    [[]],
    {"type": "hello"},
    {"type": {}},
    [0] * 300,
    "x" * 5_000,
)
ODD_BYTES = (
    b"",
    b"\x00",
    b"\xff",
    b"\x80",
    b"[",
    b"]",
    b"{",
    b"}",
    b'"',
    b"\\",
    b",",
    b"\xc1",
    b"\xdf",
)


class MessageFuzz:
    """Reproducible from its seed: the same seed makes the same messages."""

    def __init__(self, seed: int, room: str, generation: str) -> None:
        self._random = random.Random(seed)
        self._room = room
        self._generation = generation
        self._seq = 0
        self._repeated = False

    def valid(self) -> dict[str, Value]:
        """A message that an editor of a board might send."""
        chosen = self._random.choice(
            (self._submit, self._submit, self._submit, self._presence, self._join, self._leave)
        )
        return chosen()

    def changed_value(self) -> Value:
        """A message in which one to three places are something else."""
        message: Value = self.valid()
        self._repeated = False
        for _ in range(self._random.randint(1, 3)):
            message = self._changed(message)
        return message

    def payload(self, wire: Wire) -> bytes:
        """An almost valid message, encoded; half of the time its bytes are changed instead."""
        if self._random.random() < 0.5:
            return self._encoded(wire, self.changed_value())
        raw = self._encoded(wire, self.valid())
        for _ in range(self._random.randint(1, 4)):
            at = self._random.randrange(len(raw) + 1)
            end = at + self._random.choice((0, 1, 1, 2, 40))
            raw = raw[:at] + self._random.choice(ODD_BYTES) + raw[end:]
        return raw

    def frame(self, wire: Wire) -> bytes:
        """An almost valid frame. It is never a close, whose code would come back."""
        payload = self.payload(wire)
        return frame_out(
            self._random.choice((0, 1, 2, 3, 7, 9, 10, 11, 15)),
            payload[: self._random.choice((0, 5, 125, 126, 100_000))],
            fin=self._random.random() < 0.7,
            mask=None if self._random.random() < 0.2 else self._random.randbytes(4),
            rsv=self._random.choice((0, 0, 0, 1, 2, 4)),
            length=self._random.choice((None, None, 3, 2**16, 2**40)),
        )

    # --- what is valid ----------------------------------------------------------------------------

    def _submit(self) -> dict[str, Value]:
        self._seq += 1
        return {
            "type": "submit",
            "room": self._room,
            "seq": self._seq,
            "made": [self._generation, self._random.randint(0, 5)],
            "command": self._command(),
        }

    def _command(self) -> dict[str, Value]:
        one = f"o_{self._random.randrange(6):08d}"
        at = [self._random.randint(-50_000, 50_000), self._random.randint(-30_000, 30_000)]
        options: list[Callable[[], dict[str, Value]]] = [
            lambda: {"type": "chat.say", "text": "hello"},
            lambda: {
                "type": "objects.add",
                "objects": [{"id": one, "sort": "ball", "props": {"at": at}}],
            },
            lambda: {"type": "objects.set", "changes": [{"id": one, "set": {"at": at}}]},
            lambda: {"type": "objects.delete", "ids": [one]},
            lambda: {"type": "objects.lock", "ids": [one], "on": False},
            lambda: {"type": "undo"},
            lambda: {"type": "redo"},
            lambda: {"type": "history.restore", "version": self._random.randint(0, 4)},
            lambda: {"type": "room.rename", "name": "mine"},
            lambda: {"type": "member.remove", "member": "a_" + "0" * 22},
        ]
        return self._random.choice(options)()

    def _presence(self) -> dict[str, Value]:
        value = {"type": "cursor", "at": [1, 2]}
        return {"type": "presence", "room": self._room, "key": "cursor", "value": value}

    def _join(self) -> dict[str, Value]:
        position = [self._generation, self._random.randint(0, 9), "0" * 16]
        return {"type": "join", "ref": 1, "room": self._room, "position": position}

    def _leave(self) -> dict[str, Value]:
        return {"type": "leave", "room": "r_" + "0" * 22}

    # --- what is changed --------------------------------------------------------------------------

    def _changed(self, value: Value) -> Value:
        """`value` with one place in it changed; the deeper ones are found by going down."""
        draw = self._random.random()
        if isinstance(value, dict) and value and draw < 0.85:
            fields = dict(cast("dict[str, Value]", value))
            key = self._random.choice(list(fields))
            match self._random.randrange(6):
                case 0:
                    del fields[key]
                case 1:
                    fields[self._random.choice(("x", "type", "room", "", key.upper()))] = (
                        self._odd()
                    )
                case _:
                    fields[key] = self._changed(fields[key])
            return fields
        if isinstance(value, list) and value and draw < 0.85:
            items = list(cast("list[Value]", value))
            if draw < 0.1 and not self._repeated:
                # once in a message: lists of lists that are repeated at every level fill the memory
                self._repeated = True
                return items * (2 + 300 // len(items))
            at = self._random.randrange(len(items))
            items[at] = self._changed(items[at])
            return items
        return self._odd()

    def _odd(self) -> Value:
        found = self._random.choice(ODD)
        for _ in range(self._random.choice((0, 0, 0, 1, 2, 40))):
            found = [found]
        return found

    @staticmethod
    def _encoded(wire: Wire, value: Value) -> bytes:
        try:
            return wire.encode(value)
        except (TypeError, ValueError, OverflowError):
            return b"\x00"  # beyond what the encoder can say: 2^63 in JSON, for one


def whole(wire: Wire, payload: bytes) -> bytes:
    """The payload in one well-formed frame."""
    return frame_out(BINARY if wire.binary else TEXT, payload)
