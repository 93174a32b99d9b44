/**
 * The way of one thing in a phase, as what can be pulled: its bends, and between them where a new
 * one begins. A way with bends is a curve through them (SPEC BD66). Pure.
 *
 * @typedef {[number, number]} At
 */
import { isMover, lineOf } from "./moments.js";
import { stopId } from "./order.js";

const BENDS_MAX = 8;
const STRAIGHT_MM = 900;

/**
 * What the way goes through, from where the thing was to where it will be; null where it has none
 * that can be bent.
 * @returns {At[] | null}
 */
function through(objects, id, phase) {
  const stop = objects[stopId(phase ?? "", id)];
  const line = lineOf(objects);
  const span = line.phases.find((one) => one.id === phase);
  if (!span || !stop || stop.props.sampled || !isMover(objects[id])) return null;
  const place = (ms) => [line.at(ms)[id].x, line.at(ms)[id].y];
  const { at, points } = stop.props;
  const bends = (points ?? []).map(([dx, dy]) => [at[0] + dx, at[1] + dy]);
  return [place(span.start), ...bends, place(span.start + span.duration)];
}

/** Where the way can be taken hold of. @returns {{name: string, at: At}[]} */
export function wayHandles(objects, id, phase) {
  const spots = through(objects, id, phase);
  if (spots === null || far(spots) < STRAIGHT_MM) return [];
  const bends = spots.slice(1, -1).map((at, k) => ({ name: `way ${k}`, at }));
  if (bends.length >= BENDS_MAX) return bends;
  const between = spots.slice(1).map((_, k) => ({ name: `bend ${k}`, at: halfway(spots, k) }));
  return [...bends, ...between];
}

/**
 * The change of the stop when a handle is pulled to a place. A bend that comes to lie between its
 * neighbours is taken away.
 * @returns {{id: string, set: any}}
 */
export function bent(objects, id, phase, handle, to) {
  const spots = through(objects, id, phase);
  const [kind, number] = handle.split(" ");
  const index = Number(number) + 1;
  spots.splice(index, kind === "way" ? 1 : 0, to);
  if (offLine(to, spots[index - 1], spots[index + 1]) < STRAIGHT_MM) spots.splice(index, 1);
  const { at } = objects[stopId(phase, id)].props;
  const points = spots.slice(1, -1).map(([x, y]) => [Math.round(x - at[0]), Math.round(y - at[1])]);
  const set = points.length > 0 ? { points, curve: true } : { points: null, curve: null };
  return { id: stopId(phase, id), set };
}

/**
 * The change of the stop that says how a thing is at the end of a phase; a new stop, with its `sort`,
 * where it has none there. @param {{at: At}} end
 * @returns {{id: string, set: any, sort?: string}}
 */
export function endIn(objects, of, phase, { at, ...set }) {
  const id = stopId(phase, of);
  return objects[id] ? { id, set } : { id, sort: "stop", set: { phase, of, at, ...set } };
}

/** The end is elsewhere now, the bends where they were. @returns {{points?: At[]}} */
export function keptWay(stop, at) {
  if (!stop?.props.points || stop.props.sampled) return {};
  const [dx, dy] = [stop.props.at[0] - at[0], stop.props.at[1] - at[1]];
  return { points: stop.props.points.map(([x, y]) => [x + dx, y + dy]) };
}

/** The middle of one leg, on the curve. @returns {At} */
function halfway(spots, k) {
  const spot = (i) => spots[Math.max(0, Math.min(spots.length - 1, i))];
  const [a, b, c, d] = [spot(k - 1), spot(k), spot(k + 1), spot(k + 2)];
  return [0, 1].map((axis) => (9 * (b[axis] + c[axis]) - a[axis] - d[axis]) / 16);
}

function far(spots) {
  return Math.max(
    ...spots.map(([x, y]) => Math.hypot(x - spots[0][0], y - spots[0][1])),
  );
}

/** How far a place is from the straight way between two. */
function offLine([x, y], [ax, ay], [bx, by]) {
  const length = Math.hypot(bx - ax, by - ay);
  if (length === 0) return Math.hypot(x - ax, y - ay);
  const share = Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length ** 2));
  return Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay));
}
