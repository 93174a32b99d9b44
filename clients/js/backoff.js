/**
 * How long to wait before the next attempt: full jitter, so that a thousand clients of one server
 * that fell do not come back together (SPEC CL9).
 */
import { BACKOFF_MAX_MS, BACKOFF_MIN_MS } from './limits.js';

export class Backoff {
  /**
   * @param {() => number} random
   * @param {{min?: number, max?: number}} [bounds]
   */
  constructor(random, { min = BACKOFF_MIN_MS, max = BACKOFF_MAX_MS } = {}) {
    this.random = random;
    this.min = min;
    this.max = max;
    this.attempts = 0;
  }

  /**
   * The next wait: at random from nothing up to a ceiling that doubles from `min` to `max`.
   * @returns {number} ms
   */
  next() {
    const ceiling = Math.min(this.max, this.min * 2 ** Math.min(this.attempts, 20));
    this.attempts += 1;
    return Math.round(this.random() * ceiling);
  }

  reset() {
    this.attempts = 0;
  }
}
