"""`python -m tests.crash.standby`: the real server, everything imported, waiting for a line on
standard input to begin.

What it then runs is what `python -m server serve` runs. Importing takes longer than everything else
in a start; a standby does it while its predecessor is still being loaded, so that a round takes a
second instead of three.
"""

from __future__ import annotations

import sys

from server.cli.main import main
from server.node import run_node

assert callable(run_node), "imported now, so that `serve` finds it there"

if __name__ == "__main__" and sys.stdin.readline():
    sys.argv = ["touchline", "serve"]
    main()
