"""`python -m tests.chaos.node serve`: the shipped server, which knows the counting kind of tests
beside its own.

The catalogue has no registration; this adds to its table before anything has read it.
"""

from __future__ import annotations

from server.cli.main import main
from server.rules.catalogue import KINDS
from tests.support.kinds.counting import COUNTING

if __name__ == "__main__":
    KINDS[COUNTING.name] = COUNTING
    main()
