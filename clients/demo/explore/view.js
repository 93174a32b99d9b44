/** The page of questions as a pure function of its state: what is asked, beside it (on a phone under it) what it comes to. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { formView } from "./form_view.js";
import { addressOf, conditionCount } from "./question.js";
import { resultView } from "./result_view.js";
import { clockTime, conditionsOf } from "./words.js";

export function explorerView(model, act) {
  const { ui, narrow } = model;
  const formShown = !narrow || ui.form;
  return h(
    "div",
    { class: narrow ? "explore phone" : "explore", key: "explore" },
    topBar(model, act),
    formShown ? formView(model, act) : null,
    h(
      "main",
      { class: "explore-main", key: "main", tabindex: -1, "aria-busy": String(ui.busy), inert: narrow && ui.form },
      asked(ui, act),
      problem(ui, act),
      resultView(model, act),
    ),
  );
}

function topBar({ ui, narrow, away }, act) {
  const count = conditionCount(ui.question);
  const words = count ? `Conditions (${count})` : "Conditions";
  return h(
    "header",
    { class: "topbar", key: "topbar" },
    h(
      "a",
      { class: "home", href: "/", "aria-label": "Home", title: "Home" },
      h("img", { src: "/icon.svg", alt: "", width: 26, height: 26 }),
    ),
    h(
      "div",
      { class: "title" },
      h("h1", { class: "cut" }, narrow ? "Plays" : "Ask about plays"),
      away ? h("connection-pill", { key: "pill", ".model": { status: "offline", waiting: 0, retryAt: null, now: 0 }, "onretry-now": act.again }) : null,
    ),
    narrow
      ? h(
          "button",
          {
            ...{ class: away ? "button square" : "button", type: "button", key: "form", "data-tool": "form", "data-testid": "open-form" },
            ...{ "aria-expanded": String(ui.form), "aria-label": words, onclick: () => act.form(!ui.form) },
          },
          away ? icon("settings") : words,
        )
      : null,
    narrow ? null : h("theme-switch", { key: "theme" }),
    h(
      "button",
      {
        ...{ class: narrow ? "button plain square" : "button", type: "button", key: "copy", "data-testid": "copy" },
        ...{ onclick: act.copy, "aria-label": "Copy the link to this question", title: "Copy the link to this question" },
      },
      icon("share"),
      narrow ? null : ui.copied ? "Copied" : "Copy link",
    ),
  );
}

/** What is asked, each to be pressed away. */
function asked({ question, people, games }, act) {
  const conditions = conditionsOf(question, people);
  if (conditions.length === 0) return null;
  return h(
    "ul",
    { class: "chips asked", key: "asked", "aria-label": "What is asked", "data-testid": "asked" },
    conditions.map((condition) =>
      h(
        "li",
        { key: condition.key },
        h(
          "button",
          { class: "button tiny", type: "button", "aria-label": `Without ${condition.words}`, onclick: () => act.drop(condition) },
          condition.name === "feeds" ? (games[condition.value]?.name ?? condition.words) : condition.words,
          h("span", { "aria-hidden": "true" }, "×"),
        ),
      ),
    ),
  );
}

function problem({ problem: told, question, answered, answeredAt }, act) {
  if (told === null) return null;
  const old = told.kind === "offline" && answered === addressOf(question) && answeredAt !== null;
  return h(
    "div",
    { class: told.kind === "offline" ? "notice" : "notice bad-edge", key: "problem", "data-testid": `problem-${told.kind}` },
    h("p", {}, old ? `No connection: this is the answer as of ${clockTime(answeredAt)}. The question is asked again when the connection is back.` : told.text),
    h(
      "div",
      { class: "row wrap" },
      h("button", { class: "button", type: "button", onclick: act.again }, "Try again"),
      told.kind === "not-allowed" && question.where.feeds
        ? h("button", { class: "button", type: "button", onclick: () => act.values("feeds", []) }, "Ask about all games")
        : null,
    ),
  );
}
