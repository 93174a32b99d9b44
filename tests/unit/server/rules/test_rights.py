"""Every command of every kind, by every role, however somebody stands to the room: against the
table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import msgspec
import pytest

from protocol.codes import REJECTIONS
from protocol.membership import Role
from server.rules.catalogue import KINDS
from server.rules.kind import Accepted, Decision, Rejected, RoomKind
from server.rules.membership import MEMBERSHIP
from server.rules.rights import EVERYBODY, OWNERS, ROLES, Right, refusal
from tests.simulation.claims import CLAIMS
from tests.support.kinds.sealed_envelopes import SEALED_ENVELOPES
from tests.support.rights import ACTOR, SAMPLES, STANDINGS, Sample, room_with

ALL_KINDS: tuple[RoomKind[Any], ...] = (*KINDS.values(), CLAIMS, SEALED_ENVELOPES)
TABLES: tuple[RoomKind[Any], ...] = (MEMBERSHIP, *ALL_KINDS)


def commands() -> Iterator[tuple[RoomKind[Any], RoomKind[Any], str]]:
    """The room, whose table it is, and the command: what every room has is tried in each kind."""
    for kind in ALL_KINDS:
        for table in (MEMBERSHIP, kind):
            for tag in table.may:
                yield kind, table, tag


def answer_by_the_table(right: Right, role: Role, standing: str, *, own: bool, on: bool) -> str:
    """What the table says, worked out here once more, by hand."""
    is_member, _ = STANDINGS[standing]
    if not is_member:
        return "not_found"
    if role not in right.roles:
        return "forbidden"
    if own and on and role != "owner":
        return "read_only"
    return "accepted"


def told(decision: Decision) -> str:
    if isinstance(decision, Accepted):
        return "accepted"
    return decision.code


def answer(
    kind: RoomKind[Any], sample: Sample, role: Role, standing: str, *, read_only: bool
) -> Decision:
    room = room_with(kind, sample, role, standing, read_only=read_only)
    return room.decide(ACTOR, sample.said(room))


@pytest.mark.parametrize("table", TABLES, ids=lambda kind: kind.name)
def test_KD9_every_command_has_an_example_and_every_bound_one_beyond_it(
    table: RoomKind[Any],
) -> None:
    samples = SAMPLES[table.name]
    assert sorted(samples) == sorted(table.may)
    for tag, right in table.may.items():
        assert set(right.only) <= right.roles
        assert (samples[tag].outside is not None) == bool(right.only), tag


@pytest.mark.parametrize(
    ("kind", "table", "tag"),
    [pytest.param(*row, id=f"{row[0].name}-{row[2]}") for row in commands()],
)
def test_KD9_every_command_by_every_role_in_every_standing_is_answered_by_the_table(
    kind: RoomKind[Any], table: RoomKind[Any], tag: str
) -> None:
    right, sample = table.may[tag], SAMPLES[table.name][tag]
    own = table is kind
    for role, standing, on in product(ROLES, STANDINGS, (False, True)):
        found = told(answer(kind, sample, role, standing, read_only=on))
        said = answer_by_the_table(right, role, standing, own=own, on=on)
        assert (role, standing, on, found) == (role, standing, on, said)
        if sample.outside is not None:
            found = told(answer(kind, sample.outside, role, standing, read_only=on))
            beyond = "forbidden" if said == "accepted" and role in right.only else said
            assert (role, standing, on, found) == (role, standing, on, beyond)


def test_KD9_a_refusal_by_the_table_alone_tells_nothing_more() -> None:
    (kind,) = KINDS.values()
    sample = SAMPLES["board"]["objects.add"]
    for standing, code in (("never a member", "not_found"), ("member", "forbidden")):
        assert answer(kind, sample, "viewer", standing, read_only=False) == Rejected(code)


@pytest.mark.parametrize("role", [*ROLES, None])
@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.name)
def test_KD9_what_a_role_may_is_asked_of_the_same_table(
    kind: RoomKind[Any], role: Role | None
) -> None:
    for table in (MEMBERSHIP, kind):
        for tag, right in table.may.items():
            sample = SAMPLES[table.name][tag]
            room = room_with(kind, sample, "viewer", "member", read_only=False)
            command = msgspec.convert(sample.said(room), room.state.book.commands)
            assert room.state.may(role, command) == (role in right.roles)


def test_KD9_the_one_answer() -> None:
    marks = Right(frozenset({"owner", "annotator"}), only={"annotator": "marks"})
    assert refusal(marks, None, own=True, read_only=True) == "not_found"
    assert refusal(marks, "viewer", own=True, read_only=True) == "forbidden"
    assert refusal(marks, "annotator", own=True, read_only=True) == "read_only"
    assert refusal(marks, "annotator", own=False, read_only=True) is None
    assert refusal(marks, "annotator", own=True, read_only=False) is None
    assert refusal(marks, "owner", own=True, read_only=True) is None
    assert {"not_found", "forbidden", "read_only"} <= set(REJECTIONS)


def test_KD10_a_cell_is_yes_no_or_the_bound() -> None:
    marks = Right(frozenset({"owner", "annotator"}), only={"annotator": "marks"})
    assert [marks.cell(role) for role in ROLES] == ["yes", "no", "marks", "no"]
    assert [EVERYBODY.cell(role) for role in ROLES] == ["yes"] * 4
    assert [OWNERS.cell(role) for role in ROLES] == ["yes", "no", "no", "no"]
