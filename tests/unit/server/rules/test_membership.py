"""Membership: roles, invitations, chat, by one table."""

from typing import Any

import pytest
from msgspec import Struct

from protocol.membership import EnterRoom, MemberJoined, Role, TeamRole, WakeUp
from server.rules import membership, membership_entry
from server.rules.kind import Accepted, Rejected
from server.rules.membership import MEMBERSHIP, open_room
from server.rules.rights import ROLES
from tests.support.memberships import (
    EDI,
    NEW,
    NOBODY,
    OF_ROLE,
    OLGA,
    ONE,
    THREE,
    TWO,
    VERA,
    PlayedRoom,
    account,
)

ALL = set(ROLES)
FOUR = "i_00000000004"
EDITH = account("edith")


def remove(member: str) -> dict[str, Any]:
    return {"type": "member.remove", "member": member}


def role_of(member: str, role: Role) -> dict[str, Any]:
    return {"type": "member.role", "member": member, "role": role}


def say(text: str) -> dict[str, Any]:
    return {"type": "chat.say", "text": text}


@pytest.fixture
def room() -> PlayedRoom:
    """An owner, and one member of each other role who came by an invitation, since revoked."""
    played = PlayedRoom()
    for number, role in enumerate(ROLES[1:]):
        invitation = f"i_{number:011d}".replace("i_0", "i_A")
        played.invite(invitation, role)
        played.enter(OF_ROLE[role], invitation)
        played.do(OLGA, {"type": "invitation.revoke", "id": invitation})
    return played


# --------------------------------------------------------------------------- role × command

SAID: dict[str, tuple[dict[str, Any], set[Role]]] = {
    "room.rename": ({"name": "Theirs"}, {"owner"}),
    "room.read_only": ({"on": True}, {"owner"}),
    "member.role": ({"member": VERA, "role": "editor"}, {"owner"}),
    "member.remove": ({"member": "oneself"}, ALL),
    "invitation.create": ({"id": THREE, "role": "viewer"}, {"owner"}),
    "invitation.revoke": ({"id": ONE}, {"owner"}),
    "invitation.rotate": ({"id": ONE, "new": TWO}, {"owner"}),
    "chat.say": ({"text": "Hello"}, ALL),
    "chat.remove": ({"v": 0}, {"owner"}),
    "chat.mute": ({"member": VERA}, {"owner"}),
    "chat.unmute": ({"member": VERA}, {"owner"}),
}


def test_MB2_the_table_is_the_one_that_is_written_down() -> None:
    by_hand = {tag: roles for tag, (_, roles) in SAID.items()}
    assert {tag: set(right.roles) for tag, right in MEMBERSHIP.may.items()} == by_hand


@pytest.mark.parametrize("role", OF_ROLE)
@pytest.mark.parametrize("tag", SAID)
def test_MB2_every_command_by_every_role(room: PlayedRoom, tag: str, role: Role | None) -> None:
    room.invite(NEW.replace("a_", "i_")[:13], "owner")
    room.enter(NEW, NEW.replace("a_", "i_")[:13])  # so that an owner may leave
    room.invite(ONE)
    fields, roles = SAID[tag]
    said = {"type": tag, **fields}
    if tag == "member.remove":
        said["member"] = OF_ROLE[role]
    if tag == "chat.unmute":
        room.do(OLGA, {"type": "chat.mute", "member": VERA})
    if tag == "chat.remove":
        room.do(EDI, say("Hello"))
        said["v"] = room.version
    decision = room.decide(OF_ROLE[role], said)
    if role is None:
        assert decision == Rejected("not_found")
    elif role in roles:
        assert isinstance(decision, Accepted)
    else:
        assert decision == Rejected("forbidden")


def test_MB2_a_change_of_role_holds_from_the_next_entry_on(room: PlayedRoom) -> None:
    room.do(OLGA, role_of(EDI, "owner"))
    room.do(EDI, role_of(OLGA, "viewer"))
    assert room.refusal(OLGA, role_of(EDI, "viewer")) == ("forbidden", None)


