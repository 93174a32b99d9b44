"""What holds for boards whatever anybody does: the model of a member follows, different properties
commute, undo gives back or is refused, limits and sums hold."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from protocol.board import BoardSettings
from protocol.codes import REJECTIONS
from server.rules.board import BOARD
from server.rules.board_references import unmet
from server.rules.board_state import REQUIRED, Board
from server.rules.kind import Accepted, Rejected
from tests.support.board_model import apply_entry
from tests.support.boards import (
    ANN,
    BEN,
    NOTA,
    OWNER,
    REDO,
    UNDO,
    Author,
    PlayedBoard,
    add,
    line,
    object_id,
    state_bytes,
    token,
)
from tests.support.conflict_table import COMPANIONS, PROPERTIES_OF, STOP, STOP_ID, VALUES, value
from tests.support.struct_strategies import decoded

IDS = tuple(object_id(n) for n in range(5))
AUTHORS = (ANN, BEN, ANN.on("client-of-anns-phone"), NOTA, OWNER)

commands = decoded(
    BOARD.command,
    {
        r"^o_[A-Za-z0-9_-]{8,41}$": IDS,
        "RestoreVersion.version": (0, 1, 2, 3, 5, 8),
        "Undo.of": (None, None, 2, 3, 4),
        "Choice.theirs": (0, 1, 2, 3, 4),
    },
)


def write(number: int, name: str, column: int) -> Any:
    """One of a few values, so that people write over each other's."""
    change = {"id": object_id(number), "set": {name: VALUES[name][column]}}
    return msgspec.convert({"type": "objects.set", "changes": [change]}, BOARD.command)


# What people mostly do, so that objects live long enough to be fought over.
likely: st.SearchStrategy[Any] = st.one_of(
    st.builds(write, st.integers(0, 3), st.sampled_from(("at", "layer", "ink")), st.integers(0, 4)),
    st.just(msgspec.convert(UNDO, BOARD.command)),
    st.just(msgspec.convert(REDO, BOARD.command)),
)


PHASE, COMMENT = "o_phase_one", "o_comment1"


def stop(number: int, x: int) -> Any:
    """Where an object is at the end of the phase, from whoever says it."""
    props = {"phase": PHASE, "of": object_id(number), "at": [x, x]}
    new = {"id": f"o_phase_one-{object_id(number)[2:]}", "sort": "stop", "props": props}
    return msgspec.convert({"type": "objects.put", "objects": [new]}, BOARD.command)


def bound(to: int, other: int) -> Any:
    """A phase, a link, and a comment on an object."""
    objects = [
        {"id": PHASE, "sort": "phase", "props": {"rank": "a", "duration": 900}},
        {"id": object_id(4), "sort": "link", "props": {"ends": [object_id(0), object_id(other)]}},
        {"id": COMMENT, "sort": "comment", "props": {"at": [0, 0], "text": "!", "pin": IDS[to]}},
    ]
    return msgspec.convert({"type": "objects.put", "objects": objects}, BOARD.command)


def gone(object_id: str) -> Any:
    """A deletion, with all that it takes along."""
    return msgspec.convert({"type": "objects.delete", "ids": [object_id]}, BOARD.command)


def back(version: int, number: int) -> Any:
    """One object as it was, with what belongs to it."""
    said = {"type": "history.restore", "version": version, "ids": [object_id(number)]}
    return msgspec.convert(said, BOARD.command)


likely |= st.one_of(
    st.builds(stop, st.integers(0, 1), st.integers(0, 3)),
    st.builds(bound, st.integers(0, 4), st.integers(1, 2)),
    st.builds(gone, st.sampled_from((*IDS[:2], PHASE, COMMENT))),
    st.builds(back, st.integers(1, 12), st.integers(0, 4)),
)


def played(data: DataObject, steps: int = 25) -> PlayedBoard:
    """A board with two tokens and two lines on which several people have worked at random."""
    policy = data.draw(st.sampled_from(("latest", "ask")))
    board = PlayedBoard(BoardSettings(conflicts=policy))
    board.do(OWNER, add(token(0), token(1), line(2), line(3)))
    for _ in range(data.draw(st.integers(0, steps))):
        one_step(board, data)
    return board


def one_step(board: PlayedBoard, data: DataObject) -> Accepted | Rejected:
    author = data.draw(st.sampled_from(AUTHORS))
    made = max(board.version - data.draw(st.sampled_from((0, 0, 1, 3))), 0)
    return board.submit(author, data.draw(commands | likely | likely), made)


def check_sums(state: Board) -> None:
    """The invariants that the class states."""
    assert state.points == sum(target.points() for target in state.objects.values())
    assert state.undo_weight == sum(history.weight() for history in state.histories.values())
    assert not state.objects.keys() & state.graves.keys()
    for target in state.objects.values():
        assert target.props.keys() == target.wrote.keys()
        assert all(target.props[name] is not None for name in REQUIRED[target.sort])
    check_references(state)


def check_references(state: Board) -> None:
    """BD48 to BD51: nothing is bound to what is not there, or to a sort that it may not name."""
    for target in state.objects.values():
        assert not list(unmet(target.props, lambda named: sort_of(state, named)))


def sort_of(state: Board, object_id: str) -> str | None:
    target = state.objects.get(object_id)
    return None if target is None else target.sort


