/** One part of an account page: a title, what holds now, and what can be changed. Pure. */
import { h } from "../parts/view.js";

/**
 * @param {any} state @param {{id: string, title: string, about?: string | null, said?: string[],
 *   edits?: {open?: string, label: string, danger?: boolean, run?: () => void}[], acts: any,
 *   body?: any}} part
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
      edits.map((edit) =>
        h(
          "button",
          {
            key: edit.label,
            class: edit.danger ? "button danger" : "button",
            type: "button",
            "aria-expanded": edit.open ? String(state.open === edit.open) : null,
            onclick: () =>
              edit.run && state.open !== edit.open ? edit.run() : acts.toggle(edit.open),
          },
          edit.open && state.open === edit.open ? "Close" : edit.label,
        ),
      ),
    ),
    told ? h("p", { class: "good", key: "said" }, told) : null,
    body,
  );
}
