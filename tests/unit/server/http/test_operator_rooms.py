"""Rooms of the operator under a key of their own, of whatever kind."""

from __future__ import annotations

from server.http.operator_rooms import room_under
from tests.support.http_side import http_side

MEET = {"key": "evening", "name": "Evening  meet"}


def test_FP1_a_key_always_names_the_same_room_and_no_other_kind_of_thing_has_it() -> None:
    assert room_under("feed of", "2019090500") == room_under("feed of", "2019090500")
    assert len({room_under("feed of", "1"), room_under("feed of", "2"), room_under("of", "1")}) == 3
    assert len(room_under("feed of", "1")) == 24


async def test_AT20_a_meet_is_made_once_found_again_and_changed_in_its_owners_name() -> None:
    async with http_side() as side:
        told = [
            (await side.send("POST", "/operator/meets", json=MEET, headers=side.operator)).json()
            for _ in range(2)
        ]
        assert [one["made"] for one in told] == [True, False]
        assert sorted(told[0]["links"]) == ["annotator", "editor", "owner", "viewer"]
        assert told[1]["links"] == {}
        room = told[0]["room"]["id"]
        assert told[1]["room"]["id"] == room
        path = f"/operator/meets/{room}/commands"
        change = {"type": "athlete.set", "athlete": {"id": "a1", "name": "Ada"}}
        for _ in range(2):
            done = await side.send("POST", path, json=change, headers=side.operator)
            assert (done.status_code, done.json()["version"]) == (
                200,
                told[1]["room"]["version"] + 1,
            )
        wrong = {"type": "entry.set", "entry": {"event": "none", "athlete": "a1"}}
        refused = await side.send("POST", path, json=wrong, headers=side.operator)
        assert refused.status_code == 422
        feed = await side.send(
            "POST", "/operator/feeds", json={"game": "1", "name": "G"}, headers=side.operator
        )
        other = f"/operator/meets/{feed.json()['room']['id']}/commands"
        assert (
            await side.send("POST", other, json=change, headers=side.operator)
        ).status_code == 404
        empty = {**MEET, "key": "x", "name": "\u200b"}
        refused = await side.send("POST", "/operator/meets", json=empty, headers=side.operator)
        assert refused.status_code == 422
