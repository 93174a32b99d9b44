/**
 * A token bucket that keeps us within the rate and burst that `welcome` states, so that nobody is
 * cut off for typing fast (SPEC CL8). Pure over the time it is given.
 */
import { PACE_SHARE } from './limits.js';

export class Pacer {
  /**
   * @param {() => number} monotonic
   * @param {number} ratePerS
   * @param {number} burst
   */
  constructor(monotonic, ratePerS, burst) {
    this.monotonic = monotonic;
    this.perMs = 0;
    this.burst = 1;
    this.tokens = 0;
    this.at = 0;
    this.blockedUntil = 0;
    this.configure(ratePerS, burst);
  }

  /**
   * A new connection: the server's bucket is full again, and so is ours.
   * @param {number} ratePerS
   * @param {number} burst
   */
  configure(ratePerS, burst) {
    this.perMs = (Math.max(ratePerS, 0.001) * PACE_SHARE) / 1000;
    this.burst = Math.max(1, Math.floor(burst * PACE_SHARE));
    this.tokens = this.burst;
    this.at = this.monotonic();
    this.blockedUntil = 0;
  }

  /** @returns {boolean} whether one may go now; if so it has been counted */
  take() {
    this.#refill();
    if (this.waitMs() > 0) return false;
    this.tokens -= 1;
    return true;
  }

  /** @returns {number} ms until the next one may go */
  waitMs() {
    this.#refill();
    const blocked = this.blockedUntil - this.at;
    const empty = this.tokens >= 1 ? 0 : (1 - this.tokens) / this.perMs;
    return Math.max(0, Math.ceil(blocked), Math.ceil(empty));
  }

  /**
   * The server said `rate_limited`: its bucket is empty, whatever we thought.
   * @param {number} ms
   */
  block(ms) {
    this.#refill();
    this.tokens = Math.min(this.tokens, 0);
    this.blockedUntil = Math.max(this.blockedUntil, this.at + ms);
  }

  #refill() {
    const now = this.monotonic();
    // While blocked the server refills as well; the wait it named already reckons with that.
    this.tokens = Math.min(this.burst, this.tokens + (now - this.at) * this.perMs);
    this.at = now;
  }
}
