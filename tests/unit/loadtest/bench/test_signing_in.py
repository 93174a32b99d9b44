"""The measurement of logins, at a size that only shows that it works."""

from __future__ import annotations

from loadtest.bench import signing_in
from loadtest.bench.plan import QUICK, Bench
from loadtest.processes import Cores


def test_logins_are_measured_beside_boards_and_nothing_is_broken() -> None:
    result = signing_in.run(Bench(plan=QUICK, cores=Cores(), say=lambda _line: None))
    assert result.faults == []
    named = [figure.name for figure in result.figures]
    assert named == [
        "commands before",
        "commands meanwhile",
        "all signed in after",
        "server memory",
        "wrong password, unknown address",
    ]
    assert f"{QUICK.logins}" in result.notes[0]
