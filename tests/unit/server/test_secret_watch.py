"""A changed ring is taken up while the node runs, and a bad one is not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from server.metrics import Metrics
from server.secret_rotation import retire, rotate
from server.secret_watch import HOLD_S, SecretWatch
from server.secrets import KeyRing, LiveRing, load_secret
from server.tokens import Tokens
from tests.support.manual_clock import ManualClock


@dataclass
class Running:
    path: Path
    live: LiveRing
    watch: SecretWatch
    clock: ManualClock
    metrics: Metrics


@pytest.fixture
def running(tmp_path: Path) -> Running:
    path = tmp_path / "secret"
    live, clock, metrics = LiveRing(load_secret(path, create=True)), ManualClock(), Metrics()
    return Running(path, live, SecretWatch(path, live, clock, metrics), clock, metrics)


def test_SE9_a_rotation_is_taken_up_without_a_restart(running: Running) -> None:
    old = running.live.ring
    ring = rotate(running.path, running.clock.now_ms())
    running.watch.look()
    assert set(running.live.ring.secrets) == set(ring.secrets)
    assert running.live.ring != old
    assert running.metrics.file_reloads["secret", "taken"] == 1


def test_SE10_a_new_secret_verifies_at_once_and_signs_a_moment_later(running: Running) -> None:
    before = running.live.ring.secrets[0]
    ring = rotate(running.path, running.clock.now_ms())
    running.watch.look()
    running.clock.advance(HOLD_S - 0.1)
    running.watch.look()
    assert running.live.ring.secrets == (before, ring.secrets[0])
    running.clock.advance(0.1)
    running.watch.look()
    assert running.live.ring == ring


def test_SE10_nodes_that_look_at_different_times_verify_each_others_tokens(tmp_path: Path) -> None:
    path, clock = tmp_path / "secret", ManualClock()
    lives = [LiveRing(load_secret(path, create=True)) for _ in range(2)]
    watches = [SecretWatch(path, live, clock, Metrics()) for live in lives]
    nodes = [Tokens(live, clock, guest_token_h=1) for live in lives]
    rotate(path, clock.now_ms())
    for turn in range(30):
        # The second node looks two seconds after the first, as far apart as two nodes can be.
        watches[turn % 2].look()
        issued = [node.issue_guest("Ada").token for node in nodes]
        for token in issued:
            for node in nodes:
                node.verify(token)
        clock.advance(2)
    assert lives[0].ring == lives[1].ring == load_secret(path, create=False)


def test_SE11_a_retired_secret_is_gone_with_the_next_look(running: Running) -> None:
    first = running.live.ring
    rotate(running.path, running.clock.now_ms())
    running.watch.look()
    running.clock.advance(HOLD_S)
    running.watch.look()
    ring = retire(running.path, first.ids()[0])
    running.watch.look()
    assert running.live.ring == ring
    assert first.secrets[0] not in running.live.ring.secrets


def test_SE9_a_wholly_different_ring_signs_at_once(running: Running) -> None:
    other = load_secret(running.path.with_name("other"), create=True)
    running.path.with_name("other").replace(running.path)
    running.watch.look()
    assert running.live.ring == other


@pytest.mark.parametrize("damage", [b"", b"short", b"\x00" * 64])
def test_SE9_a_file_that_must_not_be_used_changes_nothing_and_is_counted_once(
    running: Running, damage: bytes
) -> None:
    before = running.live.ring
    good = running.path.read_bytes()
    running.path.write_bytes(damage)
    running.watch.look()
    running.watch.look()
    assert running.live.ring == before
    assert running.metrics.file_reloads["secret", "refused"] == 1
    running.path.write_bytes(good)
    running.watch.look()
    assert running.live.ring == before
    running.path.unlink()
    running.watch.look()
    assert running.live.ring == before


def test_SE9_a_file_that_others_may_read_is_not_taken_until_it_is_mended(running: Running) -> None:
    ring = rotate(running.path, running.clock.now_ms())
    running.path.chmod(0o644)
    running.watch.look()
    assert ring.secrets[0] not in running.live.ring.secrets
    running.path.chmod(0o600)
    running.watch.look()
    assert ring.secrets[0] in running.live.ring.secrets


def test_a_file_that_says_the_same_changes_nothing(running: Running) -> None:
    given: list[KeyRing] = []
    running.live.follow(given.append)
    running.path.write_bytes(running.path.read_bytes() + b"\n")
    running.watch.look()
    assert len(given) == 1
