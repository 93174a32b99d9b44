/**
 * Points of combined events, as server/rules/meet/combined.py counts them (SPEC AT24): the formula and
 * constants of the IAAF Scoring Tables for Combined Events, edition 2001 (reprint 2016).
 */

/** @type {Record<string, Record<string, [number, number, number]>>} A, B and C of each discipline */
export const TABLES = {
  men: {
    60: [58.015, 11.5, 1.81],
    100: [25.4347, 18, 1.81],
    200: [5.8425, 38, 1.81],
    400: [1.53775, 82, 1.81],
    1000: [0.08713, 305.5, 1.85],
    1500: [0.03768, 480, 1.85],
    '60H': [20.5173, 15.5, 1.92],
    '110H': [5.74352, 28.5, 1.92],
    LJ: [0.14354, 220, 1.4],
    HJ: [0.8465, 75, 1.42],
    PV: [0.2797, 100, 1.35],
    SP: [51.39, 1.5, 1.05],
    DT: [12.91, 4, 1.1],
    JT: [10.14, 7, 1.08],
  },
  women: {
    60: [46.0849, 13, 1.81],
    100: [17.857, 21, 1.81],
    200: [4.99087, 42.5, 1.81],
    400: [1.34285, 91.7, 1.81],
    800: [0.11193, 254, 1.88],
    1500: [0.02883, 535, 1.88],
    '60H': [20.0479, 17, 1.835],
    '100H': [9.23076, 26.7, 1.835],
    LJ: [0.188807, 210, 1.41],
    HJ: [1.84523, 75, 1.348],
    PV: [0.44125, 100, 1.35],
    SP: [56.0211, 1.5, 1.05],
    DT: [12.331, 3, 1.1],
    JT: [15.9803, 3.8, 1.04],
  },
};

const JUMPS = new Set(['LJ', 'HJ', 'PV']);
const THROWS = new Set(['SP', 'DT', 'JT']);
const BY_HAND_MS = 240;
const BY_HAND_400_MS = 140;

/** @param {string} discipline */
export const sortOf = (discipline) =>
  discipline === 'HJ' || discipline === 'PV' ? 'height' : discipline === 'LJ' || THROWS.has(discipline) ? 'distance' : 'track';

/** @param {string} table @param {string} discipline @param {number} value official ms or mm */
export function points(table, discipline, value) {
  const [a, b, c] = TABLES[table]?.[discipline] ?? [0, 0, 1];
  let better = (b * 1_000 - value) / 1_000;
  if (JUMPS.has(discipline)) better = (value - b * 10) / 10;
  else if (THROWS.has(discipline)) better = (value - b * 1_000) / 1_000;
  return better > 0 ? Math.trunc(a * better ** c) : 0;
}

/** The time that the tables are asked for: by hand a little longer. @param {any} event @param {string} discipline @param {number} value */
export function counted({ timing, metres = 0 }, discipline, value) {
  if (timing !== 'hand' || sortOf(discipline) !== 'track') return value;
  if (discipline === '400') return value + BY_HAND_400_MS;
  return value + (metres <= 200 && Number.parseInt(discipline, 10) <= 200 ? BY_HAND_MS : 0);
}
