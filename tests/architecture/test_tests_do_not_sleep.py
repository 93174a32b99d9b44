"""No test waits for time to pass: it waits for what it wants to see, within a limit."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import parsed, python_files, relative


def sleeps(path: Path) -> Iterator[int]:
    """Lines that call a sleep with anything but zero, which only lets others run."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"asyncio.sleep", "time.sleep"}:
            argument = node.args[0] if node.args else None
            if not (isinstance(argument, ast.Constant) and argument.value == 0):
                yield node.lineno


def test_no_test_sleeps() -> None:
    found = [
        f"{relative(path)}:{line}"
        for path in python_files("tests")
        if path.name.startswith("test_")
        for line in sleeps(path)
    ]
    assert found == []
