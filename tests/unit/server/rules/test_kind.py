from msgspec import Struct

from server.rules.kind import Accepted, Context, Decision, RoomKind, Stamp


class Nothing(Struct, frozen=True):
    """Settings, command, event and presence of a kind in which nothing happens."""


def decide(_state: list[int], _command: Nothing, _context: Context) -> Decision:
    return Accepted([])


def apply(state: list[int], _event: Nothing, stamp: Stamp) -> None:
    state.append(stamp.version)


def initial(_settings: Nothing) -> list[int]:
    return []


QUIET = RoomKind[list[int]](
    name="quiet",
    settings=Nothing,
    command=Nothing,
    event=Nothing,
    presence=Nothing,
    initial=initial,
    decide=decide,
    apply=apply,
    snapshot=list,
    restore=list,
    view=list,
    may={},
)


def test_a_kind_that_says_nothing_of_it_hides_nothing_and_wants_nothing() -> None:
    assert QUIET.audience(Nothing()) is None
    assert QUIET.private([], "a_x") is None
    assert QUIET.hides is False
    assert QUIET.next_deadline([]) is None
    assert QUIET.past_version(Nothing()) is None
    assert QUIET.rules_version == 1


def test_a_kind_is_a_value() -> None:
    state = QUIET.initial(Nothing())
    QUIET.apply(state, Nothing(), Stamp(1, 0, "", "", 0))
    assert QUIET.view(QUIET.restore(QUIET.snapshot(state))) == [1]
