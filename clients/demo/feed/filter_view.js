/** Which plays are shown, and whether only they are sent. Pure. */
import { h } from "../parts/view.js";
import { filterOf, playersOf, quarterWords } from "./reading.js";

const WHATS = [
  ["all", "All plays"],
  ["scoring", "Scoring"],
  ["big", "Big plays"],
  ["turnovers", "Turnovers"],
  ["penalties", "Penalties"],
  ["redzone", "Red zone"],
  ["changed", "Corrected"],
];
const DOWNS = [
  [0, "Every down"],
  [1, "1st down"],
  [2, "2nd down"],
  [3, "3rd down"],
  [4, "4th down"],
];
const DISTANCES = [
  ["", "Any distance"],
  ["short", "Short, 1 to 3"],
  ["medium", "Medium, 4 to 6"],
  ["long", "Long, 7 or more"],
];

export function filterBar({ state, room, ui, filtered }, act) {
  const { wanted } = ui;
  const teams = state.header ? [state.header.away, state.header.home] : [];
  const chip = (key, words, pressed, onclick) =>
    h("button", { class: "button tiny", type: "button", key, onclick, "aria-pressed": String(pressed) }, words);
  const quarters = [[0, "Whole game"], ...[1, 2, 3, 4, 5].map((one) => [one, quarterWords(one)])];
  const number = (name) => (value) => act.want({ [name]: Number(value) });
  return h(
    "div",
    // players are those of the whole game, which is read as soon as somebody goes for them
    { class: "filters", key: "filters", role: "group", "aria-label": "Which plays", onfocusin: state.earlier ? act.whole : null },
    h(
      "div",
      { class: "chips", "data-scrolls": true },
      WHATS.map(([value, words]) => chip(value, words, wanted.what === value, () => act.want({ what: value }))),
      ui.mine.length
        ? chip("mine", "My players", wanted.mine !== null, () => act.want({ mine: wanted.mine ? null : ui.mine, player: "" }))
        : null,
    ),
    choice("Team", wanted.team, [["", "Both teams"], ...teams.map((team) => [team, team])], (team) => act.want({ team, player: "" })),
    choice("Player", wanted.player, [["", "Every player"], ...playersOf(state, wanted.team)], (player) => act.want({ player, mine: null })),
    h(
      "a",
      { ...{ class: "button tiny", key: "ask", href: `/explore.html#feeds=${room.id}` }, title: "Questions about the plays of this game" },
      "Ask",
    ),
    h(
      "details",
      { class: "more", key: "more", "data-testid": "more-filters" },
      h("summary", {}, "More filters"),
      h(
        "div",
        { class: "row wrap" },
        choice("Quarter", wanted.quarter, quarters, number("quarter")),
        choice("Down", wanted.down, DOWNS, number("down")),
        choice("Distance", wanted.distance, DISTANCES, (distance) => act.want({ distance })),
      ),
      mineView(state, ui, act),
    ),
    onlyView({ ui, filtered }, act),
  );
}

function choice(label, value, options, onchange) {
  return h(
    "label",
    { class: "choice", key: label },
    h("span", { class: "unseen" }, label),
    h(
      "select",
      { class: "input", ".value": String(value), onchange: (event) => onchange(event.target.value) },
      options.map(([one, words]) => h("option", { value: one, key: one }, words)),
    ),
  );
}

function mineView(state, { mine }, act) {
  const players = playersOf(state);
  if (players.length === 0) return null;
  return h(
    "fieldset",
    { class: "mine", key: "mine" },
    h("legend", { class: "small quiet" }, "My players, on this device"),
    players.map(([player, name]) =>
      h(
        "label",
        { key: player, class: "small" },
        h("input", {
          type: "checkbox",
          ".checked": mine.includes(player),
          onchange: (event) => act.follows(player, event.target.checked),
        }),
        name,
      ),
    ),
  );
}

/** For whoever pays for what is sent: nothing else comes then, also not the field. */
function onlyView({ ui, filtered }, act) {
  if (filterOf(ui.wanted) === null) return null;
  return h(
    "label",
    { class: "only small", key: "only" },
    h("input", {
      ...{ type: "checkbox", "data-testid": "only", onchange: (event) => act.only(event.target.checked) },
      ".checked": ui.only,
    }),
    ui.only && !filtered ? "Too many wishes in this game: everything is sent" : "Send me only these plays",
  );
}
