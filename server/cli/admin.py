"""`touchline admin`: people, sessions, teams, keys, limits, blocks and records, whether a server
runs or not.

Asks the same operations as the page for administrators, with the operator's key. SPEC: AD1 to AD6.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from server.cli import admin_site
from server.cli.admin_site import JsonOption
from server.cli.asking import at_the_desk
from server.cli.desk import Desk
from server.cli.entry_text import moment, plain
from server.cli.screen import Exit, fail, notes, print_json, print_rows

app = typer.Typer(no_args_is_help=True, help="People and what they may do.")
user = typer.Typer(no_args_is_help=True, help="People.")
session = typer.Typer(no_args_is_help=True, help="Devices that are signed in.")
team = typer.Typer(no_args_is_help=True, help="Teams.")

AccountArgument = Annotated[str, typer.Argument(help="Id of the account (a_…).")]
SearchArgument = Annotated[str, typer.Argument(help="Part of a name or address, or an id.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for the records.")]


@user.command("list")
@at_the_desk
async def list_users(
    desk: Desk, search: SearchArgument = "", *, as_json: JsonOption = False
) -> None:
    """Search people."""
    found = await desk.all("/admin/users", "users", q=search)
    if as_json:
        print_json(found)
        return
    rows = [
        [
            one["id"],
            plain(one["name"]),
            one["email"] or "",
            one["site_role"] or "",
            "second factor" if one["totp"] else "",
            "closed" if one["closed_at"] else "",
        ]
        for one in found
    ]
    print_rows(["account", "name", "e-mail", "site role", "", ""], rows)


@user.command("show")
@at_the_desk
async def show_user(desk: Desk, account: AccountArgument, *, as_json: JsonOption = False) -> None:
    """Somebody's devices, teams and keys."""
    found = await desk.ask("GET", f"/admin/users/{account}")
    if as_json:
        print_json(found)
        return
    one = found["user"]
    rows = [
        ["account", one["id"]],
        ["name", plain(one["name"])],
        ["e-mail", one["email"] or "none"],
        ["made", moment(one["created_at"])],
        ["site role", one["site_role"] or "none"],
        ["second factor", "on" if one["totp"] else "off"],
    ]
    if one["closed_at"]:
        rows.append(["closed", moment(one["closed_at"])])
    if found["blocked"]:
        rows.append(["blocked", plain(found["blocked"])])
    rows += [["session", _device(each)] for each in found["sessions"]]
    rows += [["team", f"{each['name']} ({each['role']}, {each['id']})"] for each in found["teams"]]
    rows += [["key", f"{plain(each['name'])} ({each['id']})"] for each in found["keys"]]
    print_rows(["", ""], rows)


@user.command("invite")
@at_the_desk
async def invite(
    desk: Desk,
    email: Annotated[
        str, typer.Argument(help="Who may sign up; empty, and no role: whoever has the link.")
    ] = "",
    *,
    role: Annotated[str, typer.Option("--role", help="admin, staff, or nothing more.")] = "",
) -> None:
    """Print a link by which one person may sign up, whatever the setting says."""
    link = await desk.ask("POST", "/admin/invitations", {"email": email, "site_role": _role(role)})
    sys.stdout.write(link["link"] + "\n")


@user.command("role")
@at_the_desk
async def set_role(
    desk: Desk,
    account: AccountArgument,
    role: Annotated[str, typer.Argument(help="admin, staff or none.")],
) -> None:
    """Change what somebody may do on the whole site."""
    await desk.ask("PUT", f"/admin/users/{account}/site-role", {"role": _role(role)})
    notes().print("changed")


@user.command("close")
@at_the_desk
async def close(desk: Desk, account: AccountArgument, *, reason: ReasonOption = "") -> None:
    """Close an account for good: sessions and keys end."""
    await desk.ask("POST", f"/admin/users/{account}/close", {"reason": reason})
    notes().print("closed")


@user.command("reset")
@at_the_desk
async def reset(desk: Desk, account: AccountArgument) -> None:
    """Send somebody a link for another password."""
    await desk.ask("POST", f"/admin/users/{account}/reset")
    notes().print("sent")


@user.command("remove-factor")
@at_the_desk
async def remove_factor(desk: Desk, account: AccountArgument, *, reason: ReasonOption = "") -> None:
    """Remove the second factor of somebody who lost phone and recovery codes."""
    await desk.ask("POST", f"/admin/users/{account}/totp/remove", {"reason": reason})
    notes().print("removed; every device is signed out")


@session.command("list")
@at_the_desk
async def list_sessions(
    desk: Desk, account: AccountArgument, *, as_json: JsonOption = False
) -> None:
    """List somebody's devices."""
    found = await desk.ask("GET", "/admin/sessions", account=account)
    if as_json:
        print_json(found["sessions"])
        return
    rows = [
        [one["id"], plain(one["device"]), one["address"], moment(one["used_at"])]
        for one in found["sessions"]
    ]
    print_rows(["session", "device", "address", "used (UTC)"], rows)


@session.command("end")
@at_the_desk
async def end_session(
    desk: Desk, session_id: Annotated[str, typer.Argument(help="Id of the session (s_…).")]
) -> None:
    """Sign a device out."""
    await desk.ask("DELETE", f"/admin/sessions/{session_id}")
    notes().print("ended")


@session.command("end-all")
@at_the_desk
async def end_sessions(desk: Desk, account: AccountArgument) -> None:
    """Sign somebody out everywhere."""
    ended = await desk.ask("POST", f"/admin/users/{account}/sessions/end")
    print_rows(["ended"], [[str(ended["count"])]])


@team.command("list")
@at_the_desk
async def list_teams(
    desk: Desk, search: SearchArgument = "", *, as_json: JsonOption = False
) -> None:
    """Search teams."""
    found = await desk.all("/admin/teams", "teams", q=search)
    if as_json:
        print_json(found)
        return
    rows = [[one["id"], plain(one["name"]), moment(one["created_at"])] for one in found]
    print_rows(["team", "name", "made (UTC)"], rows)


@team.command("show")
@at_the_desk
async def show_team(
    desk: Desk,
    team_id: Annotated[str, typer.Argument(help="Id of the team (t_…).")],
    *,
    as_json: JsonOption = False,
) -> None:
    """A team's people and rooms."""
    found = await desk.ask("GET", f"/admin/teams/{team_id}")
    if as_json:
        print_json(found)
        return
    rows = [["team", found["team"]["id"]], ["name", plain(found["team"]["name"])]]
    rows += [
        ["member", f"{plain(one['name'])} ({one['role']}, {one['account']})"]
        for one in found["members"]
    ]
    rows += [["room", room] for room in found["rooms"]]
    print_rows(["", ""], rows)


def _role(text: str) -> str | None:
    if text in {"", "none"}:
        return None
    if text not in {"admin", "staff"}:
        fail("a role is admin, staff or none", Exit.USAGE)
    return text


def _device(one: dict[str, Any]) -> str:
    return f"{plain(one['device'])}, {one['address']}, used {moment(one['used_at'])} ({one['id']})"


app.add_typer(user, name="user")
app.add_typer(session, name="session")
app.add_typer(team, name="team")
app.add_typer(admin_site.invitation, name="invitation")
app.add_typer(admin_site.key, name="key")
app.add_typer(admin_site.limit, name="limit")
app.add_typer(admin_site.block, name="block")
app.add_typer(admin_site.audit, name="audit")
app.command("overview")(admin_site.overview)
app.command("cleanup")(admin_site.cleanup)
