"""Which commands a room has answered already. Part of room state, so it is in snapshots and
digests (SPEC CM1 to CM6).

Per client id: the highest seq and the answers of a window of 64 below it. A command older than
what is remembered is refused as `session_expired`, never executed a second time. Must not know
what commands mean.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

WINDOW = 64
"""Seqs of one client that are remembered; clients keep at most 64 between the oldest unanswered
and the newest."""
CLIENTS_PER_ACCOUNT_MAX = 64
"""Client ids of one account. The least recently used one is forgotten, and the account's floor
raised over it."""
MARK_EVERY_MS = 3_600_000
"""How finely the floor follows log time: one mark an hour, 49 at most."""
KEEP_MS = 48 * 3_600_000
"""Log time for which answers are remembered."""

DETAIL_BYTES_MAX = 16_384
"""Of a recorded refusal: what it tells beside its code, as JSON. The two values of a disputed mark
fit; two hundred of them are told once and not recorded."""
DETAILS_BYTES_MAX = 262_144
"""Of all recorded refusals of a room. Of older ones the code is remembered."""

_encode = msgspec.json.Encoder().encode


def recorded_detail(detail: Any) -> Any:
    """What of a refusal's detail is recorded beside its code (CM7): all of it, or nothing."""
    return detail if detail is None or len(_encode(detail)) <= DETAIL_BYTES_MAX else None


class Answer(Struct, frozen=True, array_like=True, gc=False):
    """What the command `seq` was answered: accepted at `version`, or refused with `code` by the
    entry `version`. As snapshots hold it."""

    seq: int
    version: int
    code: str | None = None
    detail: Any = None


class ClientWindow:
    """What is remembered of one client id."""

    __slots__ = ("account", "answers", "highest", "last_version")

    def __init__(self, account: str) -> None:
        self.account = account
        self.highest = 0
        self.last_version = 0
        self.answers: dict[int, Answer] = {}


