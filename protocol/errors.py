"""What can be wrong with what a peer says, or with what we make of it.

    ProtocolError
    ├── RemoteProtocolError     the peer's fault: answered by an error or a close code
    │   ├── MalformedMessage    not decodable into a message, or beyond a limit of its contents
    │   │   └── InvalidUtf8     a text frame that is not text
    │   ├── MessageTooBig       longer than agreed
    │   └── OutOfPhase          a message that may not come now
    └── LocalProtocolError      ours: a bug

A rejected command is not here: it is an ordinary answer (codes.py). Messages of these errors name
positions and types, never the contents of what was sent, so that they may be logged and told to the
peer.
"""

from __future__ import annotations


class ProtocolError(Exception):
    """The conversation went wrong."""


class RemoteProtocolError(ProtocolError):
    """The peer broke the protocol."""


class MalformedMessage(RemoteProtocolError):
    """Bytes that are no message: syntax, unknown type or field, wrong type, too deep, not finite,
    out of range."""


class InvalidUtf8(MalformedMessage):
    """A text frame that is not UTF-8; the connection is failed with 1007."""


class MessageTooBig(RemoteProtocolError):
    """Longer than the limit that was agreed."""


class OutOfPhase(RemoteProtocolError):
    """A message that may not come now."""


class LocalProtocolError(ProtocolError):
    """We asked the session for something that its state does not allow."""
