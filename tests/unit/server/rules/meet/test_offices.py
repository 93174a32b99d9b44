"""The table of office and command."""

from pathlib import Path

from protocol.meet import MeetCommand
from server.rules.meet.offices import OFFICES, TABLE, markdown, may

SPEC = Path(__file__).parents[5] / "protocol" / "SPEC.md"


def test_AT3_the_table_names_every_command_and_stands_in_the_specification() -> None:
    tags = {str(one.__struct_config__.tag) for one in MeetCommand.__args__}
    assert set(TABLE) == tags - {"delay.set"}
    assert markdown() in SPEC.read_text(encoding="utf-8")


def test_AT3_viewers_change_nothing_and_the_chief_registrar_everything() -> None:
    assert {may("viewer", tag) for tag in TABLE} == {"no"}
    assert {may("chief_registrar", tag) for tag in TABLE} == {"yes"}
    assert [may(office, "result.set") for office in OFFICES] == [
        "yes", "yes", "DNS and DQ", "no", "no", "no",
    ]  # fmt: skip
