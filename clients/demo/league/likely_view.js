/** Projected points and win chances, in the secondary colour and never without their label. Pure. */
import { h } from "../parts/view.js";
import { chanceWords, corners, lineWords, likelyOf, SURE } from "./likely.js";
import { pointsWords, statusOf } from "./reading.js";

const LINE = { width: 320, height: 64 };

const ofModel = ({ state, week, ui }, matchup = ui.matchup) => likelyOf(state, week, matchup, ui.scores);

/** A side's projected points under its score. */
export function sideLikely(model, which) {
  const likely = ofModel(model);
  if (!likely) return null;
  return h("p", { class: "likely small", "data-testid": `projected-${which}` }, `Projected ${pointsWords(likely[which].projected)}`);
}

/** A player's, while anything is to come of his game. */
export function playerLikely(model, line) {
  const points = ofModel(model)?.players[line.player];
  const { at } = statusOf(model.state, model.week, line.team, model.ui.scores);
  if (points === undefined || !["yet", "playing"].includes(at)) return null;
  return h("span", { class: "likely small" }, h("span", { class: "unseen" }, "projected "), h("span", { "aria-hidden": "true" }, "proj "), pointsWords(points));
}

/** On the week's card. */
export function tileLikely(model, number, side) {
  const likely = ofModel(model, number);
  if (!likely) return null;
  const [home] = model.state.schedule[model.week][number - 1];
  return h("span", { class: "likely small" }, `Projected ${pointsWords((side.team === home ? likely.home : likely.away).projected)}`);
}

export function tileChance(model, number, [home, away]) {
  const likely = ofModel(model, number);
  return likely ? chanceBar(likely.chance, home.name, away.name, "span") : null;
}

/** Both sides' chances, and how they went. */
export function chanceView(model, home, away) {
  const likely = ofModel(model);
  if (!likely) return null;
  return h("div", { class: "chances", key: "chances", "data-testid": "chances" }, chanceBar(likely.chance, home.name, away.name, "div"), chanceLine(model, home, away));
}

function chanceBar(chance, home, away, tag) {
  const words = `Win chance: ${home} ${chanceWords(chance)}, ${away} ${chanceWords(SURE - chance)}`;
  return h(
    tag,
    { class: "chance", key: "chance", role: "img", "aria-label": words, "data-chance": chance },
    h("span", { class: "small" }, `${chanceWords(chance)} to win`),
    h("span", { class: "chance-bar", vars: { chance: `${chance / 100}%` } }),
    h("span", { class: "small" }, chanceWords(SURE - chance)),
  );
}

function chanceLine({ ui, week }, home, away) {
  const line = ui.line;
  if (!line || line.week !== week || line.matchup !== ui.matchup || line.points.length < 3) return null;
  const { width, height } = LINE;
  const path = corners(line.points, width, height).map(([x, y], n) => `${n ? "L" : "M"}${x} ${y}`);
  return h(
    "figure",
    { class: "chance-line", key: "line" },
    h(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": lineWords(line.points, home.name, away.name), "data-testid": "chance-line" },
      h("path", { class: "even", d: `M0 ${height / 2}H${width}` }),
      h("path", { class: "went", d: path.join("") }),
    ),
    h("figcaption", { class: "quiet small" }, h("span", {}, "Win chance over game time"), h("span", {}, `top: ${home.name}`)),
  );
}
