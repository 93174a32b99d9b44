"""Secret parts of invitation links: derived, verified, bound to their room."""

from __future__ import annotations

import re

import pytest

from server.invitations import Invitations, new_invitation_id
from server.secrets import KeyRing, LiveRing

OLD = b"old-secret-old-secret-old-secret"
NEW = b"new-secret-new-secret-new-secret"
ROOM = "r_" + "A" * 22
OTHER_ROOM = "r_" + "B" * 22
INVITATION = "i_abcdefghijk"


def invitations(*secrets: bytes) -> Invitations:
    return Invitations(KeyRing(secrets))


def test_a_link_is_verified_by_the_server_that_made_it() -> None:
    ours = invitations(OLD)
    secret = ours.secret_part(ROOM, INVITATION)
    assert re.fullmatch(r"i_[A-Za-z0-9_-]{11}\.[A-Za-z0-9_-]{22}", secret)
    assert ours.verify(ROOM, secret) == INVITATION
    assert ours.secret_part(ROOM, INVITATION) == secret


def test_a_link_of_another_room_or_server_is_worthless() -> None:
    ours = invitations(OLD)
    secret = ours.secret_part(ROOM, INVITATION)
    assert ours.verify(OTHER_ROOM, secret) is None
    assert invitations(NEW).verify(ROOM, secret) is None


@pytest.mark.parametrize(
    "text", ["", "i_abcdefghijk", "i_abcdefghijk.", "x" * 36, "i_é" + "x" * 33]
)
def test_what_is_no_secret_part_is_refused(text: str) -> None:
    assert invitations(OLD).verify(ROOM, text) is None


def test_one_changed_character_is_refused() -> None:
    ours = invitations(OLD)
    secret = ours.secret_part(ROOM, INVITATION)
    for at in range(len(secret)):
        changed = secret[:at] + ("A" if secret[at] != "A" else "B") + secret[at + 1 :]
        assert ours.verify(ROOM, changed) is None
    assert ours.verify(ROOM, secret + "A") is None


def test_links_outlive_a_change_of_secret_while_the_old_one_is_kept() -> None:
    secret = invitations(OLD).secret_part(ROOM, INVITATION)
    assert invitations(NEW, OLD).verify(ROOM, secret) == INVITATION
    assert invitations(NEW, OLD).secret_part(ROOM, INVITATION) != secret


def test_the_secret_stands_in_the_fragment_of_the_link() -> None:
    link = invitations(OLD).link("http://localhost:8700", ROOM, INVITATION)
    before, fragment = link.split("#")
    assert before == "http://localhost:8700/board.html"
    assert fragment.startswith(f"room={ROOM}&invite={INVITATION}.")


def test_invitation_ids_are_drawn_and_well_formed() -> None:
    drawn = {new_invitation_id() for _ in range(100)}
    assert len(drawn) == 100
    assert all(re.fullmatch(r"i_[A-Za-z0-9_-]{11}", one) for one in drawn)


def test_SE10_links_of_an_older_secret_are_good_until_it_is_retired() -> None:
    live = LiveRing(KeyRing((OLD,)))
    ours = Invitations(live)
    before = ours.secret_part(ROOM, INVITATION)
    live.replace(KeyRing((NEW, OLD)))
    after = ours.secret_part(ROOM, INVITATION)
    assert after != before
    assert ours.verify(ROOM, before) == ours.verify(ROOM, after) == INVITATION
    live.replace(KeyRing((NEW,)))
    assert ours.verify(ROOM, before) is None
    assert ours.verify(ROOM, after) == INVITATION
