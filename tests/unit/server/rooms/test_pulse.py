from server.rooms.pulse import Pulse, Undisturbed


def test_RM20_without_a_database_that_outlives_it_a_process_knows_of_no_outage() -> None:
    pulse: Pulse = Undisturbed()
    assert pulse.sound
    assert pulse.since(0) == ()
