import sys

import pytest

from tests.support.command_line import touchline


def test_everything_is_handed_over_and_nothing_is_left_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[str, list[str]]] = []

    def run_module(name: str, *, run_name: str, alter_sys: bool) -> None:
        assert run_name == "__main__"
        seen.append((name, sys.argv[1:]))

    monkeypatch.setattr("runpy.run_module", run_module)
    before = sys.argv
    assert touchline("loadtest", "crowd", "--members", "5", "--help").status == 0
    assert seen == [("loadtest", ["crowd", "--members", "5", "--help"])]
    assert sys.argv is before