@given(data=st.data())
def test_BD7_BD40_BD41_BD42_BD43_KD3_whatever_is_said_all_agree(data: DataObject) -> None:
    policy = data.draw(st.sampled_from(("latest", "ask")))
    board = PlayedBoard(BoardSettings(conflicts=policy))
    model = board.view()
    board.do(OWNER, add(token(0), token(1), line(2), line(3)))
    apply_entry(model, board.entry(1))
    for _ in range(data.draw(st.integers(0, 20))):
        before = board.bytes()
        decision = one_step(board, data)
        if isinstance(decision, Rejected):
            assert decision.code in REJECTIONS
            assert board.bytes() == before
        else:
            apply_entry(model, board.entry(board.version))
            check_sums(board.state)
    assert model == board.view()
    assert list(model["objects"]) == list(board.view()["objects"])
    again = board.at(board.version)
    assert again is not None
    assert state_bytes(again) == board.bytes()


@given(
    sort=st.sampled_from(tuple(PROPERTIES_OF)),
    data=st.data(),
    policy=st.sampled_from(("latest", "ask")),
)
def test_BD16_writes_to_different_properties_commute(
    sort: str, data: DataObject, policy: str
) -> None:
    names = st.lists(st.sampled_from(PROPERTIES_OF[sort]), min_size=2, unique=True)
    several = data.draw(names)
    cut = data.draw(st.integers(1, len(several) - 1))
    props = {n: value(sort, n, 0) for n in PROPERTIES_OF[sort]}
    object_id = IDS[0]
    if sort == "stop":
        props, object_id = {**props, **STOP}, STOP_ID
    new = {"id": object_id, "sort": sort, "props": props}

    def after(first: Author) -> Any:
        board = PlayedBoard(msgspec.convert({"conflicts": policy}, BoardSettings))
        board.do(OWNER, COMPANIONS)
        board.do(OWNER, add(new))
        order = (ANN, BEN) if first is ANN else (BEN, ANN)
        for author in order:
            some = several[:cut] if author is ANN else several[cut:]
            values = {name: value(sort, name, 3) for name in some}
            said = {"type": "objects.set", "changes": [{"id": object_id, "set": values}]}
            assert "overrode" not in board.do(author, said, made=2)
        shown = board.view()["objects"][object_id]
        return shown["props"], shown["by"]

    assert after(ANN) == after(BEN)


def contents(board: PlayedBoard) -> dict[str, Any]:
    """What the objects hold; a property that is null counts as not there (BD3)."""
    return {
        object_id: {name: value for name, value in shown["props"].items() if value is not None}
        for object_id, shown in board.view()["objects"].items()
    }


@given(data=st.data())
def test_BD34_a_step_that_is_taken_back_at_once_leaves_nothing(data: DataObject) -> None:
    board = played(data, steps=12)
    before = contents(board)
    author = data.draw(st.sampled_from((ANN, OWNER)))
    steps = len(board.state.histories[author.account].undo) if author is OWNER else 0
    decision = board.submit(author, data.draw(commands | likely))
    if not isinstance(decision, Accepted) or board.state.locked is not None:
        return
    event = board.entry(board.version)["events"][0]
    makes_steps = event["type"] in {"objects.added", "objects.set", "objects.deleted"}
    if not makes_steps:
        return
    assert steps <= len(board.state.histories[author.account].undo)
    after = contents(board)
    board.do(author, UNDO)
    assert contents(board) == before
    board.do(author, REDO)
    assert contents(board) == after


def values_at(board: PlayedBoard, event: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """What the properties hold that the event speaks of."""
    objects = board.view()["objects"]
    return {
        (change["id"], name): objects[change["id"]]["props"].get(name)
        for change in event["changes"]
        for name in change["set"]
    }


doings = st.lists(
    st.tuples(
        st.sampled_from((ANN, BEN, ANN.on("client-of-anns-phone"))),
        st.sampled_from(("at", "layer", "both", "undo", "redo")),
        st.integers(0, 1),
    ),
    max_size=30,
)


@given(doings=doings)
def test_BD35_a_step_is_taken_back_only_from_the_very_value_that_it_wrote(
    doings: list[tuple[Author, str, int]],
) -> None:
    board = PlayedBoard()
    board.do(OWNER, add(token(0), token(1)))
    # step → what was there before it and after it; every value is written once, so it names a step
    before: dict[int, dict[tuple[str, str], Any]] = {}
    after: dict[int, dict[tuple[str, str], Any]] = {}
    for author, what, number in doings:
        fresh = {"at": [board.version, 1], "layer": board.version}
        values = fresh if what == "both" else {what: fresh.get(what)}
        change = {"id": object_id(number), "set": values}
        said: dict[str, Any] = {"type": "objects.set", "changes": [change]}
        if what in {"undo", "redo"}:
            said = {"type": what}
        decision = board.decide(author, said)
        if isinstance(decision, Rejected):
            assert decision.code in {"nothing_to_undo", "nothing_to_redo", "changed_since"}
            continue
        event = msgspec.json.decode(msgspec.json.encode(decision.events[0]))
        was = values_at(board, event)
        board.do(author, said)
        now = values_at(board, event)
        if event["type"] == "objects.set":
            before[board.version], after[board.version] = was, now
        elif event["type"] == "undone":
            assert (was, now) == (after[event["of"]], before[event["of"]])
        else:
            assert (was, now) == (before[event["of"]], after[event["of"]])
