/**
 * How a named shape is applied to the players of a side (SPEC LB82 to LB86): the steps of
 * server/formations.py, compared with it by a test. Pure.
 *
 * @typedef {[number, number]} At millimetres from the centre, or length and width
 * @typedef {[number, string, number, number]} Slot number, role, x, y in thousandths of half
 * @typedef {{id: string, sport: string, size: number, use: string, name: string, slots: Slot[]}}
 *   Shape
 * @typedef {{id: string, at: At, number?: number | null, role?: string | null, keeper?: boolean |
 *   null}} Player
 * @typedef {{id: string, at: At, slot: number | null}} Placement `slot` is null on the bench
 */
import { SHAPES } from './formation_table.js';

const TIER = 10_000_000;
const OUTSIDE_TIERS = 8;
const WRONG_KEEPER_TIERS = 4;
const BENCH_PERCENT = 6;
const BENCH_STEPS = 40;

/**
 * The shapes of a sport, the usual one first.
 * @param {string} sport
 * @returns {Shape[]}
 */
export function shapesOf(sport) {
  return SHAPES.filter((shape) => shape.sport === sport);
}

/**
 * Where a slot is on a pitch of `size`, for a side that attacks to +x (1) or to -x (-1).
 * @param {Slot} slot
 * @param {At} size
 * @param {1 | -1} direction
 * @param {boolean} mirrored
 * @returns {At}
 */
export function placeOf([, , x, y], [length, width], direction, mirrored) {
  return [
    direction * part(x, length) || 0,
    direction * part(mirrored ? -y : y, width) || 0,
  ];
}

/**
 * @param {number} thousandths
 * @param {number} whole
 */
function part(thousandths, whole) {
  return Math.trunc((thousandths * Math.trunc(whole / 2)) / 1000);
}

/**
 * Where each player of a side goes, in the order of the players.
 * @param {Shape} shape
 * @param {Player[]} players
 * @param {At} size
 * @param {1 | -1} direction
 * @param {boolean} [mirrored]
 * @returns {Placement[]}
 */
export function applyShape(shape, players, size, direction, mirrored = false) {
  const places = shape.slots.map((slot) => placeOf(slot, size, direction, mirrored));
  const costs = players.map((player) =>
    shape.slots.map((slot, i) => cost(player, slot, /** @type {At} */ (places[i]), size)),
  );
  const chosen = assign(costs);
  const benched = players.filter((player, i) => !chosen.has(i) && outside(player.at, size));
  const free = bench(benched.map(({ at }) => at), size, direction);
  let used = 0;
  return players.map(({ id, at }, i) => {
    const slot = chosen.get(i);
    if (slot !== undefined) return { id, at: /** @type {At} */ (places[slot]), slot };
    if (outside(at, size)) return { id, at, slot: null };
    // A bench that is full takes nobody: they stay where they are.
    const place = free[used] ?? at;
    used += 1;
    return { id, at: place, slot: null };
  });
}

/** @param {string | null | undefined} role */
const keeps = (role) => role === 'GK' || role === 'G';

/**
 * @param {Player} player
 * @param {Slot} slot
 * @param {At} at
 * @param {At} size
 */
function cost(player, [number, role], at, size) {
  const [dx, dy] = [player.at[0] - at[0], player.at[1] - at[1]];
  let sum = Math.floor(Math.sqrt(dx * dx + dy * dy));
  if ((player.role ?? null) !== role) sum += 2 * TIER;
  else if ((player.number ?? null) !== number) sum += TIER;
  if ((Boolean(player.keeper) || keeps(player.role)) !== keeps(role))
    sum += WRONG_KEEPER_TIERS * TIER;
  if (outside(player.at, size)) sum += OUTSIDE_TIERS * TIER;
  return sum;
}

/**
 * @param {At} at
 * @param {At} size
 */
function outside([x, y], [length, width]) {
  return Math.abs(x) > Math.trunc(length / 2) || Math.abs(y) > Math.trunc(width / 2);
}

/**
 * Free places beyond the lower touchline.
 * @param {At[]} taken
 * @param {At} size
 * @param {1 | -1} direction
 * @returns {At[]}
 */
function bench(taken, [length, width], direction) {
  const step = Math.trunc(length / BENCH_STEPS);
  const deep = Math.trunc((width * BENCH_PERCENT) / 100);
  const y = Math.trunc(width / 2) + deep;
  /** @type {At[]} */
  const free = [];
  for (let row = 0; row < 2; row += 1)
    for (let n = 0; n < BENCH_STEPS; n += 1) {
      const i = n < BENCH_STEPS / 2 ? n + 1 : BENCH_STEPS / 2 - 1 - n;
      const [px, py] = [-direction * step * i, y + row * deep];
      if (taken.every(([x, z]) => Math.abs(px - x) >= step || Math.abs(py - z) >= deep))
        free.push([px, py]);
    }
  return free;
}

/**
 * The assignment of rows to columns with the least sum (Kuhn 1955, Munkres 1957).
 * @param {number[][]} costs
 * @returns {Map<number, number>}
 */
export function assign(costs) {
  const [n, m] = [costs.length, costs[0]?.length ?? 0];
  if (n === 0 || m === 0) return new Map();
  if (n > m) {
    const turned = assign(Array.from({ length: m }, (_, j) => costs.map((row) => row[j] ?? 0)));
    return new Map([...turned].map(([row, column]) => [column, row]));
  }
  const at = (/** @type {number[]} */ list, /** @type {number} */ i) => list[i] ?? 0;
  const [ofRow, ofColumn] = [new Array(n + 1).fill(0), new Array(m + 1).fill(0)];
  const [takenBy, cameFrom] = [new Array(m + 1).fill(0), new Array(m + 1).fill(0)];
  for (let row = 1; row <= n; row += 1) {
    takenBy[0] = row;
    let column = 0;
    const least = new Array(m + 1).fill(Infinity);
    const used = new Array(m + 1).fill(false);
    while (takenBy[column] !== 0) {
      used[column] = true;
      const current = at(takenBy, column);
      let [delta, following] = [Infinity, 0];
      for (let j = 1; j <= m; j += 1) {
        if (used[j]) continue;
        const reduced = at(costs[current - 1] ?? [], j - 1) - ofRow[current] - ofColumn[j];
        if (reduced < least[j]) [least[j], cameFrom[j]] = [reduced, column];
        if (least[j] < delta) [delta, following] = [least[j], j];
      }
      for (let j = 0; j <= m; j += 1) {
        if (used[j]) {
          ofRow[at(takenBy, j)] += delta;
          ofColumn[j] -= delta;
        } else least[j] -= delta;
      }
      column = following;
    }
    while (column !== 0) {
      const before = at(cameFrom, column);
      takenBy[column] = takenBy[before];
      column = before;
    }
  }
  /** @type {Map<number, number>} */
  const chosen = new Map();
  for (let j = 1; j <= m; j += 1) if (takenBy[j] !== 0) chosen.set(takenBy[j] - 1, j - 1);
  return chosen;
}
