/**
 * Things brought into order: along a line, at even distances, over and under each other. Pure: the
 * changes of one command out. Millimetres.
 *
 * @typedef {{id: string, set: any}} Change
 */
import { boundsOf } from "./bounds.js";

const LAYER_MAX = 1_000;
const SIDES = {
  left: (box) => box.left,
  centre: (box) => (box.left + box.right) / 2,
  right: (box) => box.right,
  top: (box) => box.top,
  middle: (box) => (box.top + box.bottom) / 2,
  bottom: (box) => box.bottom,
};

/** What has a place of its own, with its bounds. */
function placed(objects, ids) {
  return ids.flatMap((id) => {
    const record = objects[id];
    const box = record?.props.at && boundsOf(record, (one) => objects[one]);
    return box ? [{ id, at: record.props.at, box }] : [];
  });
}

function moves(things, shift) {
  return things.flatMap((thing) => {
    const [dx, dy] = shift(thing);
    const at = [Math.round(thing.at[0] + dx), Math.round(thing.at[1] + dy)];
    return at[0] === thing.at[0] && at[1] === thing.at[1] ? [] : [{ id: thing.id, set: { at } }];
  });
}

/** @param {keyof typeof SIDES} side @returns {Change[]} */
export function aligned(objects, ids, side) {
  const things = placed(objects, ids);
  if (things.length < 2) return [];
  const values = things.map(({ box }) => SIDES[side](box));
  const target =
    side === "left" || side === "top"
      ? Math.min(...values)
      : side === "right" || side === "bottom"
        ? Math.max(...values)
        : (Math.min(...values) + Math.max(...values)) / 2;
  const along = side === "left" || side === "centre" || side === "right" ? 0 : 1;
  return moves(things, ({ box }) => {
    const by = target - SIDES[side](box);
    return along === 0 ? [by, 0] : [0, by];
  });
}

/** The middles at even distances between the first and the last. @returns {Change[]} */
export function distributed(objects, ids, axis) {
  const middle = ({ box }) => (axis === 0 ? SIDES.centre(box) : SIDES.middle(box));
  const things = placed(objects, ids).sort((a, b) => middle(a) - middle(b));
  if (things.length < 3) return [];
  const [first, last] = [middle(things[0]), middle(things.at(-1))];
  const step = (last - first) / (things.length - 1);
  const wanted = new Map(things.map(({ id }, i) => [id, first + i * step]));
  return moves(things, (thing) => {
    const by = wanted.get(thing.id) - middle(thing);
    return axis === 0 ? [by, 0] : [0, by];
  });
}

/**
 * Over or under the others; within what is ordered the order stays.
 * @param {"front" | "forward" | "backward" | "back"} where @returns {Change[]}
 */
export function ordered(objects, ids, where) {
  const layer = (id) => objects[id].props.layer ?? 0;
  const chosen = new Set(ids.filter((id) => objects[id] && has(objects[id], "layer")));
  const others = Object.keys(objects)
    .filter((id) => !chosen.has(id) && has(objects[id], "layer"))
    .map(layer);
  if (chosen.size === 0) return [];
  const own = [...chosen].map(layer);
  const [lowest, highest] = [Math.min(...own), Math.max(...own)];
  const above = others.filter((one) => one >= highest);
  const below = others.filter((one) => one <= lowest);
  const by = {
    front: Math.max(...others, lowest - 1) + 1 - lowest,
    back: Math.min(...others, highest + 1) - 1 - highest,
    forward: above.length > 0 ? Math.min(...above) + 1 - lowest : 0,
    backward: below.length > 0 ? Math.max(...below) - 1 - highest : 0,
  }[where];
  return [...chosen].flatMap((id) => {
    const value = Math.max(-LAYER_MAX, Math.min(LAYER_MAX, layer(id) + by));
    return value === layer(id) ? [] : [{ id, set: { layer: value } }];
  });
}

/** Comments are over everything, phases and stops have no picture. */
const has = ({ sort }) => sort !== "phase" && sort !== "stop" && sort !== "comment";

/** Two things in each other's place. @returns {Change[]} */
export function swapped(objects, ids) {
  const [a, b] = placed(objects, ids);
  if (!a || !b) return [];
  return [
    { id: a.id, set: { at: b.at } },
    { id: b.id, set: { at: a.at } },
  ];
}
