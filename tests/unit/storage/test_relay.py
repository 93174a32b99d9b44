from storage.relay import CommittedEntries, Control, PresenceNews


def test_RL1_news_are_values() -> None:
    assert PresenceNews("r_1", "n", b"x") == PresenceNews("r_1", "n", b"x")
    assert Control("", "draining", b"") != Control("r_1", "draining", b"")
    news = CommittedEntries("r_1", "1" * 16, 4, "0" * 16, (b"x",))
    assert (news.first, news.records) == (4, (b"x",))
