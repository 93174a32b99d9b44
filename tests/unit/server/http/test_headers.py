"""Values of headers that are computed."""

from __future__ import annotations

from server.http.headers import ANSWERS, SECURITY, page_policy, shared_with


def test_SE_A14_pages_and_answers_share_the_headers_that_hold_for_both() -> None:
    assert set(SECURITY) < set(ANSWERS)
    assert [name for name, _ in ANSWERS] == sorted(
        {name for name, _ in ANSWERS}, key=[name for name, _ in ANSWERS].index
    )


def test_SE_A14_the_policy_of_pages_allows_nothing_inline() -> None:
    policy = page_policy("ws://localhost:8701").decode()
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")


def test_SE_A13_an_origin_is_echoed_and_never_a_star() -> None:
    headers = dict(shared_with("https://club.example"))
    assert headers[b"access-control-allow-origin"] == b"https://club.example"
    assert b"*" not in b"".join(headers.values())


def test_HT98_the_player_alone_may_be_framed() -> None:
    play = page_policy("ws://localhost:8701", "/play.html").decode()
    assert "frame-ancestors *;" in play
    for path in ("/board.html", "/", "/play.htm", "/play.html/", ""):
        policy = page_policy("ws://localhost:8701", path).decode()
        assert "frame-ancestors 'none'" in policy
        assert policy.replace("'none'; base", "*; base") == play
