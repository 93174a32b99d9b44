"""A server that is killed again and again, its successor always standing by."""

from __future__ import annotations

import subprocess
import sys

from loadtest.processes import ServerProcess


class MortalServer(ServerProcess):
    """Like every server process; `launch` wakes the one that stands by and sends for another."""

    _standby: subprocess.Popen[bytes] | None = None

    def stand_by(self) -> None:
        """A successor begins to import."""
        assert self._standby is None, "one successor is enough"
        command = [sys.executable, "-m", "tests.crash.standby"]
        self._standby = self.spawn(command, stdin=subprocess.PIPE)

    def launch(self) -> None:
        """The successor takes over."""
        if self._standby is None:
            self.stand_by()
        process, self._standby = self._standby, None
        assert process is not None
        assert process.stdin is not None
        process.stdin.write(b"serve\n")
        process.stdin.close()
        self.adopt(process)

    def dismiss(self) -> None:
        """Nobody stands by any more."""
        process, self._standby = self._standby, None
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()  # it reads the end of its input and goes
            process.wait()
