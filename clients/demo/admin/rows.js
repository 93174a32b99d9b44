/** What lists of the page for staff are made of. Pure. */
import { loading, press, problem } from "../account/fields.js";
import { section } from "../account/section.js";
import { h } from "../parts/view.js";

/** Whether whoever is here may change something, or only read. */
export const may = (state) => state.overview.may === "change";

/** A line of a list: what it is, more about it, and what can be done with it. */
export function row(key, title, about, ...rest) {
  return h(
    "li",
    { key },
    h("div", { class: "grow" }, [
      h("p", {}, title),
      about ? h("p", { class: "quiet small" }, about) : null,
    ]),
    ...rest,
  );
}

/** A mark beside a name. @param {"good" | "warn" | "bad" | "quiet"} look */
export const mark = (look, text) => h("span", { class: look, key: text }, ` · ${text}`);

/** Pieces of a line with dots between; what is empty falls away. */
export const dotted = (...pieces) => pieces.filter(Boolean).join(" · ");

/**
 * A part that is one list: loading, empty, or rows with more behind them.
 * @param {{id: string, title: string, none: string, makeRow: (one: any) => any, before?: any,
 *   edits?: any[]}} list
 */
export function listSection(state, acts, { id, title, none, makeRow, before = null, edits = [] }) {
  const found = state.lists[id];
  let body;
  if (!found) body = loading(state, acts.load, 2);
  else if (!found.items.length) body = h("p", { class: "quiet", key: "none" }, none);
  else body = h("ul", { class: "list", key: "list" }, found.items.map(makeRow));
  return section(state, {
    id,
    title,
    said: [id],
    edits,
    acts,
    body: [
      before,
      problem(state, id),
      body,
      found?.next ? press("Show more", () => acts.more(id), { key: "more" }) : null,
    ],
  });
}

/** One field and a button, for what is looked for. */
export function searchForm({ label, value, placeholder = "" }, run) {
  const onsubmit = (event) => {
    event.preventDefault();
    run(String(new FormData(event.target).get("q")).trim());
  };
  return h(
    "form",
    { class: "search", key: "search", role: "search", onsubmit },
    h("input", {
      class: "input",
      type: "search",
      name: "q",
      "aria-label": label,
      autocomplete: "off",
      maxlength: 128,
      placeholder,
      value,
    }),
    h("button", { class: "button", type: "submit" }, "Search"),
  );
}
