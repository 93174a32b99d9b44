/**
 * Charts as SVG: bars of groups, a spread of bars, dots of two measures. Each is one thing to a
 * keyboard and a screen reader: arrows go from mark to mark, and the mark that one is at is said and
 * shown beneath. The numbers stand in a table besides. Pure.
 */
import { h } from "../parts/view.js";
import { rangeOf, scaleOf, ticksOf } from "./scales.js";

const ROW = 30;
const BAR = 18;
/** Of a letter, roughly, in the chart's own units. */
const LETTER = 6.6;
const LABEL_MAX = 18;

/**
 * @param {{label: string, marks: {words: string}[], mark: number | null, width: number, height: number}} chart
 * @param {any} act @param {any[]} drawn
 */
function plot({ label, marks, mark, width, height }, act, ...drawn) {
  const at = mark === null ? null : Math.min(mark, marks.length - 1);
  const step = (event) => {
    const last = marks.length - 1;
    const now = at ?? -1;
    const to = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: last }[event.key];
    if (event.key === "Escape" && at !== null) act.mark(null);
    else if (to !== undefined) {
      event.preventDefault();
      act.mark(Math.max(0, Math.min(last, to)));
    }
  };
  return h(
    "figure",
    { class: "plot", key: "plot" },
    h(
      "svg",
      {
        ...{ viewBox: `0 0 ${width} ${height}`, role: "slider", tabindex: 0, "aria-label": `${label}. Arrow keys go through it` },
        ...{ "aria-orientation": "horizontal", "aria-valuemin": 0, "aria-valuemax": marks.length, "aria-valuenow": at === null ? 0 : at + 1 },
        ...{ "aria-valuetext": at === null ? countless(marks) : marks[at].words, "data-testid": "plot", onkeydown: step },
        // A finger that lets go has not gone elsewhere.
        onpointerleave: (event) => event.pointerType === "mouse" && act.mark(null),
      },
      drawn,
    ),
    h(
      "figcaption",
      { class: "quiet readout", "data-testid": "readout" },
      at === null ? label : h("b", {}, marks[at].words),
    ),
  );
}

const countless = (marks) => `${marks.length} marks`;

const text = (x, y, words, props = {}) => h("text", { x, y, ...props }, words);
const short = (words, most) => (words.length > most ? `${words.slice(0, Math.max(1, most - 1))}…` : words);

/** What a pointer or a finger is over. */
const over = (act, n) => ({ onpointerenter: () => act.mark(n), onpointerdown: () => act.mark(n) });

/**
 * Bars from zero, one under the other.
 * @param {{label: string, mark: number | null, narrow: boolean, bars: {name: string, value: number | null, said: string, words: string}[]}} chart
 */
export function barsView({ label, mark, narrow, bars }, act) {
  const width = narrow ? 360 : 760;
  const longest = Math.max(...bars.map(({ name }) => name.length));
  const left = Math.min(narrow ? 118 : 200, 12 + longest * LETTER * 1.15);
  const right = 58;
  const known = bars.map(({ value }) => value ?? 0);
  const [low, high] = rangeOf(known, { zero: true });
  const below = low < 0 ? right : 0;
  const place = scaleOf(low, high, left + below, width - right);
  const zero = place(0);
  return plot(
    { label, marks: bars, mark, width, height: bars.length * ROW + 8 },
    act,
    bars.map(({ name, value, said }, n) => {
      const [y, end] = [n * ROW + 4, place(value ?? 0)];
      const negative = (value ?? 0) < 0;
      return h(
        "g",
        { key: n, class: "bar", "data-on": mark === n ? "yes" : null, ...over(act, n) },
        h("rect", { class: "back", x: 0, y, width, height: ROW - 2 }),
        text(left - 8, y + ROW / 2 + 4, short(name, Math.floor((left - 8) / LETTER)), { "text-anchor": "end" }),
        h("rect", { class: "fill", x: Math.min(zero, end), y: y + (ROW - BAR) / 2 - 1, width: Math.max(value === null ? 0 : 1, Math.abs(end - zero)), height: BAR }),
        text(negative ? end - 6 : end + 6, y + ROW / 2 + 4, said, { class: "value", "text-anchor": negative ? "end" : "start" }),
      );
    }),
    h("line", { class: "axis", x1: zero, x2: zero, y1: 0, y2: bars.length * ROW + 4 }),
  );
}

/**
 * How many plays came to how much.
 * @param {{label: string, mark: number | null, narrow: boolean, bins: {from: number, to: number, plays: number, words: string}[],
 *   lines: {at: number, words: string}[], backwards?: boolean, tick: (value: number) => string}} chart
 */
