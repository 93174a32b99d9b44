/**
 * Trails of laser pointers: what is left of them at an instant, and how the last points that
 * somebody told join on to those told before. Pure; time is given, never read.
 *
 * @typedef {[number, number]} At
 * @typedef {{at: At, t: number, first: boolean}} Dot `first`: nothing leads to it
 */

/** How long a point is seen. */
export const FADE_MS = 1_400;
/** As many as one message may hold. */
export const TOLD_MAX = 32;
const DOTS_MAX = 200;
const SHADES = 8;

/** A trail and one more point. @param {Dot[]} trail @param {At} at @returns {Dot[]} */
export function withPoint(trail, at, now, first = false) {
  const kept = fresh(trail, now);
  return [...kept, { at, t: now, first: first || kept.length === 0 }].slice(-DOTS_MAX);
}

/** What is still to be seen. @param {Dot[]} trail @returns {Dot[]} */
export function fresh(trail, now) {
  return trail.filter(({ t }) => now - t < FADE_MS);
}

/**
 * How many of `points` were told before: the longest end of `before` with which they begin.
 * @param {At[]} before @param {At[]} points
 */
export function overlap(before, points) {
  for (let count = Math.min(before.length, points.length); count > 0; count -= 1) {
    const start = before.length - count;
    if (points.slice(0, count).every((at, i) => same(at, before[start + i]))) return count;
  }
  return 0;
}

/**
 * A trail after another message. What is new happened since the message before, evenly: so it fades
 * one after the other, as it was drawn.
 * @param {Dot[]} trail @param {{before: At[], points: At[], since: number, now: number}} message
 * @returns {Dot[]}
 */
export function withMessage(trail, { before, points, since, now }) {
  const known = overlap(before, points);
  const come = points.slice(known);
  const start = Math.max(since, now - 100);
  let joined = trail;
  for (const [index, at] of come.entries()) {
    const t = start + ((now - start) * (index + 1)) / come.length;
    joined = withPoint(joined, at, t, index === 0 && known === 0);
  }
  return fresh(joined, now);
}

/**
 * Lines to draw, oldest and faintest first. @param {Dot[]} trail @returns {{points: At[], strength:
 * number}[]} strength over 0, to 1
 */
export function shadesOf(trail, now) {
  const lines = [];
  const seen = fresh(trail, now);
  for (const [index, dot] of seen.entries()) {
    if (dot.first || index === 0) {
      lines.push({ points: [dot.at], strength: shade(dot, now) });
      continue;
    }
    const line = lines.at(-1);
    const strength = shade(dot, now);
    if (strength === line.strength) line.points.push(dot.at);
    else lines.push({ points: [line.points.at(-1), dot.at], strength });
  }
  return lines;
}

function shade({ t }, now) {
  const left = 1 - (now - t) / FADE_MS;
  return Math.min(1, Math.ceil(left * SHADES) / SHADES);
}

function same(a, b) {
  return a[0] === b[0] && a[1] === b[1];
}
