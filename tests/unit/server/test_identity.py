import dataclasses

import pytest

from server.identity import Identity


def test_an_identity_is_a_value() -> None:
    identity = Identity("a_x", "Ada", 5)
    assert identity == Identity("a_x", "Ada", 5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        identity.account = "a_y"  # type: ignore[misc] - that is the point
