import pytest
import typer

from server.cli.screen import Exit, fail, notes, output, print_rows, progress


def test_OP6_rows_are_tab_separated_where_nobody_watches(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_rows(["a", "b"], [["1", "x y"], ["2", "[red]z"]])
    assert capsys.readouterr().out == "1\tx y\n2\t[red]z\n"


def test_OP6_rows_are_a_table_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    print_rows(["heading"], [["value"]])
    shown = capsys.readouterr().out
    assert "heading" in shown
    assert "value" in shown


def test_OP6_what_people_named_is_never_markup_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    print_rows(["name"], [["[/] [red]club[/red]"]])
    assert "[/] [red]club[/red]" in capsys.readouterr().out


def test_OP6_what_is_not_the_result_goes_to_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    notes().print("a note")
    output().print("a result")
    assert capsys.readouterr() == ("a result\n", "a note\n")


def test_OP6_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("working", total=3) as bar:
        bar.advance(bar.task_ids[0])
    assert capsys.readouterr() == ("", "")


def test_OP5_failing_says_why_and_ends_with_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught:
        fail("the [reason]", Exit.UNAVAILABLE)
    assert caught.value.exit_code == 3
    assert capsys.readouterr().err == "touchline: the [reason]\n"
