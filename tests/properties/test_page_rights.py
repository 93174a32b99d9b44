"""What the board's page offers is what the table of rights gives: nobody is offered what would be
refused, nobody is denied what would be done."""

from __future__ import annotations

import json
from itertools import product

from server.rules.board import BOARD
from server.rules.rights import ROLES, refusal
from tests.support.node import run_node

SORTS = {"token": False, "line": True}
"""Sort of an object, and whether it is a mark."""


def test_KD9_the_page_offers_what_the_table_gives() -> None:
    asked = [
        {"role": role, "readOnly": on, "sort": sort}
        for role, on, sort in product(ROLES, (False, True), SORTS)
    ]
    done = run_node("tests/js/answer_rights.mjs", said=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    for (role, on, sort), answer in zip(product(ROLES, (False, True), SORTS), answers, strict=True):
        for tag, offered in answer["offers"].items():
            right = BOARD.may[tag]
            given = refusal(right, role, own=True, read_only=on) is None
            if right.only.get(role) == "marks":
                given = given and SORTS[sort]
            assert (tag, role, on, sort, offered) == (tag, role, on, sort, given)
        assert answer["explains"] is not answer["may"]