def test_KD5_a_command_that_membership_does_not_know_is_refused(room: PlayedRoom) -> None:
    assert room.decide(OLGA, WakeUp(5)) == Rejected("bad_command")


# -------------------------------------------------------------------------- room and members


def test_MB32_owners_take_a_line_out_of_the_chat(room: PlayedRoom) -> None:
    room.do(EDI, say("First"))
    first = room.version
    room.do(EDI, say("Second"))
    room.do(OLGA, {"type": "chat.remove", "v": first})
    assert [line["text"] for line in room.view()["chat"]] == ["Second"]
    assert room.refusal(OLGA, {"type": "chat.remove", "v": first}) == ("nothing_changes", None)


def test_MB33_who_is_muted_says_nothing_until_the_time_is_over(room: PlayedRoom) -> None:
    until = room.now + 60_000
    room.do(OLGA, {"type": "chat.mute", "member": EDI, "until": until})
    assert room.view()["muted"] == {EDI: until}
    assert room.refusal(EDI, say("Hm")) == ("muted", {"until": until})
    room.do(VERA, say("Others go on"))
    room.now = until - 1
    assert room.refusal(EDI, say("Hm")) == ("muted", {"until": until})
    room.now = until
    room.do(EDI, say("Back"))
    assert room.view()["chat"][-1]["text"] == "Back"


def test_MB33_without_a_time_it_lasts_until_it_is_lifted_wherever_one_has_been(
    room: PlayedRoom,
) -> None:
    room.do(OLGA, {"type": "chat.mute", "member": EDI})
    room.now += 10**12
    assert room.refusal(EDI, say("Hm")) == ("muted", {"until": None})
    room.do(EDI, {"type": "member.remove", "member": EDI})
    room.invite(TWO, "editor")
    room.enter(EDI, TWO)
    assert room.refusal(EDI, say("Hm")) == ("muted", {"until": None})
    room.do(OLGA, {"type": "chat.unmute", "member": EDI})
    room.do(EDI, say("Back"))
    assert "muted" not in room.view()
    assert room.refusal(OLGA, {"type": "chat.unmute", "member": EDI}) == ("nothing_changes", None)


def test_MB34_whom_nobody_mutes(room: PlayedRoom) -> None:
    mute = {"type": "chat.mute", "member": EDI, "until": room.now + 5}
    room.do(OLGA, mute)
    assert room.refusal(OLGA, mute) == ("nothing_changes", None)
    assert room.refusal(OLGA, {**mute, "until": room.now}) == ("bad_command", {"until": room.now})
    assert room.refusal(OLGA, {**mute, "member": NEW}) == ("unknown_member", None)
    assert room.refusal(OLGA, {**mute, "member": OLGA}) == ("forbidden", {"owner": OLGA})
    room.do(OLGA, role_of(EDI, "owner"))
    room.do(EDI, say("An owner speaks"))


def test_MB1_the_view_tells_everything_but_secrets(room: PlayedRoom) -> None:
    room.invite(ONE, "viewer", expires=2_000, uses=2)
    room.invite(TWO)
    room.do(EDI, say("Hello"))
    assert room.view() == {
        "name": "Ours",
        "read_only": False,
        "members": {
            OLGA: {"name": "Olga", "role": "owner"},
            VERA: {"name": "Name", "role": "viewer"},
            OF_ROLE["annotator"]: {"name": "Name", "role": "annotator"},
            EDI: {"name": "Name", "role": "editor"},
        },
        "names": {
            OLGA: "Olga",
            VERA: "Name",
            OF_ROLE["annotator"]: "Name",
            EDI: "Name",
        },
        "invitations": [
            {"id": ONE, "role": "viewer", "expires": 2_000, "uses": 2, "by": OLGA},
            {"id": TWO, "role": "editor", "expires": None, "uses": None, "by": OLGA},
        ],
        "chat": [{"v": room.version, "at": 1_000, "by": EDI, "text": "Hello"}],
    }


