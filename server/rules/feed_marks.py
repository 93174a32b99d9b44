"""What a report does to what is known of one play or item, by marks alone: nothing, something new,
or a contradiction. Football and every other profile decide by these. Pure. SPEC: FE1, FE2."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from server.rules.kind import Rejected

Mark: TypeAlias = tuple[int, int]
"""Goodness of the source (0: nobody yet), its revision."""
NO_MARK: Mark = (0, 0)

STALE = Rejected("nothing_changes")
"""Said before, or less than what is known."""
OTHERWISE = Rejected("exists")
"""The same source has said something else under the same revision."""


class _Known(Protocol):
    """One play or item: its form (None: only a review has come so far), the mark of the report that
    the form is from, that of the latest report of any sort, and whether it counts for nothing
    meanwhile. Invariant: `said` is not below `formed`."""

    @property
    def form(self) -> Any: ...
    @property
    def formed(self) -> Mark: ...
    @property
    def said(self) -> Mark: ...
    @property
    def review(self) -> bool: ...


def refused_form(held: _Known, form: object, mark: Mark) -> Rejected | None:
    """Why a form changes nothing; None: it is to be taken."""
    if mark == held.said or mark == held.formed:
        return STALE if mark == held.formed and form == held.form else OTHERWISE
    return STALE if mark < held.formed else None


def refused_deletion(held: _Known, mark: Mark) -> Rejected | None:
    """The same of a deletion."""
    if mark == held.said or mark == held.formed:
        gone = held.form is not None and held.form.deleted and mark == held.formed
        return STALE if gone else OTHERWISE
    return STALE if mark < held.formed else None


def refused_review(held: _Known, mark: Mark, *, on: bool) -> Rejected | None:
    """The same of a review that begins or ends."""
    if mark == held.said:
        same = held.review == on and held.said != held.formed
        return STALE if same else OTHERWISE
    return STALE if mark < held.said else None


def mark_of(sources: tuple[str, ...], source: str, revision: int) -> Mark | None:
    """The mark of a report, the best source first; None: nobody of them."""
    if source not in sources:
        return None
    return len(sources) - sources.index(source), revision
