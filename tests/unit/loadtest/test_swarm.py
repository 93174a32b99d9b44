"""The swarm's turns, timers and bounds, on sockets of the plain relay."""

from __future__ import annotations

from loadtest.connection import Connection
from loadtest.relay import SUBPROTOCOL
from loadtest.swarm import Swarm


class Echo:
    """Counts its turns and what it hears; comes back as often as it is told to."""

    def __init__(self, swarm: Swarm, port: int, *, lives: int = 1) -> None:
        self.swarm, self.port, self.lives = swarm, port, lives
        self.heard: list[bytes] = []
        self.connection = Connection(port, SUBPROTOCOL)
        swarm.add(self)

    def ready(self) -> None:
        self.heard += self.connection.receive()
        if self.heard and self.lives > 1:
            self.lives -= 1
            self.heard.clear()
            self.connection.abandon()
            self.connection = Connection(self.port, SUBPROTOCOL)
            self.swarm.add(self)
            self.connection.send([b"again"])


def test_a_run_ends_at_its_limit() -> None:
    swarm = Swarm()
    assert not swarm.run(lambda: False, limit_s=0.01)
    assert swarm.run(lambda: True, limit_s=0.0)
    swarm.close()


def test_timers_fire_in_order_and_only_while_it_runs() -> None:
    swarm = Swarm()
    fired: list[str] = []
    swarm.after(0.002, lambda: fired.append("second"))
    swarm.after(0.001, lambda: fired.append("first"))
    swarm.after(60.0, lambda: fired.append("never"))
    assert fired == []
    assert swarm.run(lambda: len(fired) == 2, limit_s=5.0)
    assert fired == ["first", "second"]
    swarm.close()


def test_messages_reach_everybody(relay_port: int) -> None:
    swarm = Swarm()
    echoes = [Echo(swarm, relay_port) for _ in range(3)]
    assert swarm.run(lambda: all(echo.connection.upgraded for echo in echoes), limit_s=10.0)
    echoes[0].connection.send([b"hello"])
    swarm.touch(echoes[0])
    assert swarm.run(lambda: all(echo.heard == [b"hello"] for echo in echoes), limit_s=10.0)
    swarm.close()
    assert all(echo.connection.closed for echo in echoes)


def test_a_member_may_come_back_within_its_own_turn(relay_port: int) -> None:
    """The new socket may get the number of the old one: it must not be forgotten in its place."""
    swarm = Swarm()
    echo = Echo(swarm, relay_port, lives=5)
    echo.connection.send([b"begin"])
    assert swarm.run(lambda: echo.lives == 1 and bool(echo.heard), limit_s=10.0)
    assert echo.heard == [b"again"]
    swarm.close()


def test_a_released_member_is_left_alone(relay_port: int) -> None:
    swarm = Swarm()
    quiet, loud = Echo(swarm, relay_port), Echo(swarm, relay_port)
    assert swarm.run(lambda: quiet.connection.upgraded and loud.connection.upgraded, limit_s=10.0)
    swarm.release(quiet)
    loud.connection.send([b"psst"])
    assert swarm.run(lambda: loud.heard == [b"psst"], limit_s=10.0)
    assert quiet.heard == []
    assert not quiet.connection.closed
    quiet.connection.abandon()
    swarm.release(quiet)
    swarm.close()


def test_a_connection_that_failed_at_once_is_told_at_once(relay_port: int) -> None:
    swarm = Swarm()
    echo = Echo(swarm, relay_port)
    echo.connection.abandon()
    swarm.add(echo)
    assert echo.heard == []
    swarm.touch(echo)
    swarm.close()
