"""Invitations to the site over HTTP, as its administrators make and take them back."""

from __future__ import annotations

from tests.support.http_side import HttpSide

NEW = "new@example.org"


async def test_AD20_invitations_that_hold_are_listed_with_who_made_them_and_revoked(
    side: HttpSide,
) -> None:
    root, admin = await side.account("root@example.org", "Root", site_role="admin")
    _, staff = await side.account("stan@example.org", "Stan", site_role="staff")
    for header, body in ((admin, {"email": NEW, "site_role": "staff"}), (side.operator, {})):
        made = await side.send("POST", "/admin/invitations", json=body, headers=header)
        assert made.status_code == 201
        side.clock.advance(1)
    listed = await side.send("GET", "/admin/invitations", headers=staff)
    first, second = listed.json()["invitations"]
    assert (first["email"], first["site_role"], first["by"]) == (NEW, "staff", root.account)
    assert (second["email"], second["site_role"], second["by"]) == ("", None, "")
    assert first["expires_at"] - first["created_at"] == 14 * 86_400_000
    assert "tll_" not in listed.text
    path = f"/admin/invitations/{first['id']}"
    assert (await side.send("DELETE", path, headers=staff)).status_code == 403
    assert (await side.send("DELETE", path, headers=admin)).status_code == 204
    assert (await side.send("DELETE", path, headers=admin)).status_code == 404
    secret = side.outbox.token(NEW)
    used = {"email": NEW, "name": "New", "invitation": secret}
    answer = await side.send("POST", "/auth/sign-up", json=used)
    assert answer.status_code == 202, "the site is open"
    await side.mailed()
    left = await side.send("GET", "/admin/invitations", headers=admin)
    assert [one["id"] for one in left.json()["invitations"]] == [second["id"]]


async def test_SU18_an_invitation_that_gives_a_role_names_who_gets_it(side: HttpSide) -> None:
    _, admin = await side.account("root@example.org", "Root", site_role="admin")
    for role in ("staff", "admin"):
        refused = await side.send(
            "POST", "/admin/invitations", json={"site_role": role}, headers=admin
        )
        assert (refused.status_code, refused.json()["error"]) == (422, "invalid")
    listed = await side.send("GET", "/admin/invitations", headers=admin)
    assert listed.json() == {"invitations": []}
