/**
 * Time, timers and chance, as one value that tests replace. Nothing else in the client asks for
 * them.
 *
 * @typedef {object} Clock
 * @property {() => number} now wall time, ms since 1970
 * @property {() => number} monotonic ms since any point, never going back
 * @property {(ms: number, act: () => void) => () => void} after runs `act` once, later; returns how
 *   to cancel it
 * @property {() => number} random in [0, 1)
 */

/** @type {Clock} */
export const systemClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Letters of base64url, 6 random bits each. Plain HTTP has no crypto.randomUUID, but has
 * getRandomValues.
 * @param {number} length
 * @returns {string}
 */
export function randomName(length) {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => ALPHABET[byte & 63]).join('');
}
