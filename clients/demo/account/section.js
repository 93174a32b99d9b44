/** One part of an account page: a title, what holds now, and what can be changed. Pure. */
import { h } from "../parts/view.js";
import { press } from "./fields.js";

/**
 * @param {any} state @param {{id: string, title: string, about?: any, said?: string[], edits?:
 *   {open?: string, label: string, danger?: boolean, run?: () => void, href?: string}[],
 *   acts: any, body?: any}} part
 */
export function section(state, { id, title, about, said = [], edits = [], acts, body = null }) {
  const told = state.said && said.includes(state.said.where) ? state.said.text : null;
  return h(
    "section",
    { class: "part", key: id, "aria-labelledby": `${id}-title`, "data-testid": id },
    h(
      "div",
      { class: "row wrap head", key: "head" },
      h(
        "div",
        { class: "grow" },
        h("h2", { id: `${id}-title`, class: "cut" }, title),
        about ? h("p", { class: "quiet" }, about) : null,
      ),
      edits.map((edit) => editButton(state, acts, edit)),
    ),
    told ? h("p", { class: "good", key: "said" }, told) : null,
    body,
  );
}

function editButton(state, acts, { open, label, danger, run, href }) {
  if (href) return h("a", { class: "button", href, key: label }, label);
  const isOpen = open !== undefined && state.open === open;
  return press(isOpen ? "Close" : label, run && !isOpen ? run : () => acts.toggle(open), {
    key: label,
    id: open && `${open}-edit`,
    look: danger ? "danger" : "",
    "aria-expanded": open ? String(isOpen) : null,
  });
}
