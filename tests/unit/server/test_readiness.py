from server.readiness import Readiness


def test_a_node_has_no_reason_against_it_until_somebody_finds_one() -> None:
    first, second = Readiness(), Readiness()
    first.causes.add("draining")
    assert (second.causes, second.degraded, second.unsafe) == (set(), set(), False)
