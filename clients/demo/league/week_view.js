/** A week: its games, its matchups, what has just changed, and the table. Pure. */
import { h } from "../parts/view.js";
import {
  changeWords,
  clockWords,
  gamesOfWeek,
  kickoffWords,
  leftOf,
  leftWords,
  matchupOf,
  matchupOrder,
  phaseOf,
  pointsWords,
  tableOf,
  teamName,
} from "./reading.js";
import { tileChance, tileLikely } from "./likely_view.js";
import { scheduleView } from "./schedule_view.js";

export function weekView(model, act) {
  const { state, week, me } = model;
  const order = matchupOrder(state, week, me);
  return h(
    "div",
    { class: "week", key: "week" },
    h(
      "div",
      { class: "stack" },
      gamesStrip(model),
      order.length ? h("ul", { class: "tiles", "data-testid": "tiles" }, order.map((one) => tile(model, one, act))) : nobodyPlays(model),
      ticker(model),
    ),
    h("div", { class: "stack" }, myTeams(model, act), table(model), scheduleView(model)),
  );
}

function nobodyPlays({ week, role }) {
  return h(
    "div",
    { class: "empty", "data-testid": "empty" },
    h("h2", {}, `No matchups in week ${week}`),
    h(
      "p",
      { class: "quiet" },
      role === "owner"
        ? "Bring in teams and rosters from a draft (touchline league create --draft), then a schedule: they show here at once."
        : "The commissioner sets the schedule; it shows here at once.",
    ),
  );
}

function gamesStrip({ state, week, ui }) {
  const games = gamesOfWeek(state, week, ui.scores);
  if (games.length === 0) return null;
  return h(
    "ul",
    { class: "games", "data-scrolls": "yes", tabindex: 0, "aria-label": "Games of the week", "data-testid": "games" },
    games.map(({ game, told }) =>
      h(
        "li",
        { key: game.id, "data-phase": told?.phase ?? "pregame" },
        h("b", {}, told && told.phase !== undefined && told.phase !== "pregame" ? scoreWords(game, told) : `${game.away} at ${game.home}`),
        h("span", { class: "quiet small" }, whenWords(game, told)),
      ),
    ),
  );
}

const scoreWords = (game, told) => `${game.away} ${told.away_score ?? 0} · ${game.home} ${told.home_score ?? 0}`;

function whenWords(game, told) {
  if (told?.phase === "final") return "Final";
  const words = told?.phase === "live" ? clockWords(told) : kickoffWords(game.kickoff);
  return told?.reviews ? `${words} · under review` : words;
}

function tile(model, { number, teams, own }, act) {
  const { state, week, ui } = model;
  const score = matchupOf(state, week, number, ui.scores);
  const sides = score ? [score.home, score.away] : teams.map((team) => ({ team, name: teamName(state, team), points: null, starters: [] }));
  const best = Math.max(...sides.map(({ points }) => points ?? 0));
  return h(
    "li",
    { key: number },
    h(
      "button",
      {
        ...{ class: "tile", type: "button", "data-own": own ? "yes" : null, "data-matchup": number },
        ...{ "data-testid": `matchup-${number}`, onclick: () => act.open(number) },
      },
      sides.map((side) =>
        h(
          "span",
          { class: "tile-side", key: side.team, "data-ahead": score && side.points === best ? "yes" : null },
          h("span", { class: "name cut" }, side.name),
          h("span", { class: "points" }, side.points === null ? "–" : pointsWords(side.points)),
          h("span", { class: "quiet small left" }, score && !done(model) ? leftWords(leftOf(state, week, side, ui.scores)) : null),
          tileLikely(model, number, side),
        ),
      ),
      tileChance(model, number, sides),
    ),
  );
}

const done = ({ state, week, ui }) => ["settled", "official"].includes(phaseOf(state, week, ui.scores));

function ticker({ ui }) {
  if (ui.ticker.length === 0) return null;
  return h(
    "section",
    { class: "ticker", "aria-labelledby": "ticker", key: "ticker" },
    h("h2", { id: "ticker" }, "Just now"),
    h(
      "ul",
      { "data-testid": "ticker" },
      ui.ticker.slice(0, 12).map(({ key, text, change, cause }) =>
        h(
          "li",
          { key, "data-cause": cause },
          h("b", { class: change > 0 ? "good" : "bad" }, changeWords(change)),
          h("span", {}, text.replace(changeWords(change), "").replace(" , ", ", ")),
        ),
      ),
    ),
  );
}

/** One's own teams, where a line-up is set. */
function myTeams({ state, own }, act) {
  if (own.length === 0) return null;
  return own.map((team) =>
    h(
      "section",
      { class: "my-team row wrap", key: `own${team}`, "aria-label": "Your team" },
      h("b", { class: "grow cut" }, teamName(state, team)),
      h("button", { class: "button primary", type: "button", "data-edit": team, "data-testid": "edit", onclick: () => act.edit(team) }, "Set line-up"),
    ),
  );
}

function table({ state, week, ui, own }) {
  const { rows, live } = tableOf(state, week, ui.scores);
  return h(
    "table",
    { class: "standings", key: "table", "data-testid": "standings" },
    h("caption", {}, live ? "Standings, if the week ended now" : "Standings"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ["", "Team", "W-L-T", "For", "Against"].map((words, n) => h("th", { scope: "col", key: n }, words || h("span", { class: "unseen" }, "Place"))),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map((row, n) =>
        h(
          "tr",
          { key: row.team, "data-own": own.includes(row.team) ? "yes" : null },
          h("td", {}, n + 1),
          h("th", { scope: "row" }, h("span", { class: "cut" }, teamName(state, row.team))),
          h("td", {}, `${row.wins}-${row.losses}-${row.ties}`),
          h("td", {}, pointsWords(row.points)),
          h("td", {}, pointsWords(row.against)),
        ),
      ),
    ),
  );
}
