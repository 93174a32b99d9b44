"""Rows of teams, and the steps that several transactions share."""

from dataclasses import replace

from storage.team_rows import TeamInvitation

LINK = TeamInvitation("ti_1", "t_1", "member", None, b"link", None, None, "a_ann", 10)


def test_the_digest_of_a_secret_is_not_in_a_repr() -> None:
    assert "canary" not in repr(replace(LINK, digest=b"canary"))
