/** Fields of the form: values to press, values to pick from a list, ranges, counts. Pure. */
import { h } from "../parts/view.js";
import { countOf, numberOf } from "./question.js";
import { HINTS, NAMES, RANGES, valueWords } from "./words.js";

/** A few values, each on or off. */
export function chips(name, values, question, act) {
  const on = question.where[name] ?? [];
  return h(
    "div",
    { class: "field", key: name, role: "group", "aria-label": NAMES[name] },
    h("span", { "aria-hidden": "true" }, NAMES[name]),
    h(
      "div",
      { class: "chips" },
      values.map((value) =>
        h(
          "button",
          {
            ...{ class: "button tiny", type: "button", key: value, title: HINTS[value], "aria-pressed": String(on.includes(value)) },
            ...{ "data-value": `${name} ${value}`, onclick: () => act.toggle(name, value) },
          },
          valueWords(name, value),
        ),
      ),
    ),
  );
}

/** One of many, several times: what is picked stands above the results too. */
export function picked(name, options, ui, act, label = null, none = "There is none") {
  const on = ui.question.where[name] ?? [];
  const left = (options ?? []).filter((value) => !on.includes(value));
  const words = options === undefined ? "Loading" : options.length === 0 ? none : on.length ? "and …" : "Any";
  return h(
    "div",
    { class: "field", key: name },
    h("span", { id: `label-${name}` }, label ?? NAMES[name]),
    on.length
      ? h(
          "div",
          { class: "chips" },
          on.map((value) =>
            h(
              "button",
              {
                ...{ class: "button tiny", type: "button", key: value, "aria-pressed": "true", "data-value": `${name} ${value}` },
                onclick: () => act.toggle(name, value),
              },
              name === "feeds" ? (ui.games[value]?.name ?? "This game") : valueWords(name, value, ui.people),
              h("span", { "aria-hidden": "true" }, "×"),
            ),
          ),
        )
      : null,
    h(
      "select",
      {
        ...{ class: "input", "aria-labelledby": `label-${name}`, ".value": "", disabled: left.length === 0, "data-testid": `pick-${name}` },
        onchange: (event) => {
          const value = left[Number(event.target.value)];
          event.target.value = "";
          if (value !== undefined) act.toggle(name, value);
        },
      },
      h("option", { value: "", key: "" }, words),
      left.map((value, n) =>
        h("option", { value: String(n), key: String(value) }, name === "feeds" ? ui.games[value].name : valueWords(name, value, ui.people)),
      ),
    ),
  );
}

/** One of a few. @param {string[][]} options */
export function choice(label, value, options, choose, { testid = null } = {}) {
  return h(
    "label",
    { class: "field", key: label },
    h("span", {}, label),
    h(
      "select",
      { class: "input", ".value": value, "data-testid": testid, onchange: (event) => choose(event.target.value) },
      options.map(([one, words]) => h("option", { value: one, key: one }, words)),
    ),
  );
}

/** From one number to another, both included. */
export function range(measure, question, act) {
  const [name, unit] = RANGES[measure];
  const ends = question.ranges[measure] ?? [null, null];
  const end = (n, words) =>
    h("input", {
      ...{ class: "input", type: "text", inputmode: "text", maxlength: 8, placeholder: words, "aria-label": `${name}, ${words}` },
      ...{ ".value": ends[n] === null ? "" : String(ends[n]), "data-typing": true, "data-testid": `${measure}-${words}` },
      onchange: (event) => {
        const wanted = /** @type {[number | null, number | null]} */ ([...ends]);
        wanted[n] = numberOf(event.target.value.replace("−", "-").replace(",", "."));
        event.target.value = wanted[n] === null ? "" : String(wanted[n]);
        act.range(measure, wanted);
      },
    });
  return h(
    "div",
    { class: "field", key: `range ${measure}`, role: "group", "aria-label": name },
    h("span", { "aria-hidden": "true" }, unit ? `${name}, ${unit}` : name),
    h("div", { class: "row" }, end(0, "from"), h("span", { class: "quiet", "aria-hidden": "true" }, "–"), end(1, "to")),
  );
}

/** How many. */
export function counted(label, value, most, choose, testid) {
  return h(
    "label",
    { class: "field", key: label },
    h("span", {}, label),
    h("input", {
      ...{ class: "input", type: "number", min: 1, max: most, step: 1, ".value": String(value), "data-typing": true, "data-testid": testid },
      onchange: (event) => {
        const count = countOf(event.target.value, most);
        if (count === null) event.target.value = String(value);
        else choose(count);
      },
    }),
  );
}