export function spreadView({ label, mark, narrow, bins, lines, backwards = false, tick }, act) {
  const [width, height] = narrow ? [360, 230] : [760, 280];
  const [left, right, top, bottom] = [36, 10, 22, 24];
  const [low, high] = [bins[0].from, bins[bins.length - 1].to + 1];
  const x = backwards ? scaleOf(low, high, width - right, left) : scaleOf(low, high, left, width - right);
  const most = Math.max(...bins.map(({ plays }) => plays));
  const y = scaleOf(0, most, height - bottom, top);
  const one = Math.abs(x(bins[0].to + 1) - x(bins[0].from));
  return plot(
    { label, marks: bins, mark, width, height },
    act,
    ticksOf(0, most, 4).map((count) => [
      h("line", { class: "grid", key: `line${count}`, x1: left, x2: width - right, y1: y(count), y2: y(count) }),
      Number.isInteger(count) ? text(left - 6, y(count) + 4, count, { key: `count${count}`, class: "quiet", "text-anchor": "end" }) : null,
    ]),
    bins.map(({ from, to, plays }, n) => {
      const at = Math.min(x(from), x(to + 1));
      return h(
        "g",
        { key: n, class: "bar", "data-on": mark === n ? "yes" : null, ...over(act, n) },
        h("rect", { class: "back", x: at, y: top, width: one, height: height - bottom - top }),
        h("rect", { class: "fill", x: at + Math.min(1, one * 0.1), y: y(plays), width: Math.max(0.5, one - Math.min(2, one * 0.2)), height: height - bottom - y(plays) }),
      );
    }),
    h("line", { class: "axis", x1: left, x2: width - right, y1: height - bottom, y2: height - bottom }),
    ticksOf(low, high - 1, narrow ? 6 : 10).map((value) =>
      text((x(value) + x(value + bins[0].to - bins[0].from + 1)) / 2, height - 7, tick(value), { key: `tick${value}`, class: "quiet", "text-anchor": "middle" }),
    ),
    lines.map(({ at, words }, n) => [
      h("line", { class: "mean", key: `mean${n}`, x1: x(at), x2: x(at), y1: top - 4, y2: height - bottom }),
      text(Math.min(x(at) + 4, width - right - words.length * LETTER), 14, words, { key: `said${n}`, class: "value" }),
    ]),
  );
}

/**
 * Groups by two measures; the more plays, the larger.
 * @param {{label: string, mark: number | null, narrow: boolean, across: {name: string, said: (value: number) => string}, up:
 *   {name: string, said: (value: number) => string}, mean: {x: number | null, y: number | null},
 *   dots: {name: string, x: number, y: number, plays: number, words: string}[]}} chart
 */
export function dotsView({ label, mark, narrow, across, up, mean, dots }, act) {
  const [width, height] = narrow ? [360, 340] : [760, 440];
  const [left, right, top, bottom] = [52, 20, 26, 42];
  const [lowX, highX] = rangeOf(dots.map((dot) => dot.x), { air: 0.1 });
  const [lowY, highY] = rangeOf(dots.map((dot) => dot.y), { air: 0.1 });
  const [x, y] = [scaleOf(lowX, highX, left, width - right), scaleOf(lowY, highY, height - bottom, top)];
  const most = Math.max(...dots.map(({ plays }) => plays));
  const radius = (dot) => 4 + 10 * Math.sqrt(dot.plays / most);
  const labelled = free(dots.map((dot) => ({ ...dot, x: x(dot.x), y: y(dot.y), r: radius(dot) })), width);
  return plot(
    { label, marks: dots, mark, width, height },
    act,
    ticksOf(lowX, highX, narrow ? 4 : 7).map((value) => [
      h("line", { class: "grid", key: `x${value}`, x1: x(value), x2: x(value), y1: top, y2: height - bottom }),
      text(x(value), height - bottom + 16, across.said(value), { key: `xs${value}`, class: "quiet", "text-anchor": "middle" }),
    ]),
    ticksOf(lowY, highY, 5).map((value) => [
      h("line", { class: "grid", key: `y${value}`, x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      text(left - 6, y(value) + 4, up.said(value), { key: `ys${value}`, class: "quiet", "text-anchor": "end" }),
    ]),
    mean.x === null ? null : h("line", { class: "mean", key: "mean-x", x1: x(mean.x), x2: x(mean.x), y1: top, y2: height - bottom }),
    mean.y === null ? null : h("line", { class: "mean", key: "mean-y", x1: left, x2: width - right, y1: y(mean.y), y2: y(mean.y) }),
    text(width - right, height - 6, `${across.name} →`, { key: "across", class: "name", "text-anchor": "end" }),
    text(4, 14, `↑ ${up.name}`, { key: "up", class: "name" }),
    dots.map((dot, n) =>
      h(
        "g",
        { key: n, class: "dot", "data-on": mark === n ? "yes" : null, ...over(act, n) },
        h("circle", { cx: x(dot.x), cy: y(dot.y), r: radius(dot) }),
        labelled.has(n) || mark === n
          ? text(...placeOf(x(dot.x), y(dot.y), radius(dot) + 2, dot.name, width), {
              ...{ class: "value", "text-anchor": x(dot.x) > width * 0.75 ? "end" : "start" },
            })
          : null,
      ),
    ),
  );
}

/** Which dots have room for their names, the largest first; the others say theirs when one comes to them. @returns {Set<number>} */
function free(dots, width) {
  const taken = /** @type {number[][]} */ (dots.map(({ x, y, r }) => [x - r, x + r, y - r, y + r]));
  const named = new Set();
  for (const n of [...dots.keys()].sort((one, other) => dots[other].plays - dots[one].plays)) {
    const { x, y, r, name } = dots[n];
    const wide = short(name, LABEL_MAX).length * (LETTER + 0.8) + 4;
    const left = x > width * 0.75 ? x - r - 2 - wide : x + r + 2;
    const box = [left, left + wide, y - 8, y + 8];
    const hit = taken.some((other, m) => m !== n && box[0] < other[1] && box[1] > other[0] && box[2] < other[3] && box[3] > other[2]);
    if (hit) continue;
    named.add(n);
    taken.push(box);
  }
  return named;
}

/** Beside its dot, inside of the chart. */
const placeOf = (x, y, away, name, width) => /** @type {[number, number, string]} */ ([x > width * 0.75 ? x - away : x + away, y + 4, short(name, LABEL_MAX)]);
