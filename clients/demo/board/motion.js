/**
 * Where things are drawn at this instant, while others drag them or just dropped them.
 *
 * Others' drags arrive as samples and are shown a little behind (arrivals.js), between two samples,
 * so that they glide. A change that came otherwise settles in 120 ms. One's own finger is never
 * delayed. Time is given, never read.
 *
 * @typedef {[number, number]} At
 */

import { Arrivals } from "./arrivals.js";

export const SETTLE_MS = 120;
const HOLD_AFTER_DRAG_MS = 600;
const SAMPLES_MAX = 16;

export class Motion {
  /** @type {Map<string, {samples: {t: number, at: At}[], arrived: number, ended: number | null, base: string}>} */
  #drags = new Map();
  /** @type {Map<string, {from: At, to: At, start: number}>} */
  #settling = new Map();
  /** @type {Map<string, At>} */
  #shown = new Map();
  #arrivals = new Arrivals();
  #still;

  /** @param {{still?: () => boolean}} options `still`: whether the person asked for no motion */
  constructor({ still = () => false } = {}) {
    this.#still = still;
  }

  /** Somebody else drags `id` over `at`. `rest` is where the room says it is. */
  sample(id, at, rest, now) {
    const seen = now - this.#arrivals.behind(now);
    let drag = this.#drags.get(id);
    if (!drag || drag.ended !== null) {
      const start = this.#shown.get(id) ?? rest;
      const samples = [{ t: seen, at: start }];
      drag = { samples, arrived: -Infinity, ended: null, base: String(rest) };
      this.#drags.set(id, drag);
    }
    this.#arrivals.note(now - drag.arrived);
    drag.arrived = now;
    const last = drag.samples.at(-1);
    // It has been reached and waited at: the way goes on from there, now.
    if (last.t < seen) drag.samples.push({ t: seen, at: last.at });
    drag.samples.push({ t: this.#arrivals.shownAs(now, last.t), at });
    if (drag.samples.length > SAMPLES_MAX) drag.samples.splice(0, drag.samples.length - SAMPLES_MAX);
  }

  /**
   * The drag of `id` is over; what was dropped may come a moment later than the end of the drag.
   */
  release(id, now) {
    const drag = this.#drags.get(id);
    if (drag && drag.ended === null) drag.ended = now;
  }

  /**
   * Where to draw `id`, which rests at `rest` or is under one's own finger at `own`.
   * @param {string} id @param {At} rest @param {At | null} own @param {number} now @returns {At}
   */
  place(id, rest, own, now) {
    const at = own ?? this.#gliding(id, rest, now) ?? this.#settled(id, rest, now);
    if (own) {
      this.#settling.delete(id);
      this.#drags.delete(id);
    }
    this.#shown.set(id, at);
    return at;
  }

  /** Where it was drawn last. @param {string} id @returns {At | undefined} */
  last(id) {
    return this.#shown.get(id);
  }

  /** Whether anything will look different in the next frame. */
  get moving() {
    return this.#settling.size > 0 || this.#drags.size > 0;
  }

  /** Forgets what is no longer on the board. @param {(id: string) => boolean} exists */
  keep(exists) {
    for (const map of [this.#shown, this.#drags, this.#settling]) {
      for (const id of map.keys()) if (!exists(id)) map.delete(id);
    }
  }

  #gliding(id, rest, now) {
    const drag = this.#drags.get(id);
    if (!drag) return null;
    const behind = this.#arrivals.behind(now);
    const end = Math.max(drag.ended ?? Infinity, drag.samples.at(-1).t);
    const shownUntil = end + behind;
    const dropped = drag.base !== String(rest);
    if (now > shownUntil && (dropped || now > drag.ended + HOLD_AFTER_DRAG_MS)) {
      this.#drags.delete(id);
      return null;
    }
    if (this.#still()) return drag.samples.at(-1).at;
    return between(drag.samples, now - behind);
  }

  #settled(id, rest, now) {
    const shown = this.#shown.get(id);
    let settling = this.#settling.get(id);
    if (!shown || (!settling && same(shown, rest)) || this.#still()) return rest;
    if (!settling || !same(settling.to, rest)) {
      if (same(shown, rest)) {
        this.#settling.delete(id);
        return rest;
      }
      settling = { from: shown, to: rest, start: now };
      this.#settling.set(id, settling);
    }
    const part = (now - settling.start) / SETTLE_MS;
    if (part >= 1) {
      this.#settling.delete(id);
      return rest;
    }
    return mix(settling.from, settling.to, 1 - (1 - part) ** 3);
  }
}

function between(samples, t) {
  let after = samples.length - 1;
  while (after > 0 && samples[after - 1].t >= t) after -= 1;
  const b = samples[after];
  if (t >= b.t || after === 0) return b.at;
  const a = samples[after - 1];
  return mix(a.at, b.at, (t - a.t) / (b.t - a.t));
}

function mix(a, b, part) {
  return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
}

function same(a, b) {
  return a[0] === b[0] && a[1] === b[1];
}
