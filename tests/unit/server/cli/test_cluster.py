"""`touchline cluster` where no server runs; several are in tests/integration/test_nodes.py."""

from __future__ import annotations

from pathlib import Path

from tests.support.command_line import touchline


def test_OP25_without_a_server_there_is_no_cluster(tmp_path: Path) -> None:
    asked = touchline("cluster", "status", "--data-dir", tmp_path)
    assert asked.status == 3
    assert "no server runs here" in asked.err
