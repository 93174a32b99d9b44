"""What is written in JavaScript has its tests in JavaScript (tests/js); here they are run."""

from __future__ import annotations

from tests.support.node import ROOT, run_node


def test_the_tests_of_the_javascript_client_pass() -> None:
    files = sorted(
        str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "js").glob("*.test.mjs")
    )
    done = run_node("--test", "--test-reporter=tap", *files)
    failures = [line for line in done.stdout.splitlines() if line.lstrip().startswith("not ok")]
    assert done.returncode == 0, "\n".join([*failures, done.stdout[-4000:], done.stderr[-2000:]])
    (passed,) = [line for line in done.stdout.splitlines() if line.startswith("# pass ")]
    # A run that finds no tests would pass as well.
    assert int(passed.removeprefix("# pass ")) > 200
