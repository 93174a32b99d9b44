"""Takes up a changed ring of secrets while the node runs, so that a rotation asks for no restart.

A new secret verifies at once and signs HOLD_S later: nodes that share the file read it at slightly
different times, and none may be shown what it cannot verify yet. A file that must not be used
changes nothing. Must not know what is signed. SPEC: SE9 to SE11.
"""

from __future__ import annotations

from pathlib import Path

from server.clock import Clock
from server.file_watch import signature
from server.logs import get_logger
from server.metrics import Metrics
from server.secrets import InvalidSecret, KeyRing, LiveRing, load_secret

HOLD_S = 10.0
"""Several looks of every node that shares the file (`file_watch.LOOK_EVERY_S`)."""


class SecretWatch:
    """Invariant: the live ring holds the secrets of the last file that could be used."""

    def __init__(self, path: Path, live: LiveRing, clock: Clock, metrics: Metrics) -> None:
        self._path = path
        self._live = live
        self._clock = clock
        self._metrics = metrics
        self._seen = signature([path])
        self._wanted = live.ring
        """What the file says; the live ring has the same secrets, perhaps in another order yet."""
        self._signs_at = 0.0
        self._log = get_logger("secrets")

    def look(self) -> None:
        """Takes up a changed file, and lets a new secret sign when its time has come."""
        # Before reading: what changes meanwhile is seen at the next look.
        seen = signature([self._path])
        if seen != self._seen:
            self._seen = seen
            self._read()
        if self._live.ring != self._wanted and self._clock.monotonic() >= self._signs_at:
            self._live.replace(self._wanted)
            self._log.info("a new secret signs", key=self._wanted.ids()[0])

    def _read(self) -> None:
        try:
            ring = load_secret(self._path, create=False)
        except InvalidSecret as error:
            self._metrics.file_reloads["secret", "refused"] += 1
            self._log.warning("the changed secret is not used", why=str(error))
            return
        if ring == self._wanted:
            return
        self._metrics.file_reloads["secret", "taken"] += 1
        self._wanted = ring
        signing = self._live.ring.secrets[0]
        if signing in ring.secrets:
            self._signs_at = self._clock.monotonic() + HOLD_S
            others = tuple(one for one in ring.secrets if one != signing)
            self._live.replace(KeyRing((signing, *others)))
        else:
            # What signed until now is gone: holding on to it would sign what nobody verifies.
            self._live.replace(ring)
        self._log.info("secrets changed", keys=list(ring.ids()))
