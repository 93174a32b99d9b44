"""The table of rights as it is printed and as it is written down."""

from protocol.membership import Role
from server.cli.rights import HEADINGS, markdown_rows, rows
from server.rules.catalogue import KINDS
from server.rules.membership import MEMBERSHIP
from server.rules.rights import ROLES
from tests.architecture.tree import SPEC
from tests.support.command_line import touchline


def test_KD10_the_document_has_the_table_that_rooms_are_authorised_by() -> None:
    _, _, section = SPEC.read_text(encoding="utf-8").partition("### Who may what\n")
    written = [row for row in section.partition("\n## ")[0].splitlines() if row.startswith("|")]
    assert written == markdown_rows()
    assert touchline("rights", "--markdown").out.splitlines() == markdown_rows()


def test_KD10_every_command_of_every_kind_has_a_row() -> None:
    tables = (MEMBERSHIP, *KINDS.values())
    assert [row[1] for row in rows()] == [tag for table in tables for tag in table.may]
    assert {row[0] for row in rows()} == {"every", *KINDS}
    assert touchline("rights").rows() == rows()
    assert all(len(row) == len(HEADINGS) for row in rows())


def test_KD10_a_row_says_what_each_role_may() -> None:
    columns: dict[str, int] = {role: HEADINGS.index(role) for role in ROLES}
    found = {row[1]: row for row in rows()}

    def cell(tag: str, role: Role) -> str:
        return found[tag][columns[role]]

    assert cell("objects.add", "annotator") == "marks"
    assert cell("member.remove", "viewer") == "oneself"
    assert cell("board.configure", "owner") == "yes"
    assert cell("board.configure", "editor") == "no"
    assert found["objects.add"][-1] == "owners only"
    assert found["chat.say"][-1] == "the same"
