"""A body as it goes out compressed.

Knows gzip and Brotli, and nothing of pages. Brotli at its best takes a second for what a page
weighs, which nobody should wait for: it is made aside, once somebody who accepts it has asked, and
gzip goes out until it is there.

Keeps HT62.
"""

from __future__ import annotations

import gzip
import os
import threading
from collections.abc import Callable
from functools import cached_property
from typing import cast

import brotli  # pyright: ignore[reportMissingTypeStubs] - it has none

_IDLE = 19
"""The lowest priority."""
_one_at_a_time = threading.Lock()


_BLOCKS = (0, 16)
"""Of its own choice, and of 64 KiB: now the one is smaller, now the other."""


def best(body: bytes) -> bytes:
    """By Brotli at its best."""
    return min((_brotli(body, block) for block in _BLOCKS), key=len)


def _brotli(body: bytes, block: int) -> bytes:
    packed = brotli.compress(body, quality=11, lgwin=24, lgblock=block)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - no types
    return cast("bytes", packed)


def aside(work: Callable[[], None]) -> None:
    """Does a work in a thread that gives way to everything else; it ends with the process."""
    threading.Thread(target=_gently, args=(work,), name="packing", daemon=True).start()


def _gently(work: Callable[[], None]) -> None:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _IDLE)
    with _one_at_a_time:
        work()


class Packed:
    """A body that is smaller by gzip, made when it is first asked for, and smaller still by Brotli.

    `pack` is asked for the latter, and `do` has it done."""

    def __init__(
        self,
        body: bytes,
        *,
        pack: Callable[[bytes], bytes] = best,
        do: Callable[[Callable[[], None]], None] = aside,
    ) -> None:
        self._body = body
        self._brotli: bytes | None = None
        self._pack, self._do = pack, do
        self._asked = False

    @cached_property
    def gzipped(self) -> bytes | None:
        """None where it would not be smaller."""
        squeezed = gzip.compress(self._body, 9, mtime=0)
        return squeezed if len(squeezed) < len(self._body) else None

    def for_those_who_accept(self, accepted: bytes) -> tuple[bytes, bytes] | None:
        """The name of an encoding and the bytes, by an Accept-Encoding; None for the body as it
        is."""
        names = {part.partition(b";")[0].strip() for part in accepted.lower().split(b",")}
        if self.gzipped is None:
            return None
        if b"br" in names:
            if self._brotli is not None:
                return b"br", self._brotli
            if not self._asked:
                self._asked = True
                self._do(self._make)
        return (b"gzip", self.gzipped) if b"gzip" in names else None

    def _make(self) -> None:
        self._brotli = self._pack(self._body)
