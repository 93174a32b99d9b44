/** One matchup: both line-ups face to face, the bench, and why somebody's points are what they are. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { changeWords, clockWords, leftOf, leftWords, lockOf, matchupOf, phaseOf, pointsWords, statusOf } from "./reading.js";
import { chanceView, playerLikely, sideLikely } from "./likely_view.js";
import { dayTime } from "./words.js";

export function matchupView(model, act) {
  const { state, week, ui } = model;
  const score = matchupOf(state, week, ui.matchup, ui.scores);
  return h(
    "div",
    { class: "matchup", key: `matchup${ui.matchup}`, "data-testid": "matchup" },
    h(
      "button",
      { class: "button plain", type: "button", "data-testid": "all-matchups", onclick: () => act.open(null) },
      icon("back"),
      "All matchups",
    ),
    score === null ? h("div", { class: "skeleton tile-place", "aria-label": "Loading the matchup" }) : whole(model, score, act),
  );
}

function whole(model, score, act) {
  const { home, away } = score;
  const rows = home.starters.map((line, n) => [line, away.starters[n]]);
  return [
    scoreboard(model, score, act),
    h(
      "ol",
      { class: "faces", key: "faces", "aria-label": "Line-ups", "data-testid": "line-ups" },
      rows.map((pair, n) => face(model, `s${n}`, pair[0].place, pair, act)),
    ),
    bench(model, score, act),
  ];
}

function scoreboard(model, { home, away }, act) {
  const { state, week, ui, manages } = model;
  const over = ["settled", "official"].includes(phaseOf(state, week, ui.scores));
  const side = (which, one, other) =>
    h(
      "div",
      { class: `board-side ${which}`, key: which, "data-ahead": one.points > other.points ? "yes" : null },
      h("h2", { class: "cut" }, one.name),
      h("p", { class: "points", "data-testid": `points-${which}` }, pointsWords(one.points)),
      sideLikely(model, which),
      h("p", { class: "quiet small", "data-testid": `left-${which}` }, over ? "" : leftWords(leftOf(state, week, one, ui.scores))),
      manages(one.team) && !over
        ? h("button", { class: "button", type: "button", "data-edit": one.team, onclick: () => act.edit(one.team) }, "Set line-up")
        : null,
    );
  return h("section", { class: "scoreboard", key: "board", "aria-label": "Score" }, side("home", home, away), side("away", away, home), chanceView(model, home, away));
}

/** One place of both teams, and under it the trail of whom of them was asked about. */
function face(model, key, place, pair, act) {
  const traced = pair.find((line) => line?.player && line.player === model.ui.trail?.player);
  return h(
    "li",
    { class: "face", key },
    h("span", { class: "place" }, place),
    half(model, "home", pair[0], act),
    half(model, "away", pair[1], act),
    traced ? trail(model, traced) : null,
  );
}

function half(model, which, line, act, traces = true) {
  if (!line?.player) return h("div", { class: `half ${which} nobody`, key: which }, line ? h("span", { class: "quiet" }, "Nobody") : null);
  const { ui } = model;
  const change = ui.fresh[line.player];
  const props = {
    ...{ class: `half ${which}`, key: which, "data-player": line.player },
    "data-fresh": change ? (change > 0 ? "up" : "down") : null,
  };
  const inside = [
    h("span", { class: "name cut" }, line.name || line.player),
    h("span", { class: "quiet small where" }, whereWords(model, line)),
    h("span", { class: "points" }, pointsWords(line.points ?? 0)),
    playerLikely(model, line),
    h("span", { class: "change small", "aria-hidden": "true" }, change ? changeWords(change) : null),
  ];
  if (!traces) return h("div", props, inside);
  const open = ui.trail?.player === line.player;
  return h("button", { ...props, type: "button", "aria-expanded": String(open), onclick: () => act.trace(line.player) }, inside);
}

function whereWords({ state, week, ui, serverNow }, line) {
  const { words, at } = statusOf(state, week, line.team, ui.scores);
  const { locked } = lockOf(state, week, line.player, serverNow());
  return [line.position, at === "yet" && locked ? `${words}, locked` : words].filter(Boolean).join(" · ");
}

/** Each change of somebody's points with its play, newest first. */
function trail({ ui }, line) {
  const { lines, problem } = ui.trail;
  return h(
    "section",
    { class: "trail", key: "trail", "aria-label": `Points of ${line.name}`, "data-testid": "trail" },
    h("h3", {}, `${line.name}, ${pointsWords(line.points ?? 0)}`),
    problem ? h("p", { class: "notice bad-edge", role: "alert" }, problem) : null,
    lines === null && !problem ? h("div", { class: "skeleton line", "aria-label": "Loading" }) : null,
    lines?.length === 0 ? h("p", { class: "quiet" }, "No play has given or taken points yet.") : null,
    lines?.length ? h("ul", { tabindex: 0, "data-scrolls": "yes", "aria-label": "Changes, newest first" }, lines.map(trailLine)) : null,
  );
}

function trailLine({ cause, text, play, quarter, clock }) {
  const change = cause.after - cause.before;
  const when = [quarter ? clockWords({ quarter, clock }) : "", dayTime(cause.at)].filter(Boolean).join(" · ");
  return h(
    "li",
    { key: `${cause.feed}/${cause.version}/${cause.play ?? 0}`, "data-cause": cause.cause },
    h("b", { class: change > 0 ? "good" : "bad" }, changeWords(change)),
    h(
      "div",
      {},
      h("p", {}, text.slice(text.indexOf(", ") + 2), h("span", { class: "quiet small" }, ` · ${when}`)),
      play ? h("p", { class: "quiet" }, play) : null,
    ),
  );
}

function bench(model, { home, away }, act) {
  const count = Math.max(home.bench.length, away.bench.length);
  if (count === 0) return null;
  return h(
    "details",
    { class: "bench", key: "bench", open: true, "data-testid": "bench" },
    h("summary", {}, `Bench: ${benchWords(home)}, ${benchWords(away)}`),
    h(
      "ol",
      { class: "faces", "aria-label": "Bench" },
      Array.from({ length: count }, (_, n) =>
        h(
          "li",
          { class: "face", key: n },
          h("span", { class: "place" }, home.bench[n]?.place ?? away.bench[n].place),
          half(model, "home", home.bench[n], act, false),
          half(model, "away", away.bench[n], act, false),
        ),
      ),
    ),
  );
}

const benchWords = ({ name, bench: rows }) => `${name} ${pointsWords(rows.reduce((sum, { points = 0 }) => sum + points, 0))}`;

