/** As of when a game is seen that is paused, or watched from an earlier moment on (SPEC TS1), as the server works it out. Pure. */
const LASTS_MS = 86_400_000;
/** Clocks of devices differ by so much. */
const NEAR_MS = 750;

/**
 * Log time, ms.
 * @param {{watching?: {at: number, since: number, speed: number}, delay: number, now: number}} how
 */
export function asOf({ watching, delay, now }) {
  const latest = now - 1_000 * delay;
  if (watching === undefined || now >= watching.since + LASTS_MS) return latest;
  return Math.min(latest, watching.at + watching.speed * Math.max(0, now - watching.since));
}

/** Whether one sees less than the delay would show. */
export function isBehind(how) {
  if (how.watching === undefined) return false;
  return how.watching.speed === 0 || asOf(how) < how.now - 1_000 * how.delay - NEAR_MS;
}

/** "12:03:20" */
export function timeWords(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** "Paused at 12:03:20", "Watching as of 12:03:20, 2 times as fast" */
export function watchingWords({ speed }, at) {
  if (speed === 0) return `Paused at ${timeWords(at)}`;
  return `Watching as of ${timeWords(at)}${speed > 1 ? `, ${speed} times as fast` : ""}`;
}
