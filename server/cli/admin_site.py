"""`touchline admin key|limit|block|audit|overview|cleanup`: the site as a whole.

As server/cli/admin.py, which puts these beside people and teams. SPEC: AD1 to AD6.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from server.cli.asking import at_the_desk
from server.cli.desk import Desk
from server.cli.entry_text import moment, plain
from server.cli.screen import Exit, fail, notes, print_json, print_rows

key = typer.Typer(no_args_is_help=True, help="Keys of programs.")
limit = typer.Typer(no_args_is_help=True, help="Limits, and who has used them up.")
invitation = typer.Typer(no_args_is_help=True, help="Invitations to make an account.")
block = typer.Typer(no_args_is_help=True, help="Accounts, addresses and keys that are kept out.")
audit = typer.Typer(no_args_is_help=True, help="The records of who did what.")

NameArgument = Annotated[str, typer.Argument(help="Name of the limit.")]
SubjectArgument = Annotated[str, typer.Argument(help="Whom it counts: an address, an account …")]
JsonOption = Annotated[bool, typer.Option("--json", help="Everything, as the server gives it.")]
TimeOption = Annotated[str, typer.Option(help="UTC, like 2026-11-21 or 2026-11-21T09:30.")]


@key.command("list")
@at_the_desk
async def list_keys(
    desk: Desk,
    *,
    account: Annotated[str, typer.Option("--account", help="Only those that it made.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List keys, revoked ones too."""
    found = await desk.all("/admin/keys", "keys", account=account or None)
    if as_json:
        print_json(found)
        return
    rows = [
        [
            one["id"],
            plain(one["name"]),
            one["account"],
            ",".join(one["scopes"]),
            "revoked" if one["revoked_at"] else "",
            moment(one["used_at"]) if one["used_at"] else "never used",
        ]
        for one in found
    ]
    print_rows(["key", "name", "account", "scopes", "", "used (UTC)"], rows)


@key.command("revoke")
@at_the_desk
async def revoke_key(
    desk: Desk, key_id: Annotated[str, typer.Argument(help="Id of the key.")]
) -> None:
    """Nobody comes in by it any more."""
    await desk.ask("DELETE", f"/admin/keys/{key_id}")
    notes().print("revoked")


@limit.command("table")
@at_the_desk
async def show_limits(desk: Desk, *, as_json: JsonOption = False) -> None:
    """The limits that hold, and how often each refused."""
    found = await desk.ask("GET", "/admin/limits")
    if as_json:
        print_json(found)
        return
    notes().print(
        f"counted in {found['store']}, by {found['nodes']} nodes; "
        f"load factor {found['load_factor']:.2f}"
    )
    rows = [
        [
            one["name"],
            one["per"],
            f"{one['limit']:,}",
            f"{one['window_s']:,} s",
            "strict" if one["strict"] else "",
            str(one["refused"]),
            one["about"],
        ]
        for one in found["limits"]
    ]
    print_rows(["limit", "per", "at most", "within", "", "refused", "what"], rows)


@limit.command("show")
@at_the_desk
async def show_limit(
    desk: Desk, name: NameArgument, subject: SubjectArgument, *, as_json: JsonOption = False
) -> None:
    """What somebody has used of a limit."""
    found = await desk.ask("GET", f"/admin/limits/{name}", subject=subject)
    if as_json:
        print_json(found)
        return
    print_rows(
        ["used", "of", "one more in"],
        [[str(found["used"]), str(found["limit"]), f"{found['retry_after_s']} s"]],
    )


@limit.command("reset")
@at_the_desk
async def reset_limit(desk: Desk, name: NameArgument, subject: SubjectArgument) -> None:
    """Let somebody start over; for `failed_login`, an e-mail address without its delays."""
    await desk.ask("DELETE", f"/admin/limits/{name}", subject=subject)
    notes().print("starts over")


@invitation.command("list")
@at_the_desk
async def list_invitations(desk: Desk, *, as_json: JsonOption = False) -> None:
    """Those to the site that hold, the oldest first."""
    found = (await desk.ask("GET", "/admin/invitations"))["invitations"]
    if as_json:
        print_json(found)
        return
    rows = [
        [
            one["id"],
            one["email"] or "whoever has the link",
            one["site_role"] or "",
            one["by"] or "the operator",
            _until(one["expires_at"]),
        ]
        for one in found
    ]
    print_rows(["invitation", "for", "site role", "made by", "until (UTC)"], rows)


