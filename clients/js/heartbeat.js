/**
 * Notices a dead server: a ping now and then, and silence after one is the end of the connection
 * (SPEC CL10). Browsers neither show nor send the frames that WebSocket has for this, so it is done
 * with messages.
 */
import { PONG_TIMEOUT_MS, PROBE_TIMEOUT_MS } from './limits.js';

/**
 * Silence after which a command is followed by a ping at once, so that a dead line shows while
 * somebody works.
 */
const QUIET_MS = 2_000;
/**
 * A timer that comes later than this was not late by chance: the machine slept, and nothing is
 * proved.
 */
const LATE_MS = 2_000;

export class Heartbeat {
  /**
   * @param {import('./clock.js').Clock} clock
   * @param
   *   {{ping: (n: number) => void, dead: () => void, pong: (serverNow: number, asked: number) => void}}
   *   peer
   */
  constructor(clock, peer) {
    this.clock = clock;
    this.peer = peer;
    this.n = 0;
    this.heardAt = 0;
    /** @type {Map<number, number>} number of the ping → monotonic time */
    this.asked = new Map();
    /** @type {(() => void) | null} */
    this.cancelBeat = null;
    /** @type {(() => void) | null} */
    this.cancelVerdict = null;
  }

  /** @param {number} everyMs */
  start(everyMs) {
    this.stop();
    this.heardAt = this.clock.monotonic();
    const beat = () => {
      this.cancelBeat = this.clock.after(everyMs, beat);
      this.#ping(PONG_TIMEOUT_MS);
    };
    this.cancelBeat = this.clock.after(everyMs, beat);
  }

  stop() {
    this.cancelBeat?.();
    this.cancelVerdict?.();
    this.cancelBeat = null;
    this.cancelVerdict = null;
    this.asked.clear();
  }

  /** Anything came: the server lives. */
  heard() {
    this.heardAt = this.clock.monotonic();
    this.cancelVerdict?.();
    this.cancelVerdict = null;
  }

  /** A command went out; its answer is what somebody waits for. */
  said() {
    if (this.cancelVerdict === null && this.clock.monotonic() - this.heardAt > QUIET_MS)
      this.#ping(PONG_TIMEOUT_MS);
  }

  /** Another answer is wanted, for the time that it tells. */
  ask() {
    this.#ping(PONG_TIMEOUT_MS);
  }

  /** The network changed or the page woke up: find out soon. */
  probe() {
    if (this.cancelBeat === null) return;
    this.cancelVerdict?.();
    this.cancelVerdict = null;
    this.#ping(PROBE_TIMEOUT_MS);
  }

  /**
   * @param {number} n
   * @param {number} serverNow
   */
  pong(n, serverNow) {
    const asked = this.asked.get(n);
    if (asked === undefined) return;
    this.asked.delete(n);
    this.peer.pong(serverNow, asked);
  }

  /** @param {number} patienceMs */
  #ping(patienceMs) {
    const asked = this.clock.monotonic();
    this.n = (this.n + 1) % 2 ** 31;
    this.asked.set(this.n, asked);
    if (this.cancelVerdict === null) {
      this.cancelVerdict = this.clock.after(patienceMs, () => {
        this.cancelVerdict = null;
        const late = this.clock.monotonic() - asked - patienceMs;
        if (late > LATE_MS) this.#ping(PROBE_TIMEOUT_MS);
        else this.peer.dead();
      });
    }
    this.peer.ping(this.n);
  }
}
