from server.rooms.pulse import Pulse, Undisturbed


def test_RM20_without_a_lasting_database_there_is_no_outage_and_no_other_node() -> None:
    pulse: Pulse = Undisturbed()
    assert pulse.sound
    assert pulse.since(0) == ()
    assert pulse.first_for("r_1")
