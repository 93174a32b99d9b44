/** Fields of the inspector: a label, what holds now, and what to do with another value. Pure. */
import { h } from "../parts/view.js";
import { inkChoice } from "./toolbar.js";

export function input(label, value, commit, props) {
  return h(
    "label",
    { class: "field", key: label },
    h("span", {}, label),
    h("input", {
      class: "input",
      autocomplete: "off",
      "data-typing": true,
      name: label.toLowerCase(),
      ...props,
      ".value": String(value),
      onchange: (event) => commit(event.target.value),
      onkeydown: (event) => event.key === "Enter" && event.target.blur(),
    }),
  );
}

export function textArea(label, value, commit) {
  return h(
    "label",
    { class: "field", key: label },
    h("span", {}, label),
    h("textarea", {
      class: "input",
      rows: 3,
      maxlength: 500,
      "data-typing": true,
      name: "text",
      ".value": value,
      onchange: (event) => commit(event.target.value),
    }),
  );
}

export function select(label, value, choices, commit) {
  return h(
    "label",
    { class: "field", key: label },
    h("span", {}, label),
    h(
      "select",
      {
        class: "input",
        name: label.toLowerCase(),
        ".value": String(value),
        onchange: (event) => commit(event.target.value === "null" ? null : event.target.value),
      },
      choices.some(([one]) => String(one) === String(value))
        ? null
        : h("option", { value: String(value), key: "mixed" }, "mixed"),
      choices.map(([one, words]) => h("option", { value: String(one), key: String(one) }, words)),
    ),
  );
}

export function range(label, value, min, max, commit, unit = "%", step = 5) {
  return h(
    "label",
    { class: "field", key: label },
    h("span", {}, `${label} ${value ?? "mixed"}${value === undefined ? "" : unit}`),
    h("input", {
      type: "range",
      class: "range",
      min,
      max,
      step,
      name: label.toLowerCase(),
      ".value": String(value ?? 100),
      onchange: (event) => commit(Number(event.target.value)),
    }),
  );
}

export function swatches(label, value, commit) {
  return h(
    "div",
    { class: "field", key: label },
    h("span", {}, label),
    inkChoice(label, value, commit),
  );
}
