/** How far runners of a long race are, as server/rules/meet/laps.py says (SPEC AT22). */

/**
 * When somebody passed the finish line, ms since the start; the end is the time that was measured.
 * @param {any} result
 * @param {any} event
 * @returns {number[]}
 */
export function passings({ splits = [], time }, { laps = 0 }) {
  const passed = splits.slice(0, laps);
  return time && passed.length >= laps - 1 ? [...passed.slice(0, laps - 1), time] : passed;
}

/** When whoever was first passed the finish line for the first, the second time, and so on. @param {number[][]} everybody */
export function frontOf(everybody) {
  const most = Math.max(0, ...everybody.map((one) => one.length));
  return Array.from({ length: most }, (_, lap) => Math.min(...everybody.flatMap((one) => (one.length > lap ? [/** @type {number} */ (one[lap])] : []))));
}

/**
 * How often somebody was overtaken by a whole lap.
 * @param {number[]} own
 * @param {number[]} front
 * @param {boolean} running
 */
export function lapped(own, front, running) {
  const now = running ? front.length - own.length - 1 : 0;
  return own.reduce((behind, at, i) => Math.max(behind, front.filter((one) => one <= at).length - i - 1), Math.max(0, now));
}
