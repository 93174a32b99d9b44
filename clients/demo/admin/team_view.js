/** One team, as staff sees it. Pure. */
import { loading, when } from "../account/fields.js";
import { section } from "../account/section.js";
import { h } from "../parts/view.js";
import { linkTo } from "./route.js";
import { row } from "./rows.js";

export function teamView(state, acts) {
  if (!state.shown?.members) return loading(state, acts.load, 2);
  const { team, members, rooms } = state.shown;
  return [
    section(state, {
      id: "team",
      title: team.name,
      about: `${team.id} · since ${when(team.created_at)}`,
      edits: [{ href: linkTo("teams"), label: "All teams" }],
      acts,
    }),
    section(state, {
      id: "members",
      title: "People",
      acts,
      body: h(
        "ul",
        { class: "list" },
        members.map((one) =>
          row(
            one.account,
            h("a", { href: linkTo("people", { id: one.account }) }, one.name),
            `${one.role} · since ${when(one.joined_at)}`,
          ),
        ),
      ),
    }),
    section(state, {
      id: "rooms",
      title: "Boards",
      about: rooms.length ? null : "None.",
      acts,
      body: h(
        "ul",
        { class: "list" },
        rooms.map((id) => row(id, h("code", {}, id), null)),
      ),
    }),
  ];
}
