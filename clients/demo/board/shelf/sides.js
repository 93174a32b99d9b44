/**
 * A side as a formation and back: where its players stand in thousandths of half the pitch, and who
 * goes where when a shape is put on. Pure but for the ids of new players.
 *
 * @typedef {{x: number, y: number, number?: number | null, role?: string | null}} Place
 * @typedef {[number, number]} At
 */
import { applyShape, placeOf } from "/js/kinds/formations.js";
import { newId } from "../commands.js";
import { isKeeper, wornBy } from "../kits.js";

const SLOTS_MAX = 30;
const ROLE_MAX = 16;

/** Tokens of a side by id. @param {Record<string, any>} objects where everything is now */
export function playersOf(objects, side) {
  return Object.entries(objects).filter(
    ([, { sort, props }]) => sort === "token" && props.side === side,
  );
}

/**
 * Whether a side attacks to +x (1) or to -x (-1): away from its keeper, else from where most of it
 * stands; with nobody there, home to the right.
 * @returns {1 | -1}
 */
export function directionOf(objects, side) {
  const players = playersOf(objects, side).map(([, { props }]) => props);
  const keeper = players.find(isKeeper);
  const middle = players.reduce((sum, { at }) => sum + at[0], 0);
  const x = keeper ? keeper.at[0] : middle;
  if (x === 0) return side === "away" ? -1 : 1;
  return x < 0 ? 1 : -1;
}

/**
 * The places of the players of a side who stand on the pitch, as if it attacked to the right.
 * @param {Record<string, any>} objects @param {"home" | "away"} side
 * @param {{length_mm: number, width_mm: number}} settings
 * @returns {Place[]}
 */
export function slotsOf(objects, side, { length_mm, width_mm }) {
  const direction = directionOf(objects, side);
  const part = (value, whole) => Math.round((direction * value * 1_000) / Math.floor(whole / 2)) || 0;
  return playersOf(objects, side)
    .map(([, { props }]) => ({
      x: part(props.at[0], length_mm),
      y: part(props.at[1], width_mm),
      ...(typeof props.number === "number" ? { number: props.number } : {}),
      ...(props.role ? { role: props.role.slice(0, ROLE_MAX) } : {}),
    }))
    .filter(({ x, y }) => Math.abs(x) <= 1_000 && Math.abs(y) <= 1_000)
    .slice(0, SLOTS_MAX);
}

/**
 * What putting a formation on a side does: who moves where, and who is new where a place stays open.
 * @param {{objects: Record<string, any>, settings: any, side: "home" | "away", slots: Place[],
 *   mirrored: boolean, turned: boolean, fill: boolean}} wanted `turned`: at the other end; `fill`: new
 *   players for open places
 * @returns {{moves: [string, At][], added: any[], benched: number}}
 */
export function applied({ objects, settings, side, slots, mirrored, turned, fill }) {
  const size = /** @type {At} */ ([settings.length_mm, settings.width_mm]);
  const usual = directionOf(objects, side);
  const direction = /** @type {1 | -1} */ (turned ? -usual : usual);
  const shape = { slots: slots.map(({ number = null, role = null, x, y }) => [number, role, x, y]) };
  const players = playersOf(objects, side).map(([id, { props }]) => ({ id, ...props }));
  const placements = applyShape(/** @type {any} */ (shape), players, size, direction, mirrored);
  const before = new Map(players.map(({ id, at }) => [id, String(at)]));
  const moves = placements
    .filter(({ id, at }) => before.get(id) !== String(at))
    .map(({ id, at }) => /** @type {[string, At]} */ ([id, at]));
  const beside = ({ at: [x, y] }) => Math.abs(x) > size[0] / 2 || Math.abs(y) > size[1] / 2;
  const benched = placements.filter((one) => one.slot === null && beside(one)).length;
  const taken = new Set(placements.map(({ slot }) => slot));
  const numbers = new Set(players.map(({ number }) => number));
  const worn = wornBy(objects, side);
  const open = fill ? shape.slots.map((slot, i) => [slot, i]).filter(([, i]) => !taken.has(i)) : [];
  const added = open.map(([slot]) => ({
    id: newId(),
    sort: "token",
    props: {
      at: placeOf(slot, size, direction, mirrored),
      side,
      ...(slot[0] !== null && !numbers.has(slot[0]) ? { number: slot[0] } : {}),
      ...(slot[1] ? { role: slot[1] } : {}),
      ...(slot[1] && isKeeper({ role: slot[1] }) ? {} : worn),
    },
  }));
  return { moves, added, benched };
}
