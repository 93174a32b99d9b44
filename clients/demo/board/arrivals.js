/**
 * How far behind others' drags are shown: as little as lets them glide. Between two samples there is
 * a way to glide only if the next arrives before the last is reached, so the delay follows the
 * intervals in which samples arrive: 95 in a hundred are shorter. It changes slowly, and samples that
 * a network held up and brings all at once are taken apart again, so that what moves never seems to
 * hurry. Time is given, never read.
 */
export const BEHIND_MIN_MS = 35;
export const BEHIND_MAX_MS = 100;
export const BEHIND_FIRST_MS = 60;
/** Longer, and it was the hand that rested. */
const REST_MS = 250;
const APART_FIRST_MS = 20;
const LATER_MAX_MS = 60;
const ENOUGH = 8;
const WINDOW = 64;
const SHARE = 0.95;
/** For the timers of both ends. */
const MARGIN_MS = 4;
/** The delay changes by this much of the time that passes. */
const SLEW = 0.15;

export class Arrivals {
  #intervals = [];
  #next = 0;
  #wanted = BEHIND_FIRST_MS;
  #behind = BEHIND_FIRST_MS;
  #apart = APART_FIRST_MS;
  #at = -Infinity;

  /** Two samples of a drag came `ms` apart. */
  note(ms) {
    if (ms >= REST_MS) return;
    this.#intervals[this.#next++ % WINDOW] = ms;
    if (this.#intervals.length < ENOUGH) return;
    const sorted = [...this.#intervals].sort((a, b) => a - b);
    this.#apart = sorted.reduce((sum, one) => sum + one, 0) / sorted.length / 2;
    const most = sorted[Math.ceil(sorted.length * SHARE) - 1] + MARGIN_MS;
    this.#wanted = Math.min(BEHIND_MAX_MS, Math.max(BEHIND_MIN_MS, most));
  }

  /**
   * As when to show a sample that came `now` behind one that is shown as of `last`: those that waited
   * go at double speed, as long as the newest is not much later for it.
   */
  shownAs(now, last) {
    return Math.max(now, Math.min(last + this.#apart, now + LATER_MAX_MS));
  }

  /** How far behind to show drags at `now`, ms. */
  behind(now) {
    if (now > this.#at) {
      const step = this.#at === -Infinity ? 0 : (now - this.#at) * SLEW;
      const off = this.#wanted - this.#behind;
      this.#behind += Math.max(-step, Math.min(step, off));
      this.#at = now;
    }
    return this.#behind;
  }
}
