/**
 * Pitches to scale: one table of dimensions and what is painted from it. Millimetres; the origin is
 * the centre of the pitch, x along its length, y across it. Pure.
 */
import { h } from "../parts/view.js";

const YARD = 914.4;
const FOOT = 304.8;

/** Laws of the Game, law 1 (soccer); NFL rule 1 (American football). */
export const DIMENSIONS = {
  soccer: {
    name: "Soccer",
    length: 105_000,
    width: 68_000,
    margin: 4_000,
    line: 120,
    circle: 9_150,
    penaltyDepth: 16_500,
    penaltyWidth: 40_320,
    goalAreaDepth: 5_500,
    goalAreaWidth: 18_320,
    spot: 11_000,
    corner: 1_000,
    goalWidth: 7_320,
    goalDepth: 2_000,
    stripe: 5_500,
  },
  american_football: {
    name: "American football",
    length: 120 * YARD,
    width: (160 / 3) * YARD,
    margin: 3_000,
    line: 4 * 25.4,
    endZone: 10 * YARD,
    hashFromSideline: 70.75 * FOOT,
    hash: 2 * FOOT,
    sidelineGap: 4 * 25.4,
    numberTopFromSideline: 9 * YARD,
    numberHeight: 2 * YARD,
    goalWidth: 18.5 * FOOT,
    tryLine: 2 * YARD,
    stripe: 10 * YARD,
  },
};

/** The dimensions of a board; its settings may say another length and width. */
export function dimensionsOf(settings) {
  const table = DIMENSIONS[settings?.sport] ?? DIMENSIONS.soccer;
  return {
    ...table,
    length: settings?.length_mm || table.length,
    width: settings?.width_mm || table.width,
  };
}

/** Grass and markings, in the pitch's own coordinates. */
export function pitchView(settings) {
  const d = dimensionsOf(settings);
  const painted = settings?.sport === "american_football" ? footballField(d) : soccerPitch(d);
  return h(
    "g",
    { class: "pitch", "aria-hidden": "true", same: [settings?.sport, d.length, d.width] },
    grass(d),
    painted,
  );
}

function grass(d) {
  const left = -d.length / 2;
  // Mown stripes: an odd number between the goal lines, so that both ends look alike.
  const ends = d.endZone ?? 0;
  const mown = d.length - 2 * ends;
  const count = Math.round(mown / d.stripe / 2) * 2 - 1;
  const step = mown / count;
  const stripes = [];
  for (let i = 0; i < count; i += 2)
    stripes.push(rect(left + ends + i * step, -d.width / 2, step, d.width, "stripe"));
  return [
    rect(
      left - d.margin,
      -d.width / 2 - d.margin,
      d.length + 2 * d.margin,
      d.width + 2 * d.margin,
      "grass",
    ),
    ...stripes,
  ];
}

function soccerPitch(d) {
  const half = d.length / 2;
  return h(
    "g",
    { class: "chalk", "stroke-width": d.line * 1.4 },
    rect(-half, -d.width / 2, d.length, d.width),
    line(0, -d.width / 2, 0, d.width / 2),
    circle(0, 0, d.circle),
    spot(0, 0, d),
    soccerEnd(d, -1),
    soccerEnd(d, 1),
  );
}

