"""One live room: inbox → decide → append → apply → fan out, in that order, one append under way at
a time.

Everything here is synchronous but `_recover` and `_fetch_past`: between two appends nothing can
interleave, so what `prepare` decided is still true when `complete` shows it. The append loop
(append_loop.py) calls `prepare` and `complete` in turn. Must not know sockets, nor what commands
mean. SPEC: RM1 to RM12, RM23, CM1 to CM12.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from protocol.client_messages import PresenceUpdate, Submit
from protocol.codes import REJECTIONS
from protocol.errors import MalformedMessage
from protocol.identifiers import Position
from protocol.membership import Outage, WakeUp
from protocol.server_messages import Joined, Notice, Private, Rejected, RoomClosed
from server.rooms.cohorts import Cohorts
from server.rooms.delayed import Delayed, Past
from server.rooms.fan_out import Audience, entries_payloads, pieces
from server.rooms.follower import Follower
from server.rooms.held_news import HeldNews
from server.rooms.pending import Ended, Look, Pending
from server.rooms.presence import RoomPresence
from server.rooms.presence_elsewhere import PresenceElsewhere
from server.rooms.reactions import EVERY_S, Reactions
from server.rooms.reactions import message as reactions_message
from server.rooms.recipient import Recipient
from server.rooms.replica import Replica, TailEntry
from server.rooms.room_view import RoomView
from server.rooms.services import Handle, RoomServices
from server.rooms.traced import TracedCommands, to_tell
from server.rooms.turns import Turns
from server.rules.dedup import Answer
from server.rules.kind import Accepted, Context, Decision, Stamp
from server.rules.membership import is_muted
from server.rules.watching import Watching, together
from storage.errors import CorruptEntry, StorageError, StorageUnavailable
from storage.room_log import (
    Appended,
    Conflict,
    Head,
    ListingChange,
    Outcome,
    Refused,
    RoomAppend,
    Unknown,
)

RECOVER_WAIT_MIN_S = 0.05
RECOVER_WAIT_MAX_S = 1.0
WAKE_AGAIN_MS = 1_000
"""A deadline whose wake-up changed nothing is tried again after this, not at once."""
BATCH_BYTES = 4_194_304
"""Records of one room in one append: when it holds so much, what waits goes into the next."""
COMMAND_BYTES = 16_384
"""What a command may write for nothing; each further so many bytes count as one more command
(C24)."""
OUTRUN = 2
"""Conflicts in a row after which an append asks for a moment without others (RM23)."""
EARLY_S = 0.05
"""How long entries that came too early wait for those before them, until the log is read."""
ELSEWHERE_KEPT_S = 35.0
"""Presence of other nodes is told again every 10 s; what was not told three times is over."""
NOT_DECIDED = Ended(code="busy")
REVOKED = Ended(code="forbidden")
"""Answered to nobody: the connection is closed."""


class Room:
    """Invariant: at most one append under way; nothing is shown that is not committed."""

    def __init__(
        self, room_id: str, replica: Replica, services: RoomServices, generation: str
    ) -> None:
        settings = services.settings
        self.id = room_id
        self.kind = replica.kind
        self.replica = replica
        self.generation = generation
        self.services = services
        self.audience = Audience(
            room_id,
            services.call_soon,
            settings.fan_out_piece,
            settings.fan_out_overlap,
            nearly_shown=self.wake,
            failed=lambda error: services.fail(self, error),
        )
        self.cohorts = Cohorts(replica)
        self.audience.cohorts = self.cohorts
        self._authors: list[Follower] = []
        """Those with a filter who are answered in this turn."""
        self.delayed = Delayed(self)
        """Who sees later what happens; they are among the audience's followers, never in sync."""
        self.presence = RoomPresence(
            room_id, listed_max=settings.presence_listed_max, keys_max=settings.presence_keys_max
        )
        self.elsewhere = PresenceElsewhere(self.presence, self._take_number)
        self.view = RoomView(room_id, replica)
        self.inbox: deque[Pending] = deque()
        self.closed = False
        self.kept = 0
        """How much of this node follows it without a connection, as scores do."""
        self.tells_of: tuple[Room, ...] = ()
        """Rooms of which entries here tell: set by whoever keeps them open beside it."""
        self.empty_since: float | None = services.clock.monotonic()
        self.last_snapshot_s = services.clock.monotonic()
        self._in_flight: list[tuple[Pending, Ended]] | None = None
        self._outcome: Outcome | None = None
        """Of an append that ended while the entries before it were still being written."""
        self._appending = False
        """Whether the log has what was decided, and has not said what became of it."""
        self._all_written: asyncio.Future[None] | None = None
        """What a recovery waits for while entries are still being written."""
        self._deciding: Pending | None = None
        """The command whose effect is being worked out: with which the room fails, if it does."""
        self._recovering = False
        self._unavailable = False
        self._next_number = 1
        self.reactions = Reactions(self.kind.signs)
        self._reactions_timer: Handle | None = None
        self._presence_timer: Handle | None = None
        self._presence_sent_s = -math.inf
        self._deadline: int | None = None
        self._deadline_timer: Handle | None = None
        self._heard = HeldNews()
        self._traced = TracedCommands(replica.committed.version)
        self._early_timer: Handle | None = None
        self._missed: deque[Outage] = deque()
        """Outages that the rules have not been told of."""
        self._prepared_s = 0.0
        self._conflicts = 0
        """Since this room last appended."""
        self.turns = Turns()
        self._turn_timer: Handle | None = None

    # --- commands come in -------------------------------------------------------------------------

    def submit(self, follower: Follower, message: Submit) -> None:
        """A member's command. Answered exactly once, through the follower."""
        follower.pending += 1
        if follower.held is not None:
            follower.held.append(message)
            return
        recipient = follower.recipient
        try:
            command = follower.read_command(message.command)
        except MalformedMessage as error:
            self._refuse_at_once(follower, message.seq, "bad_command", str(error))
            return
        identity = recipient.identity
        services = self.services
        made = message.made
        version = made.version
        if follower.delayed:  # a refusal of what was made of later entries would count them
            version = min(version, self.replica.committed.version)
        pending = Pending(
            command,
            identity.account,
            identity.name,
            services.clock.now_ms(),
            services.draw() if self.kind.draws else 0,
            follower,
            recipient.client,
            message.seq,
            made.generation,
            version,
            message.again,
        )
        if services.traces is not None:
            pending.trace = services.traces.command(self.id, self.kind.name, command, message.trace)
        if type(command) in self.kind.needs_past:
            pending.wants_past = True
            if self._needs_past(pending):
                follower.held = deque()
                services.spawn(self._fetch_past(pending, follower), self)
                return
        if not self.enqueue(pending):
            self._answer([(pending, NOT_DECIDED)])

    def _needs_past(self, pending: Pending) -> bool:
        """Whether a past state must be read before this can be decided. For whoever may not send
        it nothing is read."""
        state = self.replica.state
        return pending.past is None and state.may(state.role_of(pending.account), pending.command)

    def enqueue(self, pending: Pending) -> bool:
        """Puts a command in the inbox. False: it is full, the database is away, or the room is
        closed."""
        inbox = self.inbox
        if self.closed or self._unavailable or len(inbox) >= self.services.settings.inbox_max:
            return False
        inbox.append(pending)
        if len(inbox) == 1:  # what waits already has asked, or is asked for when the room is free
            self.wake()
        return True

    def wake(self) -> None:
        """Asks for a turn of the append loop, if this room could use one."""
        if (
            self.inbox
            and self._in_flight is None
            and not self._recovering
            and self.audience.is_nearly_shown
        ):
            self.services.wake(self)

    # --- decide and append ------------------------------------------------------------------------

    def prepare(self) -> RoomAppend | None:
        """Decides what waits, in order, and says what to append; None: nothing to append now."""
        if self.closed or self._in_flight is not None or self._recovering:
            return None
        if not self.inbox or not self.audience.is_nearly_shown:
            return None
        if self._lets_others_go_first():
            return None
        replica, settings = self.replica, self.services.settings
        expected = replica.committed
        decided: list[tuple[Pending, Ended]] = []
        self._in_flight = decided
        self._prepared_s = self.services.clock.monotonic()
        while (
            self.inbox
            and len(decided) < settings.batch_max
            and replica.proposed_bytes < BATCH_BYTES
        ):
            pending = self._deciding = self.inbox.popleft()
            decided.append((pending, self._decide(pending)))
        self._deciding = None
        records = [one.record for one in replica.proposed]
        if not records and self.services.log.exclusive:
            # the replica saw every append there ever was: nothing to compare
            self._conclude(Appended())
            return None
        unlisted = replica.state.take_unlisted()
        listing = None
        if unlisted.members or unlisted.name is not None:
            listing = ListingChange(unlisted.name, unlisted.members)
        replica.state.unlisted.removed = unlisted.removed
        self.services.metrics.batch_commands.observe(len(decided))
        append = RoomAppend(
            room=self.id,
            expected=expected,
            records=records,
            head=Head(replica.version, replica.tag),
            due_at=self.kind.next_deadline(replica.state.inner),
            listing=listing,
            at=replica.state.at,
            reserve=self._conflicts >= OUTRUN,
        )
        self._appending = True
        return append

    def _lets_others_go_first(self) -> bool:
        """Where nodes write this room in turns (RM24) and it is another's: asks again when it is
        this one's."""
        wait_s = self.turns.wait_s(self.services.clock.monotonic())
        if not wait_s or self._conflicts > OUTRUN:  # the room is kept for this node (RM23)
            return False
        if self._turn_timer is not None:
            self._turn_timer.cancel()  # what was heard since may have brought the turn closer
        self._turn_timer = self.services.call_later(wait_s, self._turn_has_come)
        return True

    def _turn_has_come(self) -> None:
        self._turn_timer = None
        self.wake()

    def complete(self, outcome: Outcome) -> None:
        """The append has ended. A room that closed meanwhile shows nothing more, but says what
        became of it."""
        self.services.metrics.append_outcomes[type(outcome).__name__.lower()] += 1
        self._appending = False
        if self.closed:
            self._end(outcome)
        else:
            self._conclude(outcome)

    def _conclude(self, outcome: Outcome) -> None:
        """Shows what is committed, or goes back; both only when everybody has been written the
        entries before it."""
        if self.audience.unwritten:
            self._outcome = outcome
            return
        assert self._in_flight is not None
        match outcome:
            case Appended():
                self._conflicts = 0
                proposed = self.replica.proposed
                if proposed:
                    now_s = self.services.clock.monotonic()
                    self.turns.wrote(self.replica.version, now_s)
                    before = self.replica.committed
                    records = [one.record for one in proposed]
                    entries = self.replica.commit()
                    if self.services.traces is not None:
                        self._tell_traces(before.version)
                    self.services.metrics.entries += len(entries)
                    self.services.appended(self, entries)
                    self._finish(entries)
                    self.services.shown(self, before.version + 1, before.tag, records)
                else:
                    self._finish([])
            case Conflict(head):
                self._conflicts += 1
                self.turns.conflicted(self.services.clock.monotonic())
                self._requeue(unknown=False)
                self._follow_news()
                if head is None or self.replica.committed.version < head.version:
                    self._start_recovery(unknown=False, until=head)
                else:
                    self.wake()  # the news of it were here before the answer
            case Unknown():
                self._requeue(unknown=True)
                self._start_recovery(unknown=True)
            case Refused():
                self.replica.roll_back()
                decided, self._in_flight = self._in_flight, None
                self._answer([(pending, NOT_DECIDED) for pending, _ in decided])
                self.wake()
        if self._heard:
            self.services.spawn(self._follow_news_later(), self)

    def _tell_traces(self, after: int) -> None:
        if named := to_tell(self._in_flight or (), after):
            self.services.traced(self, named)

    def hear_trace(self, version: int, parent: str) -> None:
        """Another node has committed an entry of a traced command."""
        traces = self.services.traces
        trace = None if traces is None else traces.delivery(self.id, version, parent)
        if trace is not None:
            now_s = self.services.clock.monotonic()
            self._traced.heard(version, trace, now_s)

    def _decide(self, pending: Pending) -> Ended:
        follower = pending.follower
        if follower is not None and follower.revoked:
            return REVOKED
        replica = self.replica
        if type(pending.command) is Look:
            return Ended(replica.version)
        state = replica.state
        account, client, seq, received = (
            pending.account,
            pending.client,
            pending.seq,
            pending.received,
        )
        if client:
            known = self._known(pending)
            if known is not None:
                return known
        role = "owner" if pending.system else state.membership.role_of(account)
        if role is None:
            return Ended(code="not_found")
        if pending.wants_past and self._needs_past(pending):
            return NOT_DECIDED  # has been given the right since it came: sent again, it is read
        version = replica.version + 1
        at = received if received > state.at else state.at
        context = Context(
            account,
            pending.name,
            role,
            client,
            seq,
            pending.made,
            received,
            version,
            state.membership.names,
            pending.dice,
            pending.past,
            at,
            version if pending.again and pending.client else version - 1,
        )
        try:
            decision: Decision = (
                state.decide_system(pending.command, context)
                if pending.system
                else state.decide(pending.command, context)
            )
        except Exception as error:  # noqa: BLE001 - decide changes nothing: the bug costs its own command only
            return Ended(code="internal", detail={"incident": self.services.report(self, error)})
        stamp = Stamp(version, at, account, client, seq)
        if isinstance(decision, Accepted):
            salt = (
                f"{self.services.draw():016x}{self.services.draw():016x}" if self.kind.hides else ""
            )
            proposed = replica.propose(decision.events, stamp, salt=salt)
            more = len(proposed.record) // COMMAND_BYTES
            if more and follower is not None:
                follower.recipient.charge(more)
            return Ended(version)
        if pending.again and pending.client:
            replica.propose_refusal(decision.code, decision.detail, stamp)
        return Ended(version, decision.code, decision.detail)

    def _known(self, pending: Pending) -> Ended | None:
        """The answer of a command that was answered before, or can never be executed."""
        if pending.generation != self.generation or pending.made > self.replica.committed.version:
            return Ended(code="session_expired")
        found = self.replica.state.dedup.find(
            pending.account, pending.client, pending.seq, pending.made
        )
        if found is None:
            return None
        if isinstance(found, Answer):
            return Ended(found.version, found.code, found.detail)
        return Ended(code=found)

    # --- after the commit ----------------------------------------------------------------------

    def _finish(self, entries: list[TailEntry]) -> None:
        decided, self._in_flight = self._in_flight or [], None
        self._answer(decided, flush=not entries)
        if entries:
            self._show(entries)
        else:
            self.wake()
        self.services.metrics.commit_s.observe(self.services.clock.monotonic() - self._prepared_s)

    def _answer(self, decided: list[tuple[Pending, Ended]], *, flush: bool = True) -> None:
        touched: dict[int, Follower] = {}
        for pending, ended in decided:
            if pending.answer is not None and not pending.answer.done():
                pending.answer.set_result(ended)
            follower = pending.follower
            if pending.trace is not None:
                self._traced.answered(
                    pending,
                    ended,
                    began_s=self._prepared_s,
                    now_s=self.services.clock.monotonic(),
                )
            if ended.code is not None:
                self.services.metrics.rejections[ended.code] += 1
                if isinstance(pending.command, Outage) and not REJECTIONS[ended.code].final:
                    self._missed.append(pending.command)
                    self._take_back_wake_ups()
            if follower is None:
                continue
            if ended.code is None:
                follower.accept(pending.seq, ended.version)
            else:
                final = REJECTIONS[ended.code].final
                follower.reject(Rejected(self.id, pending.seq, ended.code, final, ended.detail))
            if flush or not follower.in_sync or follower.cohort is not None:
                touched[follower.number] = follower
                if not flush and follower.cohort is not None:
                    self._authors.append(follower)
        for follower in touched.values():
            follower.flush()

    def _show(self, entries: list[TailEntry]) -> None:
        """Fans committed entries out, with what follows from them: hidden parts, members let go,
        deadlines."""
        removed = self.replica.state.take_unlisted().removed
        if removed:
            self._let_removed_go(removed, entries)
        followers = self.audience.followers
        if self.kind.hides:
            for follower in followers.values():
                if follower.in_sync:  # whoever lags gets it when it catches up
                    for private in self._private_parts(follower, entries):
                        follower.tell(private)
        self.cohorts.judge(entries)
        if self.kind.delayed_by:
            self.delayed.follow(entries)
        for follower in self._filtered_authors(entries):
            first = follower.version + 1
            follower.version = entries[-1].version
            self.send_entries(follower, entries, first)
        self.audience.show(entries, self._shown)
        self.services.committed(self, entries)
        self.follow_deadline()
        replica = self.replica
        if replica.tail.is_full:
            replica.rebase()  # a few entries were so long that memory cannot wait for the 1,024th
        if replica.base is not None and replica.base.head.version > self.view.saved_version:
            self.view.saved_version = replica.base.head.version
            self.last_snapshot_s = self.services.clock.monotonic()
            self.services.keep_snapshot(self, replica.base)

    def _filtered_authors(self, entries: list[TailEntry]) -> list[Follower]:
        """Those with a filter whose command is among these entries: they are told of it at once,
        also where it is not what they want to see."""
        authors, self._authors = self._authors, []
        last = entries[-1].version
        return [one for one in authors if one.in_sync and one.version < last]

    def watching(self, account: str) -> Watching:
        """As of when the account sees what happens here: no earlier than in any room of which this
        one tells."""
        own = self.set_by(account)
        if not self.tells_of:
            return own
        return together([own, *(one.watching(account) for one in self.tells_of)])

    def set_by(self, account: str) -> Watching:
        """As of when the account wishes to see what happens here."""
        state = self.replica.state.inner
        return Watching(self.kind.delay_s(state, account), self.kind.shift(state, account))

    def _let_removed_go(self, removed: dict[str, int], entries: list[TailEntry]) -> None:
        """Who was removed is shown the entry that did it, and nothing after it (C10)."""
        for follower in list(self.audience.followers.values()):
            last = removed.get(follower.recipient.identity.account)
            if last is None:
                continue
            if follower.in_sync:
                follower.flush()
                self.send_entries(follower, [entry for entry in entries if entry.version <= last])
            self.let_go(follower, "removed")

    def _shown(self) -> None:
        self.services.metrics.deliveries += self.audience.deliveries
        self.audience.deliveries = 0
        self._traced.shown(self.replica.committed.version, self.services.clock.monotonic())
        outcome, self._outcome = self._outcome, None
        if outcome is None:
            self._let_recovery_go_on()
            self.wake()
            if self._heard:
                self.services.spawn(self._follow_news_later(), self)
        else:
            self._conclude(outcome)

    def _let_recovery_go_on(self) -> None:
        waiting, self._all_written = self._all_written, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def is_due(self, now: int) -> bool:
        """Whether the kind wants to be woken by a moment of log time."""
        return self._deadline is not None and self._deadline <= now

    def follow_deadline(self) -> None:
        """Arms the timer for the kind's next deadline, if it has changed."""
        deadline = self.kind.next_deadline(self.replica.state.inner)
        if deadline == self._deadline:
            return
        self._deadline = deadline
        if self._deadline_timer is not None:
            self._deadline_timer.cancel()
            self._deadline_timer = None
        if deadline is not None:
            self._arm(max(0, deadline - self.services.clock.now_ms()))
            self._look_for_missed()

    def _arm(self, wait_ms: int) -> None:
        self._deadline_timer = self.services.call_later(wait_ms / 1000, self._wake_up)

    def _wake_up(self) -> None:
        """The kind's deadline has come by our clock; by log time the kind decides. Bound to its
        deadline, so that a late one is refused by the rules."""
        self._deadline_timer = None
        deadline, now = self._deadline, self.services.clock.now_ms()
        if self.closed or deadline is None:
            return
        if now < deadline:
            self._arm(deadline - now)
            return
        if not self.services.sound():
            self._arm(WAKE_AGAIN_MS)
            return
        self._tell_missed()
        self.enqueue(
            Pending(
                WakeUp(deadline),
                account="",
                name="",
                received=now,
                dice=self.services.draw(),
                system=True,
            )
        )
        self._arm(WAKE_AGAIN_MS)

    def _look_for_missed(self) -> None:
        """What another node let run may be heard of after an outage in it. Looked for from when the
        rules let it run: entries may be ahead of log time, and say nothing of what is known."""
        since = self.kind.running_since(self.replica.state.inner)
        if since is not None:
            for outage in self.services.outages(since):
                self.missed(outage.began, outage.ended)

    def missed(self, began: int, ended: int) -> None:
        """From `began` to `ended` (log time, ms) somebody could say nothing here: the rules are
        told, before they are woken again (RM20). They may be told twice."""
        if self.kind.running_since(self.replica.state.inner) is not None:
            self._missed.append(Outage(began, ended))
            self._tell_missed()

    def _take_back_wake_ups(self) -> None:
        """Those that wait would be decided before what the rules are still to be told of. The timer
        gives them anew."""
        kept = [one for one in self.inbox if not isinstance(one.command, WakeUp)]
        if len(kept) < len(self.inbox):
            self.inbox.clear()
            self.inbox.extend(kept)

    def _tell_missed(self) -> None:
        """Where the room cannot take it yet, it is told when it can."""
        while self._missed:
            outage = self._missed[0]
            told = Pending(
                outage,
                account="",
                name="",
                # our clock may be a little behind that of the node which found it
                received=max(self.services.clock.now_ms(), outage.ended),
                dice=0,
                system=True,
            )
            if not self.enqueue(told):
                return
            self._missed.popleft()

    # --- conflicts and unknown outcomes -----------------------------------------------------------

    def _requeue(self, *, unknown: bool) -> None:
        """Puts the commands of a lost append back in front of what came since, in their order."""
        decided, self._in_flight = self._in_flight or [], None
        self.replica.roll_back()
        spent: list[tuple[Pending, Ended]] = []
        again: list[Pending] = []
        for pending, _ in decided:
            pending.attempts += 1
            if unknown and isinstance(pending.command, WakeUp):
                continue  # it is given anew, by the time of then
            if isinstance(pending.command, Outage):  # what it gives back runs from when it is told
                pending.received = max(pending.received, self.services.clock.now_ms())
            if unknown:
                pending.again = True
            if pending.attempts >= self.services.settings.attempts_max and not pending.again:
                spent.append((pending, Ended(code="contended")))
            else:
                again.append(pending)
        self.inbox.extendleft(reversed(again))
        self._answer(spent)

    def _start_recovery(self, *, unknown: bool, until: Head | None = None) -> None:
        if self._recovering:
            return
        self._recovering = True
        self.services.spawn(self._recover(unknown=unknown, until=until), self)

    async def _recover(self, *, unknown: bool, until: Head | None) -> None:
        """Reads what the log has beyond our head and shows it. After an unknown outcome what is
        read counts only once a later write of this node has been synced: visible is not yet
        durable. Waits for the database as long as it takes, and before each page for the entries
        before it: it may have begun while those were on their way to a big room. `until` is where
        the log was seen: what came after that, the next compare finds."""
        wait = RECOVER_WAIT_MIN_S
        while not self.closed:
            try:
                page = await self.services.log.read(self.id, self.replica.committed.version + 1)
                if unknown:
                    await self.services.log.barrier()
                await self._written()
                if self.closed or not page.records:
                    break
                self._show(self.replica.ingest(page.records))
                if until is not None and self.replica.committed.version >= until.version:
                    break
            except StorageUnavailable:
                self._unavailable = True
                self._answer_what_was_not_sent()
                await asyncio.sleep(wait)
                wait = min(2 * wait, RECOVER_WAIT_MAX_S)
        self._unavailable = False
        self._recovering = False
        self._follow_news()
        self._tell_missed()
        self.wake()

    async def _written(self) -> None:
        """Until everybody in sync has been written what was shown, or the room is closed."""
        while self.audience.unwritten and not self.closed:
            self._all_written = asyncio.get_running_loop().create_future()
            await self._all_written

    def _answer_what_was_not_sent(self) -> None:
        """The database is away: commands that were in no append of unknown outcome are surely not
        executed."""
        kept = [pending for pending in self.inbox if pending.again]
        unsent = [(pending, NOT_DECIDED) for pending in self.inbox if not pending.again]
        self.inbox = deque(kept)
        self._answer(unsent)

    def hear(self, first: int, tag_before: str, records: Sequence[bytes]) -> None:
        """Committed entries from another node; without records, that the log has come to the
        version before `first`. Old ones are dropped, early ones wait a moment for those before
        them, and holes are filled from the log (RM14)."""
        last = first - 1 + len(records)
        if self.closed or last <= self.replica.committed.version:
            return
        kept = self._heard.put(first, tag_before, records)
        if kept and records:
            self._follow_news()
        else:
            self._read_what_came()

    def _follow_news(self) -> None:
        """Shows what was heard and continues the head; not amid an append of our own, a recovery,
        or entries that are still being written: those call again when they end."""
        if not self._heard or self.closed or self._recovering:
            return
        if self._in_flight is not None or self.audience.unwritten:
            return
        entries: list[TailEntry] = []
        while records := self._heard.take(self.replica.committed):
            entries += self.replica.ingest(records)
        if entries:
            self.services.metrics.news_shown += len(entries)
            self._show(entries)
        if not self._heard:
            self._stop_waiting()
        elif self._early_timer is None:
            self._early_timer = self.services.call_later(EARLY_S, self._early_is_over)

    def _stop_waiting(self) -> None:
        timer, self._early_timer = self._early_timer, None
        if timer is not None:
            timer.cancel()

    def _early_is_over(self) -> None:
        self._early_timer = None
        if self._heard:
            self._read_what_came()

    def _read_what_came(self) -> None:
        """News have a hole: what lies in it is read from the log, unless something is under way
        that finds it anyway."""
        if self.closed or self._recovering or self._in_flight is not None:
            return
        self._heard.clear()
        self._stop_waiting()
        self.services.metrics.gaps_filled += 1
        self._start_recovery(unknown=False)

    async def _follow_news_later(self) -> None:
        """In a task of the room: its failure is the room's."""
        self._follow_news()

    def catch_up_to(self, head: Head) -> bool:
        """The log was seen at `head`: where that is beyond what this room knows, and no append of
        its own can be what wrote it, reads what came and shows it. Whether it does."""
        if head.version <= self.replica.committed.version or self.closed or self._recovering:
            return False
        if self._in_flight is not None or self.audience.unwritten:
            return False  # its own compare finds out, or the next look
        self._start_recovery(unknown=False, until=head)
        return True

    # --- members ----------------------------------------------------------------------------------

    def admit(
        self,
        recipient: Recipient,
        position: Position | None,
        ref: int | None,
        missed: list[TailEntry] | None = None,
        wanted: Any = None,
    ) -> Follower:
        """A member joins on a connection: delta, nothing or a snapshot, then `joined`; live from
        here on.

        `missed` are entries older than the tail that the caller has read for this position;
        `wanted` a filter of the kind's. Raises nothing; the caller has checked that the account is
        a member."""
        head = self.replica.committed
        follower = self._follower(recipient, head.version, wanted)
        account = recipient.identity.account
        if not self.cohorts.holds(wanted, follower):
            position = None
        entries = self._delta(position, missed)
        if entries is None:
            self.services.metrics.joins["snapshot"] += 1
            self._send_snapshot(follower)
        else:
            self.services.metrics.joins["delta" if entries else "up_to_date"] += 1
            self.send_entries(follower, entries)
        recipient.reply(
            recipient.codec.encode(
                Joined(
                    room=self.id,
                    position=self.position,
                    role=self.replica.committed_role(account) or "viewer",
                    connection=follower.number,
                    ref=ref,
                    done=self.replica.state.dedup.answered(account, recipient.client, head.version),
                    filtered=follower.filtered,
                )
            )
        )
        self.presence.enter(follower.number, account)
        recipient.reply(self.view.full_presence(self.presence, binary=follower.binary))
        self.audience.enter(follower)
        if recipient.paused:
            self.audience.lag(follower)
        self.empty_since = None
        self._presence_changed()
        return follower

    def admit_late(
        self,
        recipient: Recipient,
        position: Position | None,
        ref: int | None,
        past: Past,
        watching: Watching,
        wanted: Any = None,
    ) -> Follower | None:
        """As `admit`, for an account that sees what happens later: it gets the room as it was then,
        and goes on from there. None: what came since is not in memory any more, and is to be read
        once more."""
        rest = self.replica.tail.after(past.last.version)
        if rest is None:
            return None
        account = recipient.identity.account
        follower = self._follower(recipient, past.head.version, wanted)
        if not self.cohorts.holds(wanted, follower):
            position = None
        after = [*past.after, *rest]
        seen = None
        # it had seen more before it had a delay; whoever went back itself starts over
        same = position is not None and position.generation == self.generation
        if position is not None and same and watching.shift is None:
            seen = next((one for one in after if _is_at(one, position)), None)
        if seen is not None:
            follower.version = seen.version
            after = [one for one in after if one.version > seen.version]
        if seen is None and position != past.position(self.generation):
            recipient.reply(self.delayed.snapshot(past, follower))
        at = past.head if seen is None else Head(seen.version, seen.tag)
        done = self.replica.state.dedup.answered(account, recipient.client, at.version)
        recipient.reply(
            recipient.codec.encode(
                Joined(
                    room=self.id,
                    position=Position(self.generation, at.version, at.tag),
                    role=self.replica.committed_role(account) or "viewer",
                    connection=follower.number,
                    ref=ref,
                    done=done,
                    filtered=follower.filtered,
                )
            )
        )
        recipient.reply(self.delayed.told(follower, watching))
        self.presence.enter(follower.number, account)
        recipient.reply(self.delayed.nobody_here(binary=follower.binary))
        self.audience.followers[follower.number] = follower
        self.empty_since = None
        self.delayed.put(follower, watching, after)
        self._presence_changed()
        return follower

    def _follower(self, recipient: Recipient, version: int, wanted: Any) -> Follower:
        follower = Follower(self, recipient, self._take_number(), version)
        cohort = None if wanted is None else self.cohorts.of(wanted)
        if cohort is None and self.kind.picture is not None:
            # owners see everybody and everything: theirs is the room
            account = recipient.identity.account
            cohort = (
                None if self.replica.committed_role(account) == "owner" else self.cohorts.crowd()
            )
        if cohort is not None:
            follower.cohort = cohort
            cohort.followers.add(follower.number)
        return follower

    def _take_number(self) -> int:
        """A number for a connection, unique in this room on this node."""
        self._next_number += 1
        return self._next_number - 1

    def catch_up(self, follower: Follower) -> None:
        """A lagging member's transport has drained: what it missed, then in sync again (FO4)."""
        if follower.closed or follower.in_sync:
            return
        if follower.delayed:
            self.delayed.release()
            return
        entries = self.replica.tail.after(follower.version)
        if entries is None:
            self._send_snapshot(follower)
            follower.version = self.replica.committed.version
        elif entries and follower.cohort is not None:
            self.send_entries(follower, entries)
            follower.version = entries[-1].version
        else:
            for piece in pieces(entries, binary=follower.binary):
                if follower.recipient.paused:
                    # full again: it goes on from here when it has drained, so that a long absence
                    # never waits in the connection's memory as a whole
                    return
                self.send_entries(follower, piece)
                follower.version = piece[-1].version
        follower.recipient.reply(self.view.full_presence(self.presence, binary=follower.binary))
        if not follower.recipient.paused:
            self.audience.enter(follower)

    def leave(self, follower: Follower) -> None:
        """The connection stops following. Idempotent."""
        if follower.closed:
            return
        self.audience.leave(follower)
        self.cohorts.left(follower)
        self.delayed.drop(follower)
        self.presence.leave(follower.number)
        if not self.audience.followers:
            self.empty_since = self.services.clock.monotonic()
        self._presence_changed()

    def let_go(self, follower: Follower, reason: str, incident: str | None = None) -> None:
        """Ends the following from the room's side, and says why."""
        if follower.closed:
            return
        recipient = follower.recipient
        follower.flush()
        self.leave(follower)
        recipient.reply(recipient.codec.encode(RoomClosed(self.id, reason, incident)))
        recipient.room_closed(self.id, reason, incident)

    def notify(self, code: str) -> None:
        """Tells every member something about the server."""
        self.audience.write_shared(
            lambda binary: self.view.encode(Notice(code, room=self.id), binary=binary)
        )
        self.delayed.tell(Notice(code, room=self.id))

    @property
    def position(self) -> Position:
        """Where members are who have seen everything committed."""
        head = self.replica.committed
        return Position(self.generation, head.version, head.tag)

    def _delta(
        self, position: Position | None, missed: list[TailEntry] | None
    ) -> list[TailEntry] | None:
        """What a member at `position` lacks, or None: it starts over from a snapshot (JN3)."""
        if position is None or position.generation != self.generation:
            return None
        tail = self.replica.tail
        if missed:
            rest = tail.after(missed[-1].version)
            return None if rest is None else missed + rest
        if tail.tag_at(position.version) != position.tag:
            return None
        return tail.after(position.version)

    def send_entries(
        self, follower: Follower, entries: Sequence[TailEntry], first: int = 0
    ) -> None:
        """To one follower alone, by its filter; with one it has everything below `first`, or below
        the entries."""
        if not entries:
            return
        recipient = follower.recipient
        if self.kind.hides:
            for private in self._private_parts(follower, entries):
                recipient.reply(recipient.codec.encode(private))
        binary = follower.binary
        if follower.cohort is None:
            payloads = entries_payloads(self.id, entries, binary=binary)
        else:
            first = first or entries[0].version
            payloads = follower.cohort.payloads(self.id, entries, first, binary=binary)
        for payload in payloads:
            recipient.reply(payload)

    def _private_parts(self, follower: Follower, entries: Sequence[TailEntry]) -> list[Private]:
        """What of these entries only this follower's account may see: one message an entry."""
        account = follower.recipient.identity.account
        parts: list[Private] = []
        for entry in entries:
            events = [
                event for hidden in entry.hidden if account in hidden.to for event in hidden.events
            ]
            if events:
                parts.append(Private(self.id, entry.version, None, events))
        return parts

    def _send_snapshot(self, follower: Follower) -> None:
        recipient = follower.recipient
        if self.kind.hides:
            state = self.replica.committed_state() if self.replica.proposed else self.replica.state
            private = state.private(recipient.identity.account)
            message = Private(self.id, self.replica.committed.version, private)
            recipient.reply(recipient.codec.encode(message))
        if follower.cohort is not None:
            cohort, binary = follower.cohort, follower.binary
            for payload in cohort.opening(self.id, self.generation, binary=binary):
                recipient.reply(payload)
            return
        head, payload = self.view.snapshot(self.generation, binary=follower.binary)
        recipient.reply(payload)
        entries = self.replica.tail.after(head.version)
        assert entries is not None
        if entries:
            for part in entries_payloads(self.id, entries, binary=follower.binary):
                recipient.reply(part)

    # --- presence ---------------------------------------------------------------------------------

    def update_presence(self, follower: Follower, message: PresenceUpdate) -> None:
        """A passing value of a member; refused silently where it is over a limit, as it would be
        replaced anyway."""
        codec = follower.recipient.codec
        value: Any = None
        raw = bytes(message.value)
        if raw not in {b"null", b"\xc0"}:
            if len(raw) > self.services.settings.presence_bytes_max:
                raise MalformedMessage("presence value is too large")
            value = codec.decode_as(message.value, self.kind.presence)
        if (sign := self.kind.sign_of(value)) is not None:
            self._react(follower, sign)
            return
        expires = self.services.clock.now_ms() + int(self.services.settings.presence_ttl_s * 1000)
        self.services.metrics.presence_updates += 1
        if self.presence.put(follower.number, message.key, value, expires):
            self._presence_changed()
        if self.kind.watches:
            self.services.watched(self, follower, value)

    def _presence_changed(self) -> None:
        self.view.presence_changed()
        if self.presence.own_dirty:
            self.services.passing(self)
        if not self.audience.followers:
            self.presence.take()  # there is nobody here to be told
        elif self._presence_timer is None:
            # a bigger room gets it less often: what it costs rises with its members
            tick_s = max(self.services.settings.presence_tick_ms, len(self.audience) // 10) / 1000
            # counted from the last time: even intervals are what a drag is drawn from
            passed_s = self.services.clock.monotonic() - self._presence_sent_s
            wait = tick_s - passed_s if passed_s < tick_s else tick_s
            self._presence_timer = self.services.call_later(wait, self._send_presence)

    def _send_presence(self) -> None:
        self._presence_timer = None
        if self.closed or not self.presence.dirty:
            return
        self._presence_sent_s = self.services.clock.monotonic()
        message = self.presence.take()
        self.audience.write_shared(lambda binary: self.view.encode(message, binary=binary))

    def _react(self, follower: Follower, sign: str) -> None:
        """Who is muted is not heard."""
        account = follower.recipient.identity.account
        now = self.services.clock.now_ms()
        muted = is_muted(self.replica.state.membership, account, now)
        if not muted and self.reactions.add(follower.number, sign):
            self._tell_reactions_soon()

    def hear_reactions(self, counts: Mapping[str, int]) -> None:
        """What another node's members have shown."""
        if not self.closed and self.reactions.hear(counts):
            self._tell_reactions_soon()

    def _tell_reactions_soon(self) -> None:
        if self._reactions_timer is None:
            self._reactions_timer = self.services.call_later(EVERY_S, self.tell_reactions)

    def tell_reactions(self) -> None:
        """A second after the first of them everybody is told what all have shown."""
        self._reactions_timer = None
        if self.closed or not self.reactions:
            return
        tick, own = self.reactions.take(self.services.clock.now_ms())
        if own:
            self.services.reacted(self, own)
        told = reactions_message(self.id, tick.counts)
        self.audience.write_shared(lambda binary: self.view.encode(told, binary=binary))
        self.delayed.reacted()

    def hear_presence(self, node: str, body: bytes) -> bool:
        """What another node's members show. False: the whole is to be asked for."""
        services = self.services
        expires = services.clock.now_ms() + int(2_000 * services.settings.presence_ttl_s)
        now_s = services.clock.monotonic()
        complete = self.elsewhere.hear(node, body, now_s=now_s, expires=expires)
        if self.presence.dirty:
            self._presence_changed()
        return complete

    def node_gone(self, node: str) -> None:
        """A node has died or left, and all that its members showed goes with it (PR8)."""
        if self.elsewhere.forget(node):
            self._presence_changed()

    # --- the rest of its life ------------------------------------------------------------------

    def tidy(self) -> None:
        """Once a second: presence that nobody renewed ends; an active room's snapshot is renewed;
        what could not be said to the rules is said again."""
        now = self.services.clock.monotonic()
        self._tell_missed()
        self.presence.expire(self.services.clock.now_ms())
        self.elsewhere.forget_silent(now - ELSEWHERE_KEPT_S)
        if self.presence.dirty:
            self._presence_changed()
        if now - self.last_snapshot_s >= self.services.settings.snapshot_s:
            self.last_snapshot_s = now
            self.save_if_changed(1)

    def save_if_changed(self, entries_min: int) -> None:
        """Keeps a snapshot of the committed state if at least so many entries came since the last
        one."""
        replica = self.replica
        if replica.proposed or replica.version != replica.committed.version:
            return
        if replica.committed.version - self.view.saved_version < entries_min:
            return
        base = replica.rebase()
        self.view.saved_version = base.head.version
        self.services.keep_snapshot(self, base)

    @property
    def idle(self) -> bool:
        """Nobody follows it or needs it, and nothing is under way."""
        return (
            not self.audience.followers
            and not self.kept
            and not self.inbox
            and self._in_flight is None
            and not self._recovering
            and not self.audience.unwritten
        )

    @property
    def pending(self) -> int:
        """Commands that wait or are being appended."""
        return len(self.inbox) + len(self._in_flight or ())

    def close(self, incident: str | None = None) -> None:
        """No more turns. What waits is answered busy; what is durable, as it ended (CM14); the
        command that was too much for the room, `internal`, so that it is not sent again (CM11).

        With an `incident`, the room has failed and the log goes on: an append under way is answered
        when that says what became of it."""
        self.closed = True
        self.delayed.stop()
        for timer in (
            self._presence_timer, self._reactions_timer, self._deadline_timer, self._early_timer,
            self._turn_timer,
        ):  # fmt: skip
            if timer is not None:
                timer.cancel()
        waiting = [(pending, NOT_DECIDED) for pending in self.inbox]
        if self._deciding is not None:
            waiting.append((self._deciding, Ended(code="internal", detail={"incident": incident})))
            self._deciding = None
        self.inbox.clear()
        self._answer(waiting)
        if incident is None or not self._appending:
            outcome, self._outcome = self._outcome, None
            self._end(outcome)
        self._traced.close()
        self._let_recovery_go_on()

    def _end(self, outcome: Outcome | None) -> None:
        """Answers the commands of a closed room's last append, of which None was never made."""
        decided, self._in_flight = self._in_flight or [], None
        if not isinstance(outcome, Appended):
            decided = [(pending, NOT_DECIDED) for pending, _ in decided]
        self._answer(decided)

    def _refuse_at_once(self, follower: Follower, seq: int, code: str, detail: Any) -> None:
        self.services.metrics.rejections[code] += 1
        follower.pending -= 1
        rejected = Rejected(self.id, seq, code, REJECTIONS[code].final, detail)
        follower.recipient.reply(follower.recipient.codec.encode(rejected))

    async def _fetch_past(self, pending: Pending, follower: Follower) -> None:
        """Reads the state that a command needs; the same connection's later commands wait behind
        it."""
        version = self.kind.past_version(pending.command)
        assert version is not None
        ended: Ended | None = None
        try:
            if not 1 <= version <= self.replica.committed.version:
                ended = Ended(code="unknown_version")
            else:
                state = await self.services.past_state(self, version)
                if state is None:
                    ended = Ended(code="unknown_version")
                else:
                    pending.past = state.inner
        except CorruptEntry as error:
            # of the past only: the room itself was read, and goes on
            ended = Ended(code="internal", detail={"incident": self.services.report(self, error)})
        except StorageError:
            ended = NOT_DECIDED
        held, follower.held = follower.held or deque(), None
        if ended is None and not self.enqueue(pending):
            ended = NOT_DECIDED
        if ended is not None:
            self._answer([(pending, ended)])
        for message in held:
            follower.pending -= 1
            self.submit(follower, message)


def _is_at(entry: TailEntry, position: Position) -> bool:
    return (entry.version, entry.tag) == (position.version, position.tag)
