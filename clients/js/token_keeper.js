/**
 * Sends a fresh token before the old one ends, so that nobody is cut off in the middle of a match
 * (SPEC CL12).
 */
import { TOKEN_MARGIN_MS } from './limits.js';

/** Longest that a browser's timer can wait. */
const TIMER_MAX_MS = 2 ** 31 - 1;
/** Where no token could be had: next try, well before the end. */
const RETRY_MS = 10_000;

export class TokenKeeper {
  /**
   * @param {import('./clock.js').Clock} clock
   * @param {import('./server_time.js').ServerTime} time
   * @param {{token: () => Promise<string>, renew: (token: string) => void}} holder
   */
  constructor(clock, time, holder) {
    this.clock = clock;
    this.time = time;
    this.holder = holder;
    this.life = 0;
    /** @type {(() => void) | null} */
    this.cancel = null;
  }

  /** @param {number} expires log time, ms */
  start(expires) {
    this.stop();
    this.life += 1;
    this.#schedule(this.time.until(expires) - TOKEN_MARGIN_MS);
  }

  stop() {
    this.life += 1;
    this.cancel?.();
    this.cancel = null;
  }

  /** @param {number} ms */
  #schedule(ms) {
    this.cancel = this.clock.after(
      Math.min(Math.max(ms, RETRY_MS), TIMER_MAX_MS),
      () => void this.#renew(),
    );
  }

  async #renew() {
    const life = this.life;
    let token = '';
    try {
      token = await this.holder.token();
    } catch {
      // No network or no sign-in: the token that we have is good for a while, and its end says the
      // rest (3000).
    }
    if (life !== this.life) return;
    if (token === '') {
      this.#schedule(RETRY_MS);
      return;
    }
    this.holder.renew(token);
    const expires = expiryOf(token);
    if (expires !== null) this.#schedule(this.time.until(expires) - TOKEN_MARGIN_MS);
  }
}

/**
 * When a JWT ends by its own word. Only to know when to ask for the next: nothing is trusted
 * because of it.
 * @param {string} token
 * @returns {number | null} ms since 1970; null where it does not say
 */
export function expiryOf(token) {
  const claims = token.split('.')[1];
  if (claims === undefined) return null;
  try {
    const { exp } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/')));
    return Number.isFinite(exp) ? exp * 1000 : null;
  } catch {
    return null;
  }
}