def test_MB6_the_first_event_makes_the_owner() -> None:
    room = PlayedRoom()
    assert room.state.role_of(OLGA) == "owner"
    assert room.state.role_of(EDI) is None
    assert (room.state.name, room.state.names) == ("Ours", {OLGA: "Olga"})


@pytest.mark.parametrize(("name", "owner"), [("\u202e", "Olga"), ("Ours", "\n\n")])
def test_MB20_a_room_is_not_opened_with_a_bad_name(name: str, owner: str) -> None:
    which = "owner_name" if name == "Ours" else "name"
    refused = Rejected("bad_command", {"text": which})
    assert open_room("board", name, OLGA, owner, {}) == refused


def test_MB7_a_role_is_set(room: PlayedRoom) -> None:
    assert room.do(OLGA, role_of(VERA, "annotator")) == [
        {"type": "member.role_set", "member": VERA, "role": "annotator"}
    ]
    assert room.state.role_of(VERA) == "annotator"
    assert room.refusal(OLGA, role_of(NOBODY, "editor")) == ("unknown_member", None)


def test_MB7_MB8_the_last_owner_stays(room: PlayedRoom) -> None:
    assert room.refusal(OLGA, role_of(OLGA, "editor")) == ("last_owner", None)
    assert room.refusal(OLGA, remove(OLGA)) == ("last_owner", None)
    room.do(OLGA, role_of(EDI, "owner"))
    room.do(OLGA, remove(OLGA))
    assert room.refusal(EDI, remove(EDI)) == ("last_owner", None)
    assert room.state.owners == 1


def test_MB8_a_member_who_is_removed_leaves_a_name(room: PlayedRoom) -> None:
    room.do(OLGA, remove(EDI))
    assert room.state.role_of(EDI) is None
    assert room.view()["names"][EDI] == "Name"
    assert EDI not in room.view()["members"]
    assert room.refusal(OLGA, remove(EDI)) == ("unknown_member", None)
    assert room.refusal(EDI, say("Still here?")) == ("not_found", None)


def test_MB9_everybody_may_leave_and_only_owners_remove_others(room: PlayedRoom) -> None:
    assert room.refusal(EDI, remove(VERA)) == ("forbidden", None)
    room.do(VERA, remove(VERA))
    assert room.state.role_of(VERA) is None


def test_MB4_what_is_so_already_changes_nothing(room: PlayedRoom) -> None:
    for said in (
        {"type": "room.rename", "name": " Ours "},
        {"type": "room.read_only", "on": False},
        role_of(EDI, "editor"),
    ):
        assert room.refusal(OLGA, said) == ("nothing_changes", None)


def test_MB18_a_room_is_renamed(room: PlayedRoom) -> None:
    event = {"type": "room.renamed", "name": "Caf\u00e9"}
    assert room.do(OLGA, {"type": "room.rename", "name": " Cafe\u0301"}) == [event]
    assert room.state.name == "Caf\u00e9"


def test_MB19_a_room_is_switched_to_read_only(room: PlayedRoom) -> None:
    room.do(OLGA, {"type": "room.read_only", "on": True})
    assert room.view()["read_only"] is True
    room.do(VERA, say("We still talk"))
    room.do(OLGA, {"type": "room.read_only", "on": False})
    assert room.view()["read_only"] is False


# ------------------------------------------------------------------------------- entering


def test_MB10_a_newcomer_comes_in_by_an_invitation(room: PlayedRoom) -> None:
    room.invite(ONE, "annotator")
    event = {
        "type": "member.joined",
        "member": NEW,
        "name": "Nina",
        "role": "annotator",
        "invitation": ONE,
    }
    assert room.enter(NEW, ONE, " Nina") == [event]
    assert room.view()["members"][NEW] == {"name": "Nina", "role": "annotator"}


def test_MB10_without_an_invitation_there_is_no_room(room: PlayedRoom) -> None:
    assert room.entry_refusal(NEW) == ("not_found", None)


