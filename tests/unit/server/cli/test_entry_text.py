import pytest

from server.cli.entry_text import WIDTH_MAX, entry_line, event_text, moment, plain


def test_a_moment_is_utc_to_the_second() -> None:
    assert moment(1_760_000_000_999) == "2025-10-09 08:53:20"


def test_OP16_an_entry_says_when_which_version_who_and_what() -> None:
    line = entry_line(7, 0, "Ada", [{"type": "chat.said", "text": "hello"}])
    assert line == "1970-01-01 00:00:00  v7      Ada              chat.said text=hello"


def test_OP16_a_refused_entry_names_its_code_and_the_system_its_name() -> None:
    assert entry_line(7, 0, "", [], refused="locked").endswith("system           (refused: locked)")


def test_OP16_text_of_members_cannot_move_the_cursor() -> None:
    assert plain("a\x1b[2Jb\u202ec\n") == "a\\x1b[2Jb\\x202ec\\x0a"
    assert "\x1b" not in entry_line(1, 0, "\x1b[1m", [{"type": "x", "text": "\x1b]0;t\x07"}])
    assert "\x1b" not in event_text({"type": "x", "\x1b": {"\x1b": 1}})


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ({"type": "t", "n": 1, "on": True, "none": None}, "t n=1 on=True none=None"),
        ({"type": "t", "at": [1, 2]}, "t at=[1, 2]"),
        ({"type": "t", "ids": list("abcdef")}, "t ids=[a, b, c, d +2]"),
        ({"type": "t", "set": {"number": 9}}, "t set={number=9}"),
        ({"no": "type"}, "? no=type"),
        ("bare", "bare"),
    ],
)
def test_every_event_of_any_kind_is_readable(event: object, text: str) -> None:
    assert event_text(event) == text


def test_a_long_event_is_cut() -> None:
    text = event_text({"type": "t", "text": "x" * 1_000})
    assert len(text) == WIDTH_MAX
    assert text.endswith("…")


def test_what_boards_say_is_shown_too() -> None:
    put = {
        "type": "objects.put",
        "objects": [
            {"id": "o_phase001", "sort": "phase", "props": {"rank": "a", "name": "\x1b[2J"}}
        ],
        "changes": [{"id": "o_link0001", "set": {"ends": ["o_1", "o_2", "o_3", "o_4", "o_5"]}}],
    }
    text = event_text(put)
    assert text.startswith("objects.put objects=[{id=o_phase001 sort=phase")
    assert "\\x1b[2J" in text
    assert "ends=[o_1, o_2, o_3, o_4 +1]" in text
    assert event_text({"type": "layer.locked", "layer": "players", "on": True}) == (
        "layer.locked layer=players on=True"
    )
