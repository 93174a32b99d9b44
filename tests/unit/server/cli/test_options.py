from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from server.cli.options import require_file, settings_for, with_settings
from server.config import table


def flags_of(*arguments: str) -> tuple[Path | None, dict[str, Any]]:
    seen: list[tuple[Path | None, dict[str, Any]]] = []
    app = typer.Typer()
    app.command()(with_settings(lambda config, flags: seen.append((config, flags))))
    ended = CliRunner().invoke(app, list(arguments))
    assert ended.exit_code == 0, ended.output
    return seen[0]


def test_OP1_every_setting_is_a_flag() -> None:
    _, flags = flags_of()
    assert list(flags) == [name for name, _, _ in table()]
    assert set(flags.values()) == {None}


def test_OP1_flags_have_the_types_of_the_table() -> None:
    config, flags = flags_of(
        "--config", "t.toml", "--http-port", "9", "--hello-s", "2.5", "--host", "h", "--no-demo"
    )
    given = {name: value for name, value in flags.items() if value is not None}
    assert config == Path("t.toml")
    assert given == {"http_port": 9, "hello_s": 2.5, "host": "h", "demo": False}


def test_OP5_wrong_settings_end_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught:
        settings_for(None, http_port=8701)
    assert caught.value.exit_code == 2
    assert "http_port and ws_port must differ" in capsys.readouterr().err


def test_OP5_a_file_that_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    assert require_file(tmp_path / "f") == tmp_path / "f"
    with pytest.raises(typer.Exit) as caught:
        require_file(tmp_path / "none")
    assert caught.value.exit_code == 2
