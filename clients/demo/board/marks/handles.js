/**
 * What one can pull of the one thing that is selected, and what it becomes: ends, corners and bows
 * of marks, the direction of a player, the turn of equipment, zones and texts. Pure.
 *
 * @typedef {[number, number]} At
 * @typedef {{name: string, at: At, kind?: "point" | "middle" | "turn"}} Handle
 */
import { tokenRadius } from "../token_size.js";
import { itemSize } from "./items.js";

const POINTS_SHOWN = 12;
const STEP_DEGREES = 5;
const LINES = new Set(["line", "arrow", "measure"]);
const SMALLEST_MM = 500;

/** @returns {Handle[]} @param {import("../projection.js").Camera} camera */
export function handlePoints({ sort, props }, at, camera) {
  const add = ([dx, dy]) => /** @type {At} */ ([at[0] + dx, at[1] + dy]);
  if (LINES.has(sort)) return lineHandles(sort, props.points).map((one) => ({ ...one, at: add(one.at) }));
  if (sort === "zone" && props.shape === "polygon" && props.points)
    return props.points
      .slice(0, 2 * POINTS_SHOWN)
      .map((point, i) => ({ name: `p${i}`, at: add(point) }));
  const far = (mm) => mm + 22 * camera.unit;
  if (sort === "zone") {
    const corner = turned([props.size[0] / 2, props.size[1] / 2], props.turn ?? 0);
    const up = (camera.upright ? props.size[0] : props.size[1]) / 2;
    return [
      { name: "corner", at: add(corner) },
      { name: "turn", kind: "turn", at: add(towards(upward(props.turn, camera), far(up))) },
    ];
  }
  if (sort === "text")
    return [{ name: "turn", kind: "turn", at: add(towards(upward(props.turn, camera), far(2_200))) }];
  if (sort === "equipment") {
    const [length] = itemSize(props.item);
    return [{ name: "turn", kind: "turn", at: add(towards(props.turn ?? 0, far(length / 2))) }];
  }
  if (sort === "token")
    return [
      {
        name: "facing",
        kind: "turn",
        at: add(towards(props.facing ?? 0, far(tokenRadius(props, camera)))),
      },
    ];
  return [];
}

function lineHandles(sort, points) {
  const last = points.length - 1;
  const ends = [
    { name: "start", at: points[0] },
    { name: "end", at: points[last] },
  ];
  // Programs draw marks of a single point too: it has one place to be taken by.
  if (last < 1) return ends.slice(0, 1);
  if (sort === "measure" || points.length > POINTS_SHOWN) return ends;
  if (last > 1)
    return [...ends, ...points.slice(1, -1).map((at, i) => ({ name: `p${i + 1}`, at }))];
  const middle = [(points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2];
  return [...ends, { name: "middle", kind: "middle", at: middle }];
}

/** The properties that a thing gets when a handle is pulled to a place. */
export function reshaped({ sort, props }, name, to, upright) {
  const pulled = [to[0] - props.at[0], to[1] - props.at[1]];
  if (name === "facing") return { facing: steps(angleOf(pulled)) };
  if (name === "turn") {
    const up = sort === "equipment" ? 0 : upright ? 0 : 90;
    return { turn: steps(angleOf(pulled) + up) };
  }
  if (name === "corner") {
    const [x, y] = turned(pulled, -(props.turn ?? 0));
    return { size: [x, y].map((one) => Math.max(SMALLEST_MM, Math.round(Math.abs(one) * 2))) };
  }
  const point = pulled.map(Math.round);
  const { points } = props;
  if (name === "middle") return { points: [points[0], point, points[1]], curve: true };
  const index = { start: 0, end: points.length - 1 }[name] ?? Number(name.slice(1));
  const next = points.map((one, i) => (i === index ? point : one));
  return sort === "zone" ? { points: next, size: sizeOf(next) } : { points: next };
}

/** @param {At[]} points of a polygon, relative to its place @returns {At} */
export function sizeOf(points) {
  const extent = (axis) => {
    const values = points.map((point) => point[axis]);
    return Math.max(SMALLEST_MM, Math.max(...values) - Math.min(...values));
  };
  return [extent(0), extent(1)];
}

/** The screen's up, of something turned by `turn`, as a direction on the pitch. */
const upward = (turn, { upright }) => (turn ?? 0) - (upright ? 0 : 90);
const angleOf = ([x, y]) => (Math.atan2(y, x) * 180) / Math.PI;
const steps = (degrees) =>
  ((Math.round(degrees / STEP_DEGREES) * STEP_DEGREES) % 360 + 360) % 360;

/** @returns {At} */
function towards(degrees, mm) {
  const turn = (degrees * Math.PI) / 180;
  return [Math.cos(turn) * mm, Math.sin(turn) * mm];
}

/** @returns {At} */
function turned([x, y], degrees) {
  const turn = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return [x * cos - y * sin, x * sin + y * cos];
}
