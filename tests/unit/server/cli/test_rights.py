"""The table of rights as it is printed and as it is written down."""

from protocol.membership import Role
from server.cli.rights import HEADINGS, markdown_rows, rows
from server.http import permissions
from server.rules.catalogue import KINDS
from server.rules.membership import MEMBERSHIP
from server.rules.rights import ROLES
from server.teams import team_roles
from tests.architecture.tree import SPEC
from tests.support.command_line import touchline


def test_KD10_the_document_has_the_table_that_rooms_are_authorised_by() -> None:
    _, _, section = SPEC.read_text(encoding="utf-8").partition("### Who may what\n")
    written = [row for row in section.partition("\n## ")[0].splitlines() if row.startswith("|")]
    assert written == markdown_rows()
    printed = touchline("rights", "--markdown").out.partition("\n\n")[0]
    assert printed.splitlines() == markdown_rows()


def test_KD10_every_command_of_every_kind_has_a_row() -> None:
    tables = (MEMBERSHIP, *KINDS.values())
    assert [row[1] for row in rows()] == [tag for table in tables for tag in table.may]
    assert {row[0] for row in rows()} == {"every", *KINDS}
    assert touchline("rights").rows()[: len(rows())] == rows()
    assert all(len(row) == len(HEADINGS) for row in rows())


def test_PM7_teams_and_operations_are_printed_too() -> None:
    _, teams, http = touchline("rights", "--markdown").out.split("\n\n")
    assert teams + "\n" == team_roles.as_markdown()
    assert http == permissions.as_markdown()
    printed = touchline("rights").rows()[len(rows()) :]
    assert ["team", "delete it", "no", "no", "no", "yes"] in printed
    assert ["http", "adminRemoveTotp", "site", "admin", "never"] in printed
    assert sum(row[0] == "team" for row in printed) == len(team_roles.rows())
    assert [row[1] for row in printed if row[0] == "http"] == list(permissions.PERMISSIONS)


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
