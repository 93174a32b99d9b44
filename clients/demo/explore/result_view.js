/** What a question comes to: the sum of all, then groups, a spread, dots or the plays themselves. Pure. */
import { h } from "../parts/view.js";
import { groupsView, scatterView, yardsView } from "./charts.js";
import { examplesView } from "./examples.js";
import { playsView } from "./plays_view.js";
import { addressOf, conditionCount, drawnBy, SHOWS } from "./question.js";
import { clockTime, countWords, measureWords, SHOW_NAMES } from "./words.js";

export function resultView(model, act) {
  const { ui } = model;
  const nothing = conditionCount(ui.question) === 0;
  if (ui.answeredAt === null && ui.problem === null) return skeleton();
  if (ui.answered === "" && ui.answeredAt !== null && ui.problem) return null;
  if (ui.answeredAt === null) return null;
  if (ui.total === null && nothing) return emptyStore(ui, act);
  const stale = ui.busy || ui.answered !== addressOf(ui.question);
  return h(
    "div",
    { class: stale ? "result stale" : "result", key: "result" },
    ui.total === null ? null : head(ui),
    nothing && ui.question.by.length === 0 ? examplesView(ui, act) : null,
    tabs(ui.question, act),
    ui.total === null ? noMatch(ui, act) : content(model, act),
  );
}

function content({ ui, narrow }, act) {
  const drawn = drawnBy(ui.of, ui.question);
  const model = { narrow, ui: { ...ui, question: drawn, measure: ui.question.measure } };
  switch (drawn.show) {
    case "groups":
      return groupsView(model, act);
    case "spread":
      return yardsView(model, act);
    case "scatter":
      return scatterView(model, act);
    default:
      return playsView(model, act);
  }
}

/** All plays of the question in a line of figures. */
function head({ total, asOf }) {
  const figures = [
    [total.plays.toLocaleString("en"), total.plays === 1 ? "play" : "plays"],
    [measureWords("yards", total.yards_average), "yards each"],
    [measureWords("success", total.success_rate), "success"],
    [measureWords("epa", total.epa_average), "EPA each"],
    [total.touchdowns, "touchdowns"],
    [total.turnovers, "turnovers"],
    [total.first_downs, "first downs"],
  ];
  return h(
    "section",
    { class: "head", key: "head", "aria-label": "All of them" },
    h(
      "dl",
      { class: "figures", "data-testid": "total" },
      figures.map(([number, words]) => h("div", { key: words }, h("dd", {}, number), h("dt", { class: "quiet small" }, words))),
    ),
    h("p", { class: "quiet small", "data-testid": "as-of" }, `${asOf ? `Until ${clockTime(asOf)}: a` : "A"} play can be asked about two minutes after it was reported.`),
  );
}

function tabs({ show, by }, act) {
  return h(
    "div",
    { class: "tabs", key: "tabs", role: "group", "aria-label": "Shown as" },
    SHOWS.map((one) => {
      const needsGroups = by.length === 0 && (one === "groups" || one === "scatter");
      return h(
        "button",
        {
          ...{ class: "button tiny", type: "button", key: one, "aria-pressed": String(show === one), "data-testid": `show-${one}` },
          title: needsGroups ? "Added up by formation; choose another in the form" : null,
          onclick: () => {
            if (needsGroups) act.set({ by: ["formation"], show: one });
            else act.set({ show: one });
          },
        },
        SHOW_NAMES[one],
      );
    }),
  );
}

function noMatch({ question }, act) {
  return h(
    "div",
    { class: "empty", key: "none", "data-testid": "no-match" },
    h("h2", {}, "No play is like that"),
    h("p", { class: "quiet" }, "All conditions hold together. Take one away above, or all of them."),
    h("button", { class: "button", type: "button", onclick: act.clear }, countWords(conditionCount(question), "condition") === "1 condition" ? "Take it away" : "Take all away"),
  );
}

function emptyStore(_ui, act) {
  return h(
    "div",
    { class: "empty", key: "nothing", "data-testid": "nothing-indexed" },
    h("h2", {}, "Nothing to ask about yet"),
    h("p", { class: "quiet" }, "Plays of open games stand here two minutes after they were reported. This page looks again by itself."),
    h("p", { class: "quiet small" }, "Whole seasons come in by the command line: ", h("code", {}, "touchline feed import FILE…")),
    h("button", { class: "button", type: "button", onclick: act.again }, "Look again"),
  );
}

function skeleton() {
  return h(
    "div",
    { class: "result", key: "skeleton", role: "group", "aria-busy": "true", "aria-label": "Loading the answer" },
    h("div", { class: "skeleton figures-place" }),
    h("div", { class: "skeleton plot-place" }),
  );
}
