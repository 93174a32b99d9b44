/**
 * How large things are and where their middle is, in millimetres of the pitch: for boxes that
 * select, for aligning, for words beside a thing. Pure.
 *
 * @typedef {[number, number]} At
 * @typedef {{left: number, top: number, right: number, bottom: number}} Bounds
 */
import { itemSize } from "./items.js";

/** Sorts that lie on the pitch and can be selected there. */
export const PICTURED = new Set([
  "token",
  "ball",
  "equipment",
  "line",
  "arrow",
  "zone",
  "text",
  "link",
  "measure",
]);

const RADIUS = { token: 1_700, ball: 935 };

/** Absolute points of an outline; none where nothing of it is on the pitch. @returns {At[]} */
export function outlineOf({ sort, props }, find) {
  if (sort === "link")
    return props.ends.map((id) => find(id)?.props.at).filter((at) => at !== undefined);
  if (!props.at) return [];
  const [x, y] = props.at;
  if (props.points && sort !== "stop") return props.points.map(([dx, dy]) => [x + dx, y + dy]);
  const [length, width] = extentOf(sort, props);
  const turn = ((props.turn ?? 0) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([i, j]) => {
    const [dx, dy] = [(i * length) / 2, (j * width) / 2];
    return [Math.round(x + dx * cos - dy * sin), Math.round(y + dx * sin + dy * cos)];
  });
}

function extentOf(sort, props) {
  const scale = (props.scale ?? 100) / 100;
  if (sort === "zone") return props.size;
  if (sort === "equipment") return itemSize(props.item).map((side) => side * scale);
  if (RADIUS[sort]) return [2 * RADIUS[sort] * scale, 2 * RADIUS[sort] * scale];
  if (sort !== "text") return [0, 0];
  const lines = props.text.split("\n");
  const longest = Math.max(...lines.map((line) => line.length));
  return [longest * 2_200 * 0.56 * scale, lines.length * 2_640 * scale];
}

/** @returns {Bounds | null} null for what has no place */
export function boundsOf(record, find = () => undefined) {
  const points = outlineOf(record, find);
  if (points.length === 0) return null;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
}

/** Where words about a thing go: its place, or the middle of what has none. @returns {At | null} */
export function middleOf(record, find = () => undefined) {
  if (record.props.at && !record.props.points) return record.props.at;
  const box = boundsOf(record, find);
  return (
    box && [Math.round((box.left + box.right) / 2), Math.round((box.top + box.bottom) / 2)]
  );
}

let last = { objects: null, order: [] };

/** Ids of what is drawn, in that order: by layer, then as they came. */
export function drawingOrder(objects) {
  if (last.objects !== objects) last = { objects, order: ordered(objects) };
  return last.order;
}

function ordered(objects) {
  return Object.keys(objects)
    .filter((id) => PICTURED.has(objects[id].sort))
    .map((id, index) => ({ id, index, layer: objects[id].props.layer ?? 0 }))
    .sort((a, b) => a.layer - b.layer || a.index - b.index)
    .map(({ id }) => id);
}