def test_MB10_a_member_may_be_made_without_an_invitation(room: PlayedRoom) -> None:
    room.apply([MemberJoined(NEW, "Nina", "viewer")], "")
    assert room.view()["members"][NEW] == {"name": "Nina", "role": "viewer"}


def test_MB10_only_the_system_lets_in(room: PlayedRoom) -> None:
    room.invite(ONE)
    assert room.refusal(OLGA, EnterRoom(NEW, "Nina", ONE)) == ("forbidden", None)


def test_MB11_a_member_keeps_the_role_and_renews_the_name(room: PlayedRoom) -> None:
    room.invite(ONE, "viewer", uses=1)
    renamed = [{"type": "member.renamed", "member": EDI, "name": "Edith"}]
    assert room.enter(EDI, ONE, "Edith") == renamed
    assert room.view()["members"][EDI] == {"name": "Edith", "role": "editor"}
    assert room.view()["invitations"][0]["uses"] == 1
    assert room.refusal("", EnterRoom(EDI, "Edith", ONE)) == ("nothing_changes", None)
    assert room.refusal("", EnterRoom(EDI, "Edith")) == ("nothing_changes", None)


def test_MB11_a_higher_role_is_taken(room: PlayedRoom) -> None:
    room.invite(ONE, "owner", uses=1)
    room.enter(EDI, ONE)
    assert room.state.role_of(EDI) == "owner"
    assert room.state.owners == 2
    assert room.view()["invitations"][0]["uses"] == 0


def test_MB11_an_invitation_that_does_not_hold_keeps_no_member_out(room: PlayedRoom) -> None:
    assert room.entry_refusal(EDI, THREE) == ("nothing_changes", None)
    assert room.enter(EDI, THREE, "Edith")[0]["type"] == "member.renamed"


def test_MB12_an_invitation_must_hold(room: PlayedRoom) -> None:
    def why(member: str, invitation: str) -> str:
        code, detail = room.entry_refusal(member, invitation)
        assert code == "unknown_invitation"
        return detail["reason"]

    assert why(NEW, ONE) == "unknown"
    room.invite(ONE, expires=room.now + 10, uses=1)
    room.now += 10
    assert why(NEW, ONE) == "expired"
    room.invite(TWO, uses=1)
    room.enter(NEW, TWO)
    assert why(NOBODY, TWO) == "used_up"
    room.do(OLGA, {"type": "invitation.revoke", "id": TWO})
    assert why(NOBODY, TWO) == "unknown"


def test_MB12_who_was_removed_needs_a_newer_invitation(room: PlayedRoom) -> None:
    room.invite(ONE)
    room.do(OLGA, remove(EDI))
    assert room.entry_refusal(EDI, ONE) == ("unknown_invitation", {"reason": "removed"})
    room.invite(TWO)
    room.enter(EDI, TWO)
    assert room.state.role_of(EDI) == "editor"
    assert room.state.removed == {}


def test_MB12_who_left_comes_back_by_the_same_link(room: PlayedRoom) -> None:
    room.invite(ONE)
    room.do(EDI, remove(EDI))
    room.enter(EDI, ONE)


def test_MB13_uses_run_out(room: PlayedRoom) -> None:
    room.invite(ONE, uses=2)
    room.enter(NEW, ONE)
    room.enter(NOBODY, ONE)
    assert room.view()["invitations"][0]["uses"] == 0
    assert room.entry_refusal(account("late"), ONE)[0] == "unknown_invitation"


def test_MB20_a_bad_name_does_not_come_in(room: PlayedRoom) -> None:
    refused = room.refusal("", EnterRoom(EDI, "\u200b"))
    assert refused == ("bad_command", {"text": "name"})


