from storage.accounts import Account, Grace, Link, Session


def test_no_secret_is_in_a_repr() -> None:
    rows = [
        Account("a_1", "A", 1, password_hash="canary"),
        Session("s", "a_1", 1, 1, b"canary", previous=b"canary", sealed_successor=b"canary"),
        Link(b"canary", "reset", "a_1", 1),
        Grace(b"canary"),
    ]
    assert "canary" not in repr(rows)
