"""Whose fault an error is shows in its class."""

from __future__ import annotations

import pytest

from protocol.errors import (
    InvalidUtf8,
    LocalProtocolError,
    MalformedMessage,
    MessageTooBig,
    OutOfPhase,
    ProtocolError,
    RemoteProtocolError,
)


@pytest.mark.parametrize("error", [MalformedMessage, InvalidUtf8, MessageTooBig, OutOfPhase])
def test_the_peers_faults_are_told_from_ours(error: type[ProtocolError]) -> None:
    assert issubclass(error, RemoteProtocolError)
    assert not issubclass(error, LocalProtocolError)
    assert issubclass(LocalProtocolError, ProtocolError)
