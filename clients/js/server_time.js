/**
 * The server's log time, guessed from what it told us. The sample with the shortest round trip
 * wins, because half of a round trip is the most that it can be wrong; samples grow old, because
 * clocks drift (SPEC CL11).
 */

/**
 * A sample counts as worse by this much per second of age: 100 ppm, worse than any real clock's
 * drift.
 */
const DRIFT = 1e-4;

export class ServerTime {
  /** @param {import('./clock.js').Clock} clock */
  constructor(clock) {
    this.clock = clock;
    /** @type {{offset: number, rtt: number, at: number} | null} server time minus monotonic time */
    this.best = null;
  }

  /**
   * @param {number} serverNow what the server said, ms
   * @param {number} asked monotonic time when we asked
   */
  sample(serverNow, asked) {
    const at = this.clock.monotonic();
    const rtt = Math.max(0, at - asked);
    const sample = { offset: serverNow + rtt / 2 - at, rtt, at };
    const best = this.best;
    if (
      best === null ||
      rtt <= best.rtt + (at - best.at) * DRIFT ||
      this.#disagrees(best, sample)
    ) {
      this.best = sample;
    }
  }

  /** There and back of the best sample, ms: it is wrong by half of that at most. */
  get roundTrip() {
    return this.best?.rtt ?? Infinity;
  }

  /**
   * Two samples that cannot both be true: the machine slept, or the server is another one.
   * @param {{offset: number, rtt: number}} one
   * @param {{offset: number, rtt: number}} other
   */
  #disagrees(one, other) {
    return Math.abs(one.offset - other.offset) > (one.rtt + other.rtt) / 2 + 500;
  }

  /** @returns {number} log time in ms; the own clock until the server has spoken */
  now() {
    return this.best === null
      ? this.clock.now()
      : Math.round(this.best.offset + this.clock.monotonic());
  }

  /**
   * @param {number} serverMs a moment in log time
   * @returns {number} ms from now, negative if over
   */
  until(serverMs) {
    return serverMs - this.now();
  }
}
