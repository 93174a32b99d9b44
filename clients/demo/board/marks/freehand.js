/**
 * What a hand drew, made into the points of a mark: smoothed, with as few points as look the same.
 * Pure; lengths in millimetres.
 *
 * @typedef {[number, number]} At
 */
import { distanceToSegment, lengthOf, simplify } from "../strokes.js";

const SPACING_PX = 4;
const REACH = 3;
const SIMPLIFY_PX = 2;
const STRAIGHT_PX = 7;
const BENT_PX = 4;

/**
 * @param {At[]} points as the pointer gave them @param {number} unit mm a pixel
 * @param {"hand" | "straight" | "curve"} path how the person wants it
 * @returns {At[]} from the first point to the last; two for what is straight
 */
export function pathOf(points, unit, path = "hand") {
  const [first, last] = [points[0], points.at(-1)];
  if (path === "straight") return [first, last];
  if (path === "curve") return bent(points, unit);
  const straight = simplify(points, STRAIGHT_PX * unit);
  if (straight.length === 2) return straight;
  return simplify(smoothed(points, SPACING_PX * unit), SIMPLIFY_PX * unit);
}

/** A bow through the point furthest from the straight way; its height keeps the hand's side. */
function bent(points, unit) {
  const [first, last] = [points[0], points.at(-1)];
  let [most, far] = [BENT_PX * unit, null];
  for (const point of points) {
    const off = distanceToSegment(point, first, last);
    if (off > most) [most, far] = [off, point];
  }
  return far ? [first, far, last] : [first, last];
}

/**
 * Evenly spaced along the way, each the weighted mean of its neighbours; the ends stay where they
 * are. @param {At[]} points @param {number} spacing @returns {At[]}
 */
export function smoothed(points, spacing) {
  const even = resampled(points, spacing);
  return even.map((point, i) => {
    const reach = Math.min(REACH, i, even.length - 1 - i);
    if (reach === 0) return point;
    let [x, y, weights] = [0, 0, 0];
    for (let step = -reach; step <= reach; step += 1) {
      const weight = reach + 1 - Math.abs(step);
      x += even[i + step][0] * weight;
      y += even[i + step][1] * weight;
      weights += weight;
    }
    return [Math.round(x / weights), Math.round(y / weights)];
  });
}

function resampled(points, spacing) {
  const total = lengthOf(points);
  const pieces = Math.max(1, Math.round(total / spacing));
  const result = [points[0]];
  let [walked, i] = [0, 1];
  for (let step = 1; step < pieces; step += 1) {
    const wanted = (total * step) / pieces;
    while (i < points.length - 1 && walked + apart(points[i - 1], points[i]) < wanted) {
      walked += apart(points[i - 1], points[i]);
      i += 1;
    }
    const piece = apart(points[i - 1], points[i]);
    const part = piece === 0 ? 0 : (wanted - walked) / piece;
    result.push(
      /** @type {At} */ (
        [0, 1].map((k) =>
          Math.round(points[i - 1][k] + (points[i][k] - points[i - 1][k]) * part),
        )
      ),
    );
  }
  return [...result, points.at(-1)];
}

const apart = (a, b) => Math.hypot(b[0] - a[0], b[1] - a[1]);
