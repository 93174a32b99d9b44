/** The line of the home team's win chance over the game. Pure. */
import { h } from "../parts/view.js";
import { chancesOf } from "./chance.js";

const BOX = { width: 320, height: 56 };
const PLAYS_LEAST = 5;
/** @type {WeakMap<object, {header: any, points: [number, number][]}>} */
const made = new WeakMap();

export function gameChanceView({ state }) {
  const points = pointsOf(state);
  if (points.length < PLAYS_LEAST) return null;
  const { home, away, phase } = state.header;
  const now = points[points.length - 1][1];
  const words = (chance) => percent(chance, phase === "final");
  const all = points.map(([, chance]) => chance);
  const label = `Win chance of ${home} by score and time: ${words(all[0])} at first, between ${percent(Math.min(...all))} and ${percent(Math.max(...all))} since, ${words(now)} now`;
  const { width, height } = BOX;
  const path = points.map(([x, y], n) => `${n ? "L" : "M"}${tenth(x * width)} ${tenth((1 - y) * height)}`);
  return h(
    "figure",
    { class: "game-chance", key: "chance", "data-testid": "game-chance" },
    h("figcaption", { class: "quiet small" }, h("span", {}, "Win chance by score and time"), h("span", {}, `${home} (top) ${words(now)} · ${away} ${words(1 - now)}`)),
    h(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": label },
      h("path", { class: "even", d: `M0 ${height / 2}H${width}` }),
      h("path", { class: "went", d: path.join("") }),
    ),
  );
}

function pointsOf({ header, plays, earlier }) {
  const known = made.get(plays);
  if (known?.header === header) return known.points;
  const points = chancesOf({ header, plays, earlier });
  made.set(plays, { header, points });
  return points;
}

/** Nobody is sure before the end. */
function percent(chance, over = false) {
  const whole = Math.round(100 * chance);
  if (!over && whole === 0) return "<1 %";
  if (!over && whole === 100) return ">99 %";
  return `${whole} %`;
}

const tenth = (value) => Math.round(10 * value) / 10;
