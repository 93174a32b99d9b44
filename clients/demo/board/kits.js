/**
 * Kit colours: what each side wears unless told otherwise, what can be read on it, and when two
 * kits need a pattern. Pure.
 */
import { readableOn } from "../parts/people.js";
import { ALIKE, leastDistance } from "./marks/colour_sight.js";

export const KITS = {
  home: { fill: "#ffd23f", keeper: "#0d9488", name: "Home" },
  away: { fill: "#1d4ed8", keeper: "#f97316", name: "Away" },
  neutral: { fill: "#e5e7eb", keeper: "#e5e7eb", name: "Neutral" },
  official: { fill: "#1f2937", keeper: "#1f2937", name: "Official" },
};

export const COLOURS = [
  ["#ffffff", "white"],
  ["#ffd23f", "yellow"],
  ["#f97316", "orange"],
  ["#dc2626", "red"],
  ["#db2777", "pink"],
  ["#7c3aed", "violet"],
  ["#1d4ed8", "blue"],
  ["#38bdf8", "sky"],
  ["#0d9488", "teal"],
  ["#166534", "green"],
  ["#78350f", "brown"],
  ["#1f2937", "black"],
];

/** As said of the player; unsaid, by the role. */
export function isKeeper(props) {
  if (typeof props.keeper === "boolean") return props.keeper;
  return /^(gk|goalkeeper|keeper)$/iu.test(props.role ?? "");
}

/** Fill and ink of a token; the ink is always readable, whatever was asked for. */
export function kitOf(props) {
  const kit = KITS[props.side ?? "neutral"];
  const fill = props.fill ?? (isKeeper(props) ? kit.keeper : kit.fill);
  return { fill, ink: props.ink ?? readableOn(fill), trim: props.trim ?? null };
}

/** The one fill that most tokens of a side wear. */
export function commonFill(objects, side) {
  const counts = new Map();
  for (const { sort, props } of Object.values(objects)) {
    if (sort !== "token" || props.side !== side || isKeeper(props)) continue;
    const { fill } = kitOf(props);
    counts.set(fill, (counts.get(fill) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** What a new player of a side puts on: what its field players wear, where that was said. */
export function wornBy(objects, side) {
  const fill = commonFill(objects, side);
  const mate = Object.values(objects).find(
    ({ sort, props }) => sort === "token" && props.side === side && props.fill && props.fill === fill,
  );
  const names = ["fill", "ink", "trim"].filter((name) => mate?.props[name]);
  return Object.fromEntries(names.map((name) => [name, mate.props[name]]));
}

let last = { objects: null, pattern: false };

/** Whether anybody sees home and away so alike that the away side is drawn with a pattern. */
export function needsPattern(objects) {
  if (last.objects === objects) return last.pattern;
  const home = commonFill(objects, "home");
  const away = commonFill(objects, "away");
  const pattern = home !== null && away !== null && leastDistance(home, away) < ALIKE;
  last = { objects, pattern };
  return pattern;
}
