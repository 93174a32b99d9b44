"""JSON bodies, read strictly into the struct that the operation declares: one pass, unknown fields
and wrong types refused.

The framework would read them twice and take "1" for 1; here the same strictness holds as on the
WebSocket.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from litestar import Request

from server.http.refusals import Refusal, invalid


class StrictRequest(Request[Any, Any, Any]):
    """A request whose `json()` is the operation's own struct."""

    __slots__ = ()

    async def json(self) -> Any:
        """The body as the type of the operation's `data`."""
        wanted = self.scope["route_handler"].parsed_fn_signature.parameters["data"].annotation
        try:
            return _decoder(wanted).decode(await self.body())
        except msgspec.ValidationError as error:
            raise invalid(str(error)) from None
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise Refusal(400, "malformed") from None


@cache
def _decoder(wanted: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(wanted)
