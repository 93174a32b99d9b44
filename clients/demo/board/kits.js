/**
 * Kit colours: what each side wears unless told otherwise, what can be read on it, and when two
 * kits need a pattern. Pure.
 */
import { readableOn } from "../parts/people.js";

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

const ALIKE = 0.16;

export function isKeeper(props) {
  return /^(gk|goalkeeper|keeper)$/iu.test(props.role ?? "");
}

/** Fill and ink of a token; the ink is always readable, whatever was asked for. */
export function kitOf(props) {
  const kit = KITS[props.side ?? "neutral"];
  const fill = props.fill ?? (isKeeper(props) ? kit.keeper : kit.fill);
  return { fill, ink: props.ink ?? readableOn(fill), trim: props.trim ?? null };
}

/** The one fill that most tokens of a side wear. */
function commonFill(objects, side) {
  const counts = new Map();
  for (const { sort, props } of Object.values(objects)) {
    if (sort !== "token" || props.side !== side || isKeeper(props)) continue;
    const { fill } = kitOf(props);
    counts.set(fill, (counts.get(fill) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** Whether home and away are so alike that the away side is drawn with a pattern. */
export function needsPattern(objects) {
  const home = commonFill(objects, "home");
  const away = commonFill(objects, "away");
  return home !== null && away !== null && distance(home, away) < ALIKE;
}

/** Distance of two colours in OKLab, 0 to about 1. */
export function distance(a, b) {
  const [p, q] = [oklab(a), oklab(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

function oklab(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122 * r + 0.5363 * g + 0.0514 * b);
  const m = Math.cbrt(0.2119 * r + 0.6807 * g + 0.1074 * b);
  const s = Math.cbrt(0.0883 * r + 0.2817 * g + 0.63 * b);
  return [
    0.2105 * l + 0.7936 * m - 0.0041 * s,
    1.978 * l - 2.4286 * m + 0.4506 * s,
    0.0259 * l + 0.7828 * m - 0.8087 * s,
  ];
}
