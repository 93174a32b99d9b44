"""The page that the bench writes."""

from __future__ import annotations

import subprocess

import pytest

from loadtest import report
from loadtest.report import Figure, Result, commit, machine, page, versions


def test_a_page_says_what_was_measured_how_and_where() -> None:
    ratio = Figure("ratio", "21.0", ">= 15", holds=True)
    sound = Result("Fan-out", "One room.", [ratio], ["a note"])
    late = [Figure("p99", "9 ms", "< 3 ms", holds=False), Figure("p50", "1 ms")]
    broken = Result("Answers", "Many rooms.", late, faults=["a version was missed"])
    text = page([sound, broken], command="make bench", day="2026-01-02", settings={"burst": "9"})
    assert "| ratio | 21.0 | >= 15 | holds |" in text
    assert "| p99 | 9 ms | < 3 ms | **missed** |" in text
    assert "| p50 | 1 ms |  |  |" in text
    assert "- **Broken promise**: a version was missed" in text
    assert "`burst=9`" in text
    assert "2026-01-02" in text
    assert (sound.sound, broken.sound) == (True, False)


def test_a_part_replaces_its_sections_and_leaves_the_others() -> None:
    def written(before: str, *results: Result, command: str) -> str:
        return page(results, before=before, command=command, day="2026-01-02", settings={})

    first, second = (
        Result(name, "Rooms.", [Figure("n", "1")], ["a note"]) for name in ("Fan-out", "Answers")
    )
    whole = written("", first, second, command="make bench")
    again = Result("Fan-out", "More rooms.", [Figure("n", "2")])
    third = Result("Logins", "People.", [Figure("n", "3")])
    text = written(whole, again, third, command="bench --only")
    assert text.count("\n## ") == 3
    assert text.index("## Fan-out") < text.index("## Answers") < text.index("## Logins")
    fan_out, answers = text.split("\n## ")[1:3]
    assert "| n | 2 |" in fan_out
    assert "`bench --only`" in fan_out
    assert answers.strip() == whole.split("\n## ")[2].strip()


def test_the_machine_and_the_versions_are_named_in_general_words() -> None:
    assert "cores" in machine()
    assert "GiB" in machine()
    assert "websockets 1" in versions()


def test_a_package_that_is_not_there_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "PACKAGES", ("no-such-package-at-all",))
    assert versions().startswith("Python 3")
    assert "no-such" not in versions()


def test_without_a_checkout_there_is_no_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no git")

    monkeypatch.setattr(subprocess, "run", fail)
    assert commit() == "not a checkout"