@invitation.command("revoke")
@at_the_desk
async def revoke_invitation(
    desk: Desk,
    invitation_id: Annotated[str, typer.Argument(help="Id of the invitation (si_…).")],
) -> None:
    """Nobody signs up by it any more."""
    await desk.ask("DELETE", f"/admin/invitations/{invitation_id}")
    notes().print("revoked")


@block.command("list")
@at_the_desk
async def list_blocks(desk: Desk, *, as_json: JsonOption = False) -> None:
    """Those that hold and those that ended, the newest first."""
    found = await desk.all("/admin/blocks", "blocks")
    if as_json:
        print_json(found)
        return
    rows = [
        [
            one["id"],
            one["kind"],
            one["value"],
            plain(one["reason"]),
            "lifted" if one["lifted_at"] else _until(one["ends_at"]),
        ]
        for one in found
    ]
    print_rows(["block", "kind", "whom", "why", "until (UTC)"], rows)


@block.command("add")
@at_the_desk
async def add_block(
    desk: Desk,
    kind: Annotated[str, typer.Argument(help="account, address or key.")],
    value: Annotated[str, typer.Argument(help="An id, an address, or a network.")],
    reason: Annotated[str, typer.Argument(help="Why; the records keep it.")],
    *,
    until: TimeOption = "",
) -> None:
    """Keep somebody out: nothing new comes in, and what is open closes."""
    if kind not in {"account", "address", "key"}:
        fail("a block is of an account, an address or a key", Exit.USAGE)
    made = await desk.ask(
        "POST",
        "/admin/blocks",
        {"kind": kind, "value": value, "reason": reason, "ends_at": _time(until)},
    )
    print_rows(["block"], [[made["id"]]])


@block.command("lift")
@at_the_desk
async def lift_block(
    desk: Desk, block_id: Annotated[str, typer.Argument(help="Id of the block (b_…).")]
) -> None:
    """Let somebody in again."""
    await desk.ask("DELETE", f"/admin/blocks/{block_id}")
    notes().print("lifted")


@audit.command("list")
@at_the_desk
async def list_audit(
    desk: Desk,
    *,
    account: Annotated[str, typer.Option("--account", help="What it did, or met.")] = "",
    action: Annotated[str, typer.Option("--action", help="Like login.failed.")] = "",
    since: TimeOption = "",
    until: TimeOption = "",
    count: Annotated[int, typer.Option("--count", min=1, max=100, help="How many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Who did what, the newest first."""
    found = await desk.ask(
        "GET",
        "/admin/audit",
        account=account or None,
        action=action or None,
        since=_time(since),
        until=_time(until),
        limit=count,
    )
    if as_json:
        print_json(found["records"])
        return
    rows = [
        [
            moment(one["at"]),
            one["action"],
            one["account"] or "",
            one["address"],
            plain(one["about"]),
        ]
        for one in found["records"]
    ]
    print_rows(["when (UTC)", "what", "account", "address", "about"], rows)


@audit.command("export")
@at_the_desk
async def export_audit(desk: Desk, *, since: TimeOption = "", until: TimeOption = "") -> None:
    """Every record, a JSON object a line, the oldest first."""
    async for piece in desk.lines("/admin/audit/export", since=_time(since), until=_time(until)):
        sys.stdout.buffer.write(piece)


@at_the_desk
async def overview(desk: Desk, *, as_json: JsonOption = False) -> None:
    """How many there are of everything."""
    found = await desk.ask("GET", "/admin/overview")
    if as_json:
        print_json(found)
        return
    print_rows(["", ""], [[name, str(value)] for name, value in found.items()])


@at_the_desk
async def cleanup(desk: Desk) -> None:
    """Forget what has expired; every node does so once an hour by itself."""
    found = await desk.ask("POST", "/admin/cleanup")
    print_rows(["what", "forgotten"], [[name, str(value)] for name, value in found.items()])


def _until(ends_at: int | None) -> str:
    return "lifted by hand" if ends_at is None else moment(ends_at)


def _time(text: str) -> int | None:
    if not text:
        return None
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        fail("a time is like 2026-11-21 or 2026-11-21T09:30", Exit.USAGE)
