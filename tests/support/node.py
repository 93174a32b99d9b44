"""Node, for what is written in JavaScript. Where it is missing a test says so, and is skipped by name."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NODE_LIMIT_S = 300
"""A guard against hanging, far above what any run takes."""
MAJOR_MIN = 20


def node() -> str:
    """The path of a node that is new enough; skips the test where there is none."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("node (20 or later) is not installed: the JavaScript client is not tested")
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    if int(said.stdout.strip().lstrip("v").split(".")[0]) < MAJOR_MIN:
        pytest.skip(f"node {MAJOR_MIN} or later is needed, this is {said.stdout.strip()}")
    return path


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
