"""The tests of the JavaScript client, each file as one test: node runs them, and says what
failed."""

from pathlib import Path

import pytest

from tests.support.node import ROOT, run_node

FILES = sorted(path.relative_to(ROOT) for path in Path(__file__).parent.glob("*.test.mjs"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_javascript_client(file: Path) -> None:
    ran = run_node("--test", "--test-reporter=tap", str(file))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "\n# skipped 0\n" in ran.stdout
    assert "\n# tests 0\n" not in ran.stdout


def test_there_are_such_files() -> None:
    assert len(FILES) > 5
