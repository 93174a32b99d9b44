/** The published limits, how they are kept, and how one stands for somebody. Pure. */
import { choice, field, form, grave, loading, problem, submit } from "../account/fields.js";
import { section } from "../account/section.js";
import { h } from "../parts/view.js";
import { dotted, mark, may } from "./rows.js";

const STORES = {
  memory: "Counted in this node's memory.",
  redis: "Counted in Redis, by every node together.",
  away: "Redis does not answer: each node gives its share.",
};

export function limitsView(state, acts) {
  const told = state.limits;
  if (!told) return loading(state, acts.load, 2);
  const shrunk = told.load_factor < 1;
  const holds = `${Math.round(told.load_factor * 100)} % of those that are not strict holds`;
  const load = `${holds}: this node was late, now by ${Math.round(told.lag_s * 1000)} ms.`;
  return [
    standing(state, acts, told.limits),
    section(state, {
      id: "limits",
      title: "Limits",
      about: dotted(STORES[told.store], told.nodes > 1 ? `${told.nodes} nodes` : ""),
      acts,
      body: [
        shrunk ? h("p", { class: "notice warn-edge", key: "load" }, load) : null,
        h("ul", { class: "list limits", key: "list" }, told.limits.map(limitRow)),
      ],
    }),
  ];
}

function limitRow(one) {
  return h(
    "li",
    { key: one.name },
    h(
      "div",
      { class: "grow" },
      h("p", {}, h("b", {}, one.name), one.strict ? mark("quiet", "strict") : null),
      h("p", { class: "quiet small" }, one.about),
    ),
    h(
      "div",
      { class: "numbers" },
      h("p", {}, `${one.limit.toLocaleString()} in ${spoken(one.window_s)}`),
      h("p", { class: "quiet small" }, `for each ${one.per}`),
    ),
    h(
      "p",
      { class: one.refused ? "refused warn" : "refused quiet" },
      one.refused ? `${one.refused.toLocaleString()} refused` : "none refused",
    ),
  );
}

/** 15 min, 1 h, 90 s. */
export function spoken(seconds) {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

function standing(state, acts, limits) {
  return section(state, {
    id: "look",
    title: "How somebody stands",
    said: ["look"],
    acts,
    body: [
      form(
        { key: "form", class: "filters" },
        acts.look,
        choice({
          name: "name",
          label: "Limit",
          options: limits.map((one) => [one.name, `${one.name}, for each ${one.per}`]),
        }),
        field({
          name: "subject",
          label: "Whom it counts: an address, an account …",
          autocomplete: "off",
          maxlength: 400,
        }),
        submit({ busy: state.busy === "look", label: "Look", doing: "Looking …" }),
      ),
      problem(state, "look"),
      state.looked ? answer(state, acts, state.looked) : null,
    ],
  });
}

function answer(state, acts, looked) {
  const wait = looked.retry_after_s ? `; one more in ${looked.retry_after_s} s` : "";
  return h("div", { class: "notice", key: "looked", "data-testid": "looked" }, [
    h("p", {}, [
      h("b", {}, looked.subject),
      ` has used ${looked.used} of ${looked.limit} of ${looked.name}${wait}.`,
    ]),
    may(state) && looked.used
      ? grave(state, acts, {
          id: "forget",
          label: "Let them start over",
          question: "Forget what was counted?",
          yes: "Forget it",
          look: "",
          run: acts.forget,
        })
      : null,
  ]);
}