class Dedup:
    """The answers that a room remembers. Invariant: an answered command is either here or below a
    floor."""

    __slots__ = (
        "_clients_of",
        "_details",
        "_details_bytes",
        "account_floors",
        "floor",
        "marks",
        "windows",
    )

    def __init__(self) -> None:
        self.windows: dict[str, ClientWindow] = {}
        self.account_floors: dict[str, int] = {}
        """Account to the version below which its commands are refused, raised when one of its
        clients is forgotten."""
        self.floor = 0
        """Version below which every command is refused."""
        self.marks: list[tuple[int, int]] = []
        """(log time, version) once an hour, oldest first."""
        self._clients_of: dict[str, dict[str, None]] = {}
        self._details: dict[int, tuple[str, int, int]] = {}
        """Version of an answer with a detail to (client, seq, bytes), oldest first."""
        self._details_bytes = 0

    def find(self, account: str, client: str, seq: int, made: int) -> Answer | str | None:
        """The answer that this command got, a rejection code, or None: it is new.

        CM2: a seq of somebody else's client id, or not above zero, is `bad_seq`. CM4: below the
        window or made below a floor is `session_expired`. Both stay true for ever, so they need no
        entry."""
        if seq <= 0:
            return "bad_seq"
        window = self.windows.get(client)
        if window is not None:
            if window.account != account:
                return "bad_seq"
            answer = window.answers.get(seq)
            if answer is not None:
                return answer
            if seq <= window.highest - WINDOW:
                return "session_expired"
        if made < self.floor or made < self.account_floors.get(account, 0):
            return "session_expired"
        return None

    def record(self, account: str, client: str, answer: Answer) -> None:
        """Remembers the answer of a command, which `find` called new."""
        seq = answer.seq
        window = self.windows.get(client)
        if window is None:
            window = self._open_window(account, client)
        answers = window.answers
        answers[seq] = answer
        if answer.detail is not None:
            self._keep_detail(client, answer)
        if seq > window.highest:
            window.highest = seq
        # seqs mostly rise by one, so that one goes as one comes; a jump leaves more to go
        gone = answers.pop(window.highest - WINDOW, None)
        if gone is not None and gone.detail is not None:
            self._drop_detail(gone.version)
        if len(answers) > WINDOW:
            oldest = window.highest - WINDOW
            for old in [known for known in answers if known <= oldest]:
                self._drop_detail(answers.pop(old).version)
        window.last_version = answer.version

    def advance(self, at: int, version: int) -> None:
        """Log time has come to `at` with the entry `version`: raises the floor over what is too
        old."""
        marks = self.marks
        if marks and at - marks[-1][0] < MARK_EVERY_MS:
            return
        marks.append((at, version))
        floor = self.floor
        while marks[0][0] <= at - KEEP_MS:
            floor = marks.pop(0)[1]
        if floor == self.floor:
            return
        self.floor = floor
        for client in [c for c, window in self.windows.items() if window.last_version < floor]:
            self._forget(client)
        self.account_floors = {a: v for a, v in self.account_floors.items() if v > floor}

    def answered(self, account: str, client: str, at_most: int) -> list[tuple[int, int]]:
        """(seq, version) of this client's accepted commands up to version `at_most`: what a
        joining member settles."""
        window = self.windows.get(client)
        if window is None or window.account != account:
            return []
        return [
            (seq, answer.version)
            for seq, answer in window.answers.items()
            if answer.code is None and answer.version <= at_most
        ]

    def _open_window(self, account: str, client: str) -> ClientWindow:
        clients = self._clients_of.setdefault(account, {})
        if len(clients) >= CLIENTS_PER_ACCOUNT_MAX:
            oldest = min(clients, key=lambda c: self.windows[c].last_version)
            # whatever it was answered was made below the version of the answer, so this floor
            # catches every copy
            self.account_floors[account] = max(
                self.account_floors.get(account, 0), self.windows[oldest].last_version
            )
            self._forget(oldest)
        window = self.windows[client] = ClientWindow(account)
        self._clients_of.setdefault(account, {})[client] = None
        return window

    def _keep_detail(self, client: str, answer: Answer) -> None:
        """Remembers a detail, and no longer the oldest ones that are too much with it (CM7)."""
        size = len(_encode(answer.detail))
        self._details[answer.version] = (client, answer.seq, size)
        self._details_bytes += size
        while self._details_bytes > DETAILS_BYTES_MAX:
            version = next(iter(self._details))
            client, seq, _ = self._details[version]
            self._drop_detail(version)
            answers = self.windows[client].answers
            answers[seq] = replace(answers[seq], detail=None)

    def _drop_detail(self, version: int) -> None:
        """The answer at `version` is forgotten, or its detail is, if it had one."""
        known = self._details.pop(version, None)
        if known is not None:
            self._details_bytes -= known[2]

    def _forget(self, client: str) -> None:
        window = self.windows.pop(client)
        for answer in window.answers.values():
            self._drop_detail(answer.version)
        account = window.account
        clients = self._clients_of[account]
        del clients[client]
        if not clients:
            del self._clients_of[account]

    def snapshot(self) -> dict[str, Any]:
        """In the order in which it came to be; to be encoded before anything is recorded."""
        return {
            "floor": self.floor,
            "floors": self.account_floors,
            "marks": self.marks,
            "windows": {
                client: [
                    w.account,
                    w.highest,
                    w.last_version,
                    list(w.answers.values()),
                ]
                for client, w in self.windows.items()
            },
        }

    @classmethod
    def restore(cls, data: dict[str, Any]) -> Dedup:
        """From what `snapshot` gave, after a trip through JSON."""
        dedup = cls()
        dedup.floor = data["floor"]
        dedup.account_floors = dict(data["floors"])
        dedup.marks = [(at, version) for at, version in data["marks"]]
        for client, (account, highest, last_version, answers) in data["windows"].items():
            window = dedup.windows[client] = ClientWindow(account)
            window.highest = highest
            window.last_version = last_version
            window.answers = {
                seq: Answer(seq, version, code, detail) for seq, version, code, detail in answers
            }
            dedup._clients_of.setdefault(account, {})[client] = None
        told = [
            (answer.version, client, seq, len(_encode(answer.detail)))
            for client, window in dedup.windows.items()
            for seq, answer in window.answers.items()
            if answer.detail is not None
        ]
        for version, client, seq, size in sorted(told):
            dedup._details[version] = (client, seq, size)
            dedup._details_bytes += size
        return dedup
