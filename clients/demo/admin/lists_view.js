/** People, teams and keys of the site, to be searched. Pure. */
import { grave, when } from "../account/fields.js";
import { h } from "../parts/view.js";
import { linkTo } from "./route.js";
import { dotted, listSection, mark, may, row, searchForm } from "./rows.js";

export function peopleView(state, acts) {
  const q = state.route.filter.q ?? "";
  return listSection(state, acts, {
    id: "people",
    title: "People",
    none: q ? "Nobody has that in their name, address or id." : "Nobody has an account yet.",
    before: searchForm(
      { label: "Name, address or id", value: q, placeholder: "Name, address or id" },
      (text) => acts.filter("people", { q: text }),
    ),
    makeRow: (one) =>
      row(
        one.id,
        [
          h("a", { href: linkTo("people", { id: one.id }) }, one.name || "Without a name"),
          one.site_role ? mark("good", one.site_role) : null,
          one.closed_at ? mark("bad", "closed") : null,
        ],
        dotted(one.email ?? one.id, `since ${when(one.created_at)}`, one.totp && "second factor"),
      ),
  });
}

export function teamsView(state, acts) {
  const q = state.route.filter.q ?? "";
  return listSection(state, acts, {
    id: "teams",
    title: "Teams",
    none: q ? "No team has that in its name or id." : "There are no teams yet.",
    before: searchForm({ label: "Name or id", value: q, placeholder: "Name or id" }, (text) =>
      acts.filter("teams", { q: text }),
    ),
    makeRow: (one) =>
      row(
        one.id,
        h("a", { href: linkTo("teams", { id: one.id }) }, one.name),
        `since ${when(one.created_at)}`,
      ),
  });
}

export function keysView(state, acts) {
  return listSection(state, acts, {
    id: "keys",
    title: "Keys of programs",
    none: "There are no keys.",
    makeRow: (one) => keyRow(state, acts, one, { owner: true }),
  });
}

/** A key, here and beside the person who made it. */
export function keyRow(state, acts, one, { owner }) {
  const over = one.revoked_at || (one.expires_at && one.expires_at <= Date.now());
  return row(
    one.id,
    [
      h("b", { key: "name" }, one.name),
      owner ? " of " : null,
      owner
        ? h("a", { key: "of", href: linkTo("people", { id: one.account }) }, one.account)
        : null,
      one.revoked_at ? mark("bad", "revoked") : over ? mark("quiet", "expired") : null,
    ],
    dotted(
      one.scopes.join(", "),
      `made ${when(one.created_at)}`,
      one.used_at ? `used ${when(one.used_at)}` : "never used",
    ),
    over || !may(state)
      ? null
      : grave(state, acts, {
          id: `revoke-${one.id}`,
          label: "Revoke",
          name: `Revoke ${one.name}`,
          question: `Revoke ${one.name}? Its program stops at once.`,
          yes: "Revoke",
          look: "tiny danger",
          run: () => acts.revokeKey(one.id),
        }),
  );
}
