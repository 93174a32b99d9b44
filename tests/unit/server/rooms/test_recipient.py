"""What a room needs of a connection: the connection that ships offers it."""

from __future__ import annotations

from server.connections.connection import Connection
from server.rooms.recipient import Recipient
from tests.support.recording_recipient import RecordingRecipient


def test_the_connection_and_the_tests_double_offer_everything_that_rooms_use() -> None:
    wanted = {name for name in vars(Recipient) if not name.startswith("_")}
    assert len(wanted) == 10
    for offered in (Connection, RecordingRecipient("ana")):
        assert {name for name in wanted if not hasattr(offered, name)} == set()
