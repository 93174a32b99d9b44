/** Who is kept out, and who was. Pure. */
import { choice, field, form, press, submit, when } from "../account/fields.js";
import { h } from "../parts/view.js";
import { DAYS } from "./block_days.js";
import { linkTo } from "./route.js";
import { dotted, listSection, mark, may, row } from "./rows.js";

const KINDS = [
  ["address", "An address or a network"],
  ["account", "An account"],
  ["key", "A key"],
];

export const daysChoice = () => choice({ name: "days", label: "For how long?", options: DAYS });

export function blocksView(state, acts) {
  return listSection(state, acts, {
    id: "blocks",
    title: "Blocks",
    none: "Nobody is kept out.",
    edits: may(state) ? [{ open: "blocking", label: "Block somebody" }] : [],
    before: state.open === "blocking" && may(state) ? blocking(state, acts) : null,
    makeRow: (one) => blockRow(state, acts, one),
  });
}

function blockRow(state, acts, one) {
  const over = one.lifted_at !== null || (one.ends_at !== null && one.ends_at <= Date.now());
  const whom =
    one.kind === "account"
      ? h("a", { key: "whom", href: linkTo("people", { id: one.value }) }, one.value)
      : h("b", { key: "whom" }, one.value);
  return row(
    one.id,
    [
      whom,
      over ? mark("quiet", one.lifted_at ? "lifted" : "ended") : mark("bad", "kept out"),
    ],
    dotted(one.reason, `since ${when(one.created_at)}`, until(one)),
    over || !may(state)
      ? null
      : press("Let in again", () => acts.lift(one.id), {
          look: "tiny",
          "aria-label": `Let ${one.value} in again`,
        }),
  );
}

function until({ ends_at: ends, lifted_at: lifted }) {
  if (lifted !== null) return `lifted ${when(lifted)}`;
  return ends === null ? "until it is lifted" : `until ${when(ends)}`;
}

function blocking(state, acts) {
  return form(
    { key: "blocking" },
    acts.block,
    choice({ name: "kind", label: "What?", options: KINDS, autofocus: true }),
    field({
      name: "value",
      label: "Which one?",
      hint: "Like 203.0.113.9, 203.0.113.0/24, or an id.",
      autocomplete: "off",
      maxlength: 64,
    }),
    field({ name: "reason", label: "Why?", autocomplete: "off", maxlength: 200 }),
    daysChoice(),
    submit({ busy: state.busy === "blocks", label: "Block", doing: "Blocking …", danger: true }),
  );
}