function soccerEnd(d, side) {
  const end = (side * d.length) / 2;
  const inward = -side;
  const box = (depth, width) => rect(Math.min(end, end + inward * depth), -width / 2, depth, width);
  const spotX = end + inward * d.spot;
  // The arc is the part of the circle around the penalty mark that lies outside the penalty area.
  const reach = d.penaltyDepth - d.spot;
  const arcY = Math.sqrt(d.circle ** 2 - reach ** 2);
  const edge = end + inward * d.penaltyDepth;
  const sweep = side > 0 ? 0 : 1;
  const corner = (y) => {
    const into = y < 0 ? 1 : -1;
    const flag = side > 0 === y < 0 ? 0 : 1;
    return path(
      `M${end + inward * d.corner} ${y}A${d.corner} ${d.corner} 0 0 ${flag} ${end} ${y + into * d.corner}`,
    );
  };
  return h(
    "g",
    {},
    box(d.penaltyDepth, d.penaltyWidth),
    box(d.goalAreaDepth, d.goalAreaWidth),
    spot(spotX, 0, d),
    path(`M${edge} ${-arcY}A${d.circle} ${d.circle} 0 0 ${sweep} ${edge} ${arcY}`),
    corner(-d.width / 2),
    corner(d.width / 2),
    rect(
      Math.min(end, end + side * d.goalDepth),
      -d.goalWidth / 2,
      d.goalDepth,
      d.goalWidth,
      "goal",
    ),
  );
}

function footballField(d) {
  const half = d.length / 2;
  const goalLine = half - d.endZone;
  return h(
    "g",
    { class: "chalk", "stroke-width": d.line * 1.6 },
    rect(-half, -d.width / 2, d.endZone, d.width, "end-zone"),
    rect(half - d.endZone, -d.width / 2, d.endZone, d.width, "end-zone"),
    rect(-half, -d.width / 2, d.length, d.width),
    ...yardLines(d, goalLine),
    path(hashMarks(d, goalLine)),
    ...yardNumbers(d, goalLine),
    ...[-1, 1].flatMap((side) => {
      const tryX = side * (goalLine - d.tryLine);
      return [
        line(tryX, -YARD / 2, tryX, YARD / 2),
        h("line", {
          class: "goal-post",
          x1: side * half,
          y1: -d.goalWidth / 2,
          x2: side * half,
          y2: d.goalWidth / 2,
        }),
      ];
    }),
  );
}

function yardLines(d, goalLine) {
  const lines = [];
  for (let yards = 0; yards <= 100; yards += 5) {
    const x = -goalLine + yards * YARD;
    const gap = yards % 100 === 0 ? 0 : d.sidelineGap;
    lines.push(line(x, -d.width / 2 + gap, x, d.width / 2 - gap));
  }
  return lines;
}

function hashMarks(d, goalLine) {
  const inner = d.width / 2 - d.hashFromSideline;
  const side = d.width / 2 - d.sidelineGap;
  const marks = [];
  for (let yards = 1; yards < 100; yards += 1) {
    if (yards % 5 === 0) continue;
    const x = -goalLine + yards * YARD;
    for (const top of [-side, -inner - d.hash, inner, side - d.hash])
      marks.push(`M${round(x)} ${round(top)}v${d.hash}`);
  }
  return marks.join("");
}

function yardNumbers(d, goalLine) {
  const numbers = [];
  const fromMiddle = d.width / 2 - d.numberTopFromSideline - d.numberHeight / 2;
  for (let yards = 10; yards < 100; yards += 10) {
    const x = -goalLine + yards * YARD;
    const label = String(50 - Math.abs(50 - yards));
    for (const side of [1, -1]) {
      const turned = side < 0 ? ` rotate(180 ${round(x)} ${round(-fromMiddle)})` : "";
      numbers.push(
        h(
          "text",
          {
            class: "yard-number",
            x: round(x),
            y: round(side * fromMiddle),
            "font-size": d.numberHeight * 1.35,
            transform: turned.trim() || null,
          },
          [...label].join("\u2009"),
        ),
      );
    }
  }
  return numbers;
}

const round = (value) => Math.round(value);
const rect = (x, y, width, height, kind = null) =>
  h("rect", { class: kind, x: round(x), y: round(y), width: round(width), height: round(height) });
const line = (x1, y1, x2, y2) =>
  h("line", { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2) });
const circle = (cx, cy, r) => h("circle", { cx, cy, r });
const spot = (cx, cy, d) => h("circle", { class: "spot", cx, cy, r: d.line * 2 });
const path = (d) => h("path", { d });
