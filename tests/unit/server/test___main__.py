import runpy

import pytest


def test_the_package_runs_as_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["server", "--help"])
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("server", run_name="__main__")
    assert caught.value.code == 0
    assert "serve" in capsys.readouterr().out
