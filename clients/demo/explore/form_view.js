/** The form: every condition of a question within two presses, what is added up, and how it is ordered. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { choice, chips, counted, picked, range } from "./fields.js";
import { conditionCount, CHOICES, GROUPS, ORDERS, SORTS } from "./question.js";
import { countWords, GROUP_NAMES, MEASURE_NAMES, NAMES, SORT_NAMES } from "./words.js";

export function formView(model, act) {
  const { ui, narrow } = model;
  const { question } = ui;
  const asked = conditionCount(question);
  return h(
    "aside",
    { class: "ask-panel panel", key: "form", "aria-label": "What is asked", "data-testid": "form" },
    h(
      "header",
      {},
      h("h2", { tabindex: -1 }, "Which plays"),
      asked ? h("button", { class: "button tiny", type: "button", key: "clear", "data-testid": "clear", onclick: act.clear }, "Clear") : null,
      narrow
        ? h("button", { class: "button plain square", type: "button", key: "close", "aria-label": "Close", onclick: () => act.form(false) }, icon("close"))
        : null,
    ),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "group", "aria-label": "Conditions" },
      addedUp(question, act),
      situation(question, act),
      who(model, act),
      whatHappened(model, act),
      when(model, act),
    ),
    narrow
      ? h(
          "footer",
          { key: "done" },
          h(
            "button",
            { class: "button primary wide", type: "button", "data-testid": "done", onclick: () => act.form(false) },
            ui.busy ? "Show" : ui.total ? `Show ${countWords(ui.total.plays, "play")}` : "Show: no play is like that",
          ),
        )
      : null,
  );
}

function situation(question, act) {
  return part(
    "Situation",
    chips("downs", CHOICES.downs, question, act),
    chips("distances", CHOICES.distances, question, act),
    chips("zones", CHOICES.zones, question, act),
    chips("quarters", CHOICES.quarters, question, act),
    h(
      "label",
      { class: "switch" },
      h("input", {
        ...{ type: "checkbox", ".checked": question.twoMinute, "data-testid": "two-minute" },
        onchange: (event) => act.twoMinute(event.target.checked),
      }),
      "Last two minutes of a half",
    ),
    chips("states", CHOICES.states, question, act),
    more(question, ["to_go", "field", "clock", "score", "drive"], act),
  );
}

function who({ ui }, act) {
  const { question, options } = ui;
  const withPlayers = question.where.players || question.by.includes("player");
  return part(
    "Who",
    h(
      "div",
      { class: "pair" },
      picked("offences", options.offences, ui, act),
      picked("defences", options.offences, ui, act),
    ),
    picked("teams", options.offences, ui, act, "With or without the ball"),
    picked("players", options.players, ui, act, null, "Choose a season or a team first"),
    withPlayers ? chips("roles", CHOICES.roles, question, act) : null,
  );
}

function whatHappened({ ui }, act) {
  const { question, options } = ui;
  return part(
    "What happened",
    chips("kinds", CHOICES.kinds, question, act),
    chips("results", CHOICES.results, question, act),
    range("yards", question, act),
    picked("formations", options.formations, ui, act),
    picked("personnel", options.personnel, ui, act, null, "No source says it"),
    more(question, ["epa"], act),
  );
}

function when({ ui }, act) {
  const games = Object.keys(ui.games);
  return part(
    "When",
    h("div", { class: "pair" }, picked("seasons", ui.options.seasons, ui, act), picked("weeks", ui.options.weeks, ui, act)),
    games.length ? picked("feeds", games, ui, act, "One of your games") : null,
  );
}

/** Sums: by what, how many plays each has at least, in which order, how many of them. */
function addedUp(question, act) {
  const { by, order, show } = question;
  const groups = (n) => [["", n === 0 ? "The plays" : "Nothing else"], ...GROUPS.map((one) => [one, GROUP_NAMES[one]])];
  const listed = show === "plays";
  const [orders, name, up] = listed ? [SORTS, "sort", "sortAscending"] : [ORDERS, "order", "ascending"];
  const words = listed ? SORT_NAMES : MEASURE_NAMES;
  return part(
    "Added up by",
    h(
      "div",
      { class: "pair" },
      choice("By", by[0] ?? "", groups(0), (value) => act.by([value, by[1]]), { testid: "by" }),
      by.length ? choice("and by", by[1] ?? "", groups(1), (value) => act.by([by[0], value]), { testid: "by-too" }) : null,
    ),
    h(
      "div",
      { class: "pair" },
      show === "spread" ? null : choice("Order", question[name], orders.map((one) => [one, words[one]]), (value) => act.set({ [name]: value }), { testid: "order" }),
      show === "spread" || question[name] === "keys"
        ? null
        : choice("First", question[up] ? "least" : "most", ends(question[name]), (value) => act.set({ [up]: value === "least" }), { testid: "first" }),
    ),
    listed || show === "spread"
      ? null
      : h(
          "div",
          { class: "pair" },
          counted("Plays at least", question.minimum, 1_000_000, (minimum) => act.set({ minimum }), "minimum"),
          counted("Groups at most", question.limit, 500, (limit) => act.set({ limit }), "limit"),
        ),
  );
}

const ends = (order) => (order === "newest" ? [["most", "Newest"], ["least", "Oldest"]] : [["most", "Most"], ["least", "Least"]]);

/** Ranges that few ask for; open where one is asked. */
function more(question, measures, act) {
  return h(
    "details",
    { class: "more", ".open": measures.some((one) => question.ranges[one]) || undefined },
    h("summary", {}, "Exactly"),
    h("div", { class: "stack" }, measures.map((one) => range(one, question, act))),
  );
}

const part = (title, ...fields) =>
  h("section", { class: "ask-part", key: title, "aria-label": title }, title === NAMES.kinds ? null : h("h3", {}, title), fields);
