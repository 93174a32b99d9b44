/**
 * The commissioner's part about players: a file of players or of rankings with what is read of it for
 * what, made-up players, emptying. Pure.
 */
import { h } from "../parts/view.js";
import { button, refusal, select } from "./bits.js";
import { FIELDS } from "./pool_file.js";
import { poolWords } from "./waiting_view.js";

const FIELD_WORDS = {
  ...{ id: "Id", name: "Name", positions: "Positions", team: "Team", rank: "Rank", adp: "ADP" },
  ...{ value: "Value in dollars", bye: "Bye", status: "Status", tier: "Tier", points: "Points" },
};
const HEADINGS_SHOWN = 80;

export function poolPart({ state, ui }, act) {
  const { file, ranks } = ui;
  const chooser = (label, onchange, test) =>
    h(
      "label",
      { class: "field" },
      h("span", {}, label),
      h("input", {
        ...{ class: "input", type: "file", accept: ".csv,.json,.tsv,.txt", "data-testid": test },
        onchange: (event) => onchange(event.target.files[0]),
      }),
    );
  const some = Object.keys(state.pool).length > 0;
  return h(
    "div",
    { class: "stack" },
    h("p", { "data-testid": "pool-count" }, poolWords(state)),
    refusal(ui, "pool-file", act),
    chooser("A file: CSV, JSON, or the players of Sleeper's API", act.readFile, "pool-file"),
    file
      ? preview(file, "file", {
          ...{ count: `${file.players.length} players in ${file.name}`, go: `Put ${file.players.length} players in the pool` },
          ...{ put: act.putFile, forget: act.forgetFile, map: act.mapFile },
        })
      : null,
    some ? chooser("Rankings or ADP for these players: CSV or JSON, by id or name", act.readRanks, "ranks-file") : null,
    some && ranks
      ? preview(ranks, "ranks", {
          ...{ count: `${ranks.matched} of these players are in ${ranks.name}, ${ranks.count} of them change`, go: `Change ${ranks.count} players` },
          ...{ put: act.putRanks, forget: act.forgetRanks, map: act.mapRanks },
        })
      : null,
    button("Made-up players, to try it out", act.makeUp, { key: "made", test: "made-up" }),
    state.phase === "waiting" && some
      ? button(ui.sure === "clear" ? "Really take all players out" : "Empty the pool", act.clearPool, { look: "danger", key: "clear" })
      : null,
  );
}

/** What was found, before anything is changed: what is read for what, the first players, odd lines. */
function preview(read, key, { count, go, put, forget, map }) {
  const { name, players, columns, headings, odd, problem } = read;
  return h(
    "div",
    { class: "notice calm stack tight", key, "data-testid": `${key}-preview` },
    problem ? h("p", { class: "bad", role: "alert", key: "problem" }, `${name}: ${problem}`) : h("p", { key: "count" }, h("b", {}, count)),
    headings.length ? mapping(columns, headings, map) : null,
    problem
      ? null
      : h("ul", { class: "small", key: "first" }, players.slice(0, 5).map(([id, player, positions, team, rank]) => h("li", { key: id }, `${rank ? `${rank}. ` : ""}${player}, ${positions.join("/")} ${team}`))),
    odd.length
      ? h("details", { key: "odd" }, h("summary", {}, `${odd.length} lines are odd`), h("ul", { class: "small" }, odd.slice(0, 50).map((line, index) => h("li", { key: index }, line))))
      : null,
    h(
      "div",
      { class: "row wrap", key: "acts" },
      problem || players.length === 0 ? null : button(go, put, { look: "primary", test: `put-${key}`, key: "put" }),
      button("Not this file", forget, { look: "plain", key: "forget" }),
    ),
  );
}

/** Which column is read for what; another can be chosen. */
function mapping(columns, headings, map) {
  const options = headings.slice(0, HEADINGS_SHOWN).map((one) => [one, one]);
  return h(
    "details",
    { key: "mapping", "data-testid": "mapping" },
    h("summary", {}, `Columns: ${Object.entries(columns).map(([field, column]) => (field === column ? field : `${field} from ${column}`)).join(", ") || "none"}`),
    h(
      "div",
      { class: "pairs" },
      FIELDS.map((field) =>
        h(
          "div",
          { key: field },
          select(FIELD_WORDS[field], columns[field] ?? "", [["", "not read"], ...options], (column) => map(field, column), { hidden: false, name: `column-${field}` }),
        ),
      ),
    ),
  );
}
