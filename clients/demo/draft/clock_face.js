/**
 * What a clock shows: from the absolute deadline and the server's time, and never more than a moment
 * ago (SPEC DR81). Pure.
 *
 * @typedef {{sort?: string, deadline?: number, left?: number, base?: number, version: number} | null} Turn
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** From here on it is larger and warm; from `LAST` on it may be heard. */
export const SOON = 10 * SECOND;
export const LAST = 5 * SECOND;

/** @param {number} ms @returns {string} what is left, rounded up: 0 only when it is over */
export function timeWords(ms) {
  const left = Math.max(0, Math.ceil(ms / SECOND) * SECOND);
  const two = (value) => String(Math.floor(value)).padStart(2, "0");
  if (left >= DAY) return `${Math.floor(left / DAY)} d ${Math.floor((left % DAY) / HOUR)} h`;
  if (left >= HOUR)
    return `${Math.floor(left / HOUR)}:${two((left % HOUR) / MINUTE)}:${two((left % MINUTE) / SECOND)}`;
  return `${Math.floor(left / MINUTE)}:${two((left % MINUTE) / SECOND)}`;
}

/**
 * @param {Turn} turn @param {string} phase @param {number} now log time
 * @returns {{text: string, tone: "" | "soon" | "last" | "over" | "still", ms: number | null, bank: boolean}}
 */
export function clockFace(turn, phase, now) {
  if (!turn || phase === "ended" || phase === "waiting")
    return { text: "", tone: "still", ms: null, bank: false };
  if (phase === "paused")
    return {
      text: turn.left === undefined ? "Paused" : timeWords(turn.left),
      ...{ tone: "still", ms: turn.left ?? null, bank: false },
    };
  if (turn.deadline === undefined) return { text: "No limit", tone: "still", ms: null, bank: false };
  const ms = turn.deadline - now;
  const tone = ms <= 0 ? "over" : ms <= LAST ? "last" : ms <= SOON ? "soon" : "";
  return { text: timeWords(ms), tone, ms, bank: turn.base !== undefined && now >= turn.base };
}

/** The same clock a moment later: while nobody gives more time, it never shows more. */
export class Falling {
  #of = "";
  #least = Infinity;

  /** @param {Turn} turn @param {string} phase @param {number} now */
  at(turn, phase, now) {
    const of = `${turn?.version} ${turn?.deadline} ${phase}`;
    if (of !== this.#of) this.#least = Infinity;
    this.#of = of;
    const running = phase === "live" && turn?.deadline !== undefined;
    if (running) this.#least = Math.min(this.#least, turn.deadline - now);
    return clockFace(turn, phase, running ? turn.deadline - this.#least : now);
  }
}
