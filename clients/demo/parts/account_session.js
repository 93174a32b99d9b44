/**
 * The session of an account in this browser. The refresh token is in a cookie that scripts cannot
 * read; the access token lives in memory, ten minutes at a time. The tabs of a browser share it and
 * take turns at renewing it, so that no two of them spend the same refresh token. What is kept on
 * the device is only who is signed in, so that a page opens without a connection.
 *
 * @typedef {{token: string, account: string, name: string, session: string, until: number}} Access
 *   `until`: by this device's clock, ms
 */
export const ACCOUNT_KEY = "touchline.account";
/** Somebody signed out while the server could not be reached: it is told when it can be. */
export const LEAVING_KEY = "touchline.leaving";
const LOCK = "touchline.refresh";
/** Twice the margin of the WebSocket's own renewal, so that what it is given is always fresh. */
export const RENEW_BEFORE_MS = 120_000;
/** How long another tab may take to say that it has a token. */
export const ASK_MS = 40;

export class AccountSession {
  /** @type {Access | null} */
  #access = null;
  #asked = false;
  /** @type {((value?: any) => void) | null} */
  #heard = null;
  /** @type {Promise<any>} */
  #turn = Promise.resolve();

  /**
   * @param {object} parts
   * @param {(method: string, path: string, body?: any, token?: string) => Promise<any>} parts.request
   * @param {Storage} parts.storage
   * @param {BroadcastChannel | null} [parts.channel]
   * @param {{request: (name: string, work: () => Promise<any>) => Promise<any>} | null} [parts.locks]
   * @param {() => number} [parts.now]
   * @param {(ms: number) => Promise<void>} [parts.wait]
   */
  constructor({ request, storage, channel = null, locks = null, now = Date.now, wait = pause }) {
    Object.assign(this, { request, storage, channel, locks, now, wait });
    channel?.addEventListener("message", ({ data }) => this.#hear(data));
  }

  /** @returns {{account: string, name: string} | null} who is signed in on this device */
  stored() {
    try {
      const { account, name } = JSON.parse(this.storage.getItem(ACCOUNT_KEY));
      return typeof account === "string" ? { account, name: String(name) } : null;
    } catch {
      return null;
    }
  }

  /** Keeps what signing in, or renewing, answered. */
  keep({ token, account, name, session, expires }) {
    this.storage.setItem(ACCOUNT_KEY, JSON.stringify({ account, name }));
    this.storage.removeItem(LEAVING_KEY);
    // By how long it is good, not by when it ends: this device's clock may be hours off.
    const until = this.now() + (lifetimeOf(token) ?? expires - this.now());
    this.#access = { token, account, name, session, until };
    this.channel?.postMessage({ access: this.#access });
    return this.#access;
  }

  /** Another name, where pages show it before the server is asked. */
  rename(name) {
    const known = this.stored();
    if (known) this.storage.setItem(ACCOUNT_KEY, JSON.stringify({ ...known, name }));
  }

  forget() {
    this.storage.removeItem(ACCOUNT_KEY);
    this.#access = null;
    this.channel?.postMessage({ access: null });
  }

  /**
   * An access token that is good for a while yet. Empty where the session has ended.
   * @param {{refused?: boolean}} [circumstance] refused: the present one was
   * @throws {import("./http.js").ApiError} where the server cannot be reached or cannot answer now
   */
  async token({ refused = false } = {}) {
    const before = this.#access;
    if (this.#isGood() && !refused) return this.#access.token;
    return this.#alone(async () => {
      if (this.#access === null) await this.#askOthers();
      // Another tab may have been first.
      if (this.#isGood() && (!refused || this.#access.token !== before?.token))
        return this.#access.token;
      return this.#renew();
    });
  }

  /** Ends the session here at once, and at the server as soon as it can be reached. */
  async signOut() {
    const token = this.#access?.token;
    this.forget();
    this.storage.setItem(LEAVING_KEY, "yes");
    await this.finishLeaving(token);
  }

  /** Whether the server has yet to hear that nobody is signed in here. */
  get leaving() {
    return this.storage.getItem(LEAVING_KEY) !== null;
  }

  /** Tells the server of a signing out that it has not heard of. */
  async finishLeaving(token) {
    if (!this.leaving) return;
    try {
      await this.request("POST", "/auth/logout", {}, token);
    } catch (error) {
      if (error.status !== 401) return; // later
    }
    // Whoever signed in meanwhile has a session of their own.
    if (this.stored() === null) this.storage.removeItem(LEAVING_KEY);
  }

  async #renew() {
    const before = this.#access;
    const known = this.stored()?.account;
    try {
      return this.keep(await this.request("POST", "/auth/refresh", {})).token;
    } catch (error) {
      if (error.status !== 401) throw error;
      // Somebody may have signed in in another tab while we asked.
      if (this.#access !== before && this.#isGood()) return this.#access.token;
      if (this.stored()?.account === known) this.forget();
      return "";
    }
  }

  #isGood() {
    return this.#access !== null && this.#access.until - this.now() > RENEW_BEFORE_MS;
  }

  /** One at a time: in all tabs where the browser has locks, in this one elsewhere. */
  #alone(work) {
    if (this.locks) return this.locks.request(LOCK, work);
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** A page that has just opened: the tab it came from may have a token. */
  async #askOthers() {
    if (this.#asked || this.channel === null) return;
    this.#asked = true;
    const heard = new Promise((resolve) => {
      this.#heard = resolve;
    });
    this.channel.postMessage({ asks: true });
    await Promise.race([heard, this.wait(ASK_MS)]);
    this.#heard = null;
  }

  #hear({ asks, access }) {
    if (asks) {
      if (this.#isGood()) this.channel?.postMessage({ access: this.#access });
      return;
    }
    // A token of somebody who has signed out, or is another by now, is none of ours.
    if (access !== null && access.account !== this.stored()?.account) return;
    this.#access = access;
    this.#heard?.();
  }
}

/** @returns {number | null} ms that a JWT is good for, by its own word */
export function lifetimeOf(token) {
  try {
    const { iat, exp } = JSON.parse(
      atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")),
    );
    return Number.isFinite(exp - iat) ? (exp - iat) * 1000 : null;
  } catch {
    return null;
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
