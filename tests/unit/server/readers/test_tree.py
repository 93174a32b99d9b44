"""Plain values of JSON, not trusted."""

from server.readers.tree import at, list_at, number_at, pair_at, text_at, whole_at

TREE = {"a": [{"b": " x ", "n": 3.0, "p": [1, 2.5, 9], "bad": ["x", None]}], "s": ""}


def test_RD1_what_is_of_another_type_is_not_there() -> None:
    assert text_at(TREE, "a", 0, "b") == "x"
    assert whole_at(TREE, "a", 0, "n") == 3
    assert number_at(TREE, "a", 0, "n") == 3.0
    assert pair_at(TREE, "a", 0, "p") == (1.0, 2.5)
    assert len(list_at(TREE, "a")) == 1
    assert at(TREE, "a", 7) is None
    assert at(TREE, "a", "b") is None
    assert at(TREE, 0) is None
    assert text_at(TREE, "s") is None
    assert text_at(TREE, "a") is None
    assert pair_at(TREE, "a", 0, "bad") is None
    assert pair_at(TREE, "a") is None
    assert list_at(TREE, "s") == []
