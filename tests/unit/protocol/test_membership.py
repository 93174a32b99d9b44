from typing import Any, get_args

import msgspec
import pytest

from protocol.membership import CommonCommand, CommonEvent, Role, SystemCommand

ACCOUNT = "a_" + "A" * 22
INVITATION = "i_" + "A" * 11


def tags(union: Any) -> list[str]:
    return [str(struct.__struct_config__.tag) for struct in get_args(union)]


@pytest.mark.parametrize("union", [CommonCommand, SystemCommand, CommonEvent])
def test_every_word_is_said_once_and_names_its_subject(union: Any) -> None:
    words = tags(union)
    assert len(set(words)) == len(words)
    assert all("." in word for word in words)


def test_no_member_can_speak_as_the_system() -> None:
    assert not set(tags(CommonCommand)) & set(tags(SystemCommand))
    assert all(word.startswith("system.") for word in tags(SystemCommand))


def test_roles_are_four() -> None:
    assert get_args(Role) == ("owner", "editor", "annotator", "viewer")


@pytest.mark.parametrize(
    "command",
    [
        {"type": "room.rename", "name": ""},
        {"type": "room.rename", "name": "x" * 65},
        {"type": "member.role", "member": "somebody", "role": "editor"},
        {"type": "member.role", "member": ACCOUNT, "role": "king"},
        {"type": "invitation.create", "id": "i_short", "role": "viewer"},
        {"type": "invitation.create", "id": INVITATION, "role": "viewer", "uses": 0},
        {"type": "invitation.create", "id": INVITATION, "role": "viewer", "expires": -1},
        {"type": "chat.say", "text": ""},
        {"type": "chat.say", "text": "x" * 1001},
        {"type": "chat.say", "text": "x", "extra": 1},
        {"type": "system.wake", "deadline": 1},
        {"type": "system.enter", "member": ACCOUNT, "name": "n", "team": "owner"},
        {"type": "system.team_role", "member": ACCOUNT, "name": "n", "role": "owner"},
    ],
)
def test_MS2_commands_that_break_their_types_are_refused(command: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(command, CommonCommand)


def test_events_are_read_with_fields_that_a_later_version_added() -> None:
    event = {"type": "room.renamed", "name": "n", "because": "new"}
    assert msgspec.convert(event, CommonEvent)