def test_MB5_members_and_people_are_limited(
    room: PlayedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.invite(ONE, "owner")
    monkeypatch.setattr(membership_entry, "PEOPLE_MAX", 4)
    limit = {"limit": "PEOPLE_MAX", "max": 4}
    assert room.entry_refusal(NEW, ONE) == ("limit_reached", limit)
    monkeypatch.setattr(membership_entry, "MEMBERS_MAX", 4)
    limit = {"limit": "MEMBERS_MAX", "max": 4}
    assert room.entry_refusal(NEW, ONE) == ("limit_reached", limit)
    room.enter(EDI, ONE)  # who is in already takes no place
    room.do(VERA, remove(VERA))
    room.enter(VERA, ONE)


# ---------------------------------------------------------------------------- invitations


def create(id_: str, **more: int) -> dict[str, Any]:
    return {"type": "invitation.create", "id": id_, "role": "viewer", **more}


def rotate(id_: str, new: str) -> dict[str, Any]:
    return {"type": "invitation.rotate", "id": id_, "new": new}


def test_MB14_an_id_is_used_once(room: PlayedRoom) -> None:
    room.invite(ONE)
    assert room.refusal(OLGA, create(ONE)) == ("exists", {"id": ONE})
    room.do(OLGA, {"type": "invitation.revoke", "id": ONE})
    assert room.refusal(OLGA, create(ONE)) == ("exists", {"id": ONE})


def test_MB14_an_invitation_is_not_made_for_the_past(room: PlayedRoom) -> None:
    refused = ("bad_command", {"expires": room.now})
    assert room.refusal(OLGA, create(ONE, expires=room.now)) == refused
    room.do(OLGA, create(ONE, expires=room.now + 1))


def test_MB15_a_revoked_invitation_is_gone(room: PlayedRoom) -> None:
    room.invite(ONE)
    revoke = {"type": "invitation.revoke", "id": ONE}
    assert room.do(OLGA, revoke) == [{"type": "invitation.revoked", "id": ONE}]
    assert room.view()["invitations"] == []
    assert room.refusal(OLGA, revoke) == ("unknown_invitation", {"id": ONE})


def test_MB16_a_rotated_invitation_keeps_its_terms(room: PlayedRoom) -> None:
    room.invite(ONE, "annotator", expires=9_000, uses=2)
    room.enter(NEW, ONE)
    terms = {"role": "annotator", "expires": 9_000, "uses": 1}
    assert room.do(OLGA, rotate(ONE, TWO)) == [
        {"type": "invitation.revoked", "id": ONE},
        {"type": "invitation.created", "id": TWO, **terms},
    ]
    assert room.view()["invitations"] == [{"id": TWO, **terms, "by": OLGA}]
    assert room.refusal(OLGA, rotate(ONE, THREE)) == ("unknown_invitation", {"id": ONE})
    assert room.refusal(OLGA, rotate(TWO, ONE)) == ("exists", {"id": ONE})
    room.now = 9_000
    assert room.refusal(OLGA, rotate(TWO, THREE)) == ("bad_command", {"expires": 9_000})


def test_MB5_invitations_are_limited(room: PlayedRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "INVITATIONS_MAX", 1)
    room.invite(ONE)
    limit = {"limit": "INVITATIONS_MAX", "max": 1}
    assert room.refusal(OLGA, create(TWO)) == ("limit_reached", limit)
    room.do(OLGA, rotate(ONE, TWO))
    monkeypatch.setattr(membership, "INVITATIONS_EVER_MAX", 5)
    limit = {"limit": "INVITATIONS_EVER_MAX", "max": 5}
    assert room.refusal(OLGA, rotate(TWO, THREE)) == ("limit_reached", limit)


# ----------------------------------------------------------------------------------- chat


def test_MB17_chat_is_kept_for_the_last_200_lines(room: PlayedRoom) -> None:
    for n in range(203):
        room.do(VERA, say(f"line {n}"))
    chat = room.view()["chat"]
    assert [line["text"] for line in chat] == [f"line {n}" for n in range(3, 203)]
    assert chat[-1] == {"v": room.version, "at": room.now, "by": VERA, "text": "line 202"}


def test_MB20_chat_may_have_more_than_one_line(room: PlayedRoom) -> None:
    assert room.do(VERA, say("one\n\ttwo e\u0301"))[0]["text"] == "one\n\ttwo \u00e9"


@pytest.mark.parametrize("text", ["\u0000", "a\u202eb", "\u200b \u200d", "a\u2028b"])
def test_MB21_MB22_text_that_deceives_is_refused(room: PlayedRoom, text: str) -> None:
    assert room.refusal(VERA, say(text)) == ("bad_command", {"text": "text"})
    renamed = {"type": "room.rename", "name": text}
    assert room.refusal(OLGA, renamed) == ("bad_command", {"text": "name"})


# ------------------------------------------------------------- what a member's model does


def apply_to_view(view: dict[str, Any], events: list[dict[str, Any]], v: int, by: str) -> None:
    """SPEC MB23, written once more from its text."""
    members, names = view["members"], view["names"]
    for event in events:
        match event["type"]:
            case "room.renamed":
                view["name"] = event["name"]
            case "room.read_only_set":
                view["read_only"] = event["on"]
            case "member.joined":
                marked = event.get("team") or "team" in members.get(event["member"], {})
                members[event["member"]] = {
                    "name": event["name"],
                    "role": event["role"],
                    **({"team": True} if marked else {}),
                }
                names[event["member"]] = event["name"]
                for one in view["invitations"]:
                    if one["id"] == event.get("invitation") and one["uses"] is not None:
                        one["uses"] -= 1
            case "member.renamed":
                members[event["member"]]["name"] = names[event["member"]] = event["name"]
            case "member.role_set":
                members[event["member"]]["role"] = event["role"]
            case "member.removed":
                del members[event["member"]]
            case "member.left_team" if "role" in event:
                members[event["member"]]["role"] = event["role"]
                del members[event["member"]]["team"]
            case "member.left_team":
                del members[event["member"]]
            case "invitation.created":
                terms = {"expires": event.get("expires"), "uses": event.get("uses"), "by": by}
                view["invitations"].append({"id": event["id"], "role": event["role"], **terms})
            case "invitation.revoked":
                view["invitations"] = [i for i in view["invitations"] if i["id"] != event["id"]]
            case said:
                assert said == "chat.said"
                line = {"v": v, "at": 1_000, "by": by, "text": event["text"]}
                view["chat"] = [*view["chat"], line][-200:]


def test_MB23_a_model_follows_by_assignment(room: PlayedRoom) -> None:
    view = room.view()
    doings: list[tuple[str, dict[str, Any] | Struct]] = [
        (OLGA, create(ONE, uses=2)),
        ("", EnterRoom(NEW, "Nina", ONE)),
        ("", EnterRoom(NEW, "Ninette")),
        (OLGA, rotate(ONE, TWO)),
        (OLGA, role_of(NEW, "owner")),
        (NEW, say("Hello")),
        (NEW, {"type": "room.rename", "name": "Theirs"}),
        (NEW, {"type": "room.read_only", "on": True}),
        (OLGA, remove(EDI)),
        (OLGA, {"type": "invitation.revoke", "id": TWO}),
        ("", EnterRoom(NOBODY, "Nora", team="viewer")),
        ("", EnterRoom(VERA, "Vera", team="annotator")),
        ("", TeamRole(NOBODY, "Nora", "editor")),
        (OLGA, create(THREE)),
        (OLGA, role_of(NOBODY, "viewer")),
        (OLGA, {"type": "invitation.create", "id": FOUR, "role": "owner"}),
        ("", EnterRoom(NOBODY, "Nora", FOUR)),
        ("", TeamRole(NOBODY, "Nora", None)),
        ("", TeamRole(VERA, "Vera", None)),
        ("", EnterRoom(EDITH, "Edith", team="owner")),
        ("", TeamRole(EDITH, "Edith", None)),
    ]
    for by, said in doings:
        apply_to_view(view, room.do(by, said), room.version, by)
        assert view == room.view()
