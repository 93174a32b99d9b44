/** Who did what: the audit trail with its filters. Pure. */
import { field, form, press, when } from "../account/fields.js";
import { h } from "../parts/view.js";
import { linkTo } from "./route.js";
import { dotted, listSection, may } from "./rows.js";

export function recordsView(state, acts) {
  return listSection(state, acts, {
    id: "records",
    title: "Records",
    none: "Nothing of that kind is recorded.",
    edits: may(state) ? [{ run: acts.exportRecords, label: "Export" }] : [],
    before: filters(state, acts),
    makeRow: (one) => record(state, one),
  });
}

function filters(state, acts) {
  const { filter } = state.route;
  const actions = Object.entries(state.actions);
  return form(
    { class: "filters", key: "filters", "aria-label": "Which records" },
    (given) => acts.filter("records", given),
    h(
      "div",
      { class: "field", key: "action" },
      h("label", { for: "field-action" }, "What"),
      h(
        "select",
        { class: "input", id: "field-action", name: "action" },
        h("option", { value: "", key: "" }, "Everything"),
        actions.map(([name]) =>
          h("option", { value: name, key: name, selected: filter.action === name }, name),
        ),
      ),
    ),
    text("account", "Who, or to whom (id)", filter),
    text("about", "About (id)", filter),
    text("since", "From", filter, { type: "date" }),
    text("until", "To", filter, { type: "date" }),
    h("div", { class: "row", key: "go" }, [
      h("button", { class: "button primary", type: "submit" }, "Show"),
      Object.keys(filter).length ? press("Everything", () => acts.filter("records", {})) : null,
    ]),
  );
}

function text(name, label, filter, more = {}) {
  return field({
    name,
    label,
    value: filter[name] ?? "",
    required: false,
    autocomplete: "off",
    maxlength: 128,
    ...more,
  });
}

function record(state, one) {
  return h(
    "li",
    { key: one.number, class: "record" },
    h("time", { class: "quiet small" }, when(one.at)),
    h(
      "div",
      {},
      h("p", {}, [
        h("b", {}, one.action),
        h("span", { class: "quiet" }, ` ${state.actions[one.action] ?? ""}`),
      ]),
      h("p", { class: "quiet small" }, dotted(...details(one))),
    ),
    h(
      "div",
      { class: "small" },
      h("p", {}, who(one)),
      one.about ? h("p", { class: "quiet" }, "on ", about(one.about)) : null,
    ),
  );
}

function who(one) {
  if (one.account) return h("a", { href: linkTo("people", { id: one.account }) }, one.account);
  return one.account === "" ? "the operator" : "somebody unknown";
}

function about(id) {
  if (id.startsWith("a_")) return h("a", { href: linkTo("people", { id }) }, id);
  return id.startsWith("t_") ? h("a", { href: linkTo("teams", { id }) }, id) : id;
}

function details(one) {
  const told = Object.entries(one.detail).filter(([, value]) => value !== null && value !== "");
  return [one.address, ...told.map(([name, value]) => `${name}: ${value}`), `node ${one.node}`];
}
