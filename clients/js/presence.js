/**
 * The passing part of a room: who is here and what they point at, and one's own cursor and drags on
 * their way out. Latest wins, nothing is kept, nothing is owed (SPEC PR).
 *
 * @typedef {{account: string, name: string, values: Record<string, any>}} Person
 * @typedef {{connection: number, key?: string, value?: any, gone?: boolean} | {all: true}}
 *   PresenceChange
 */

import { PRESENCE_RENEW_MS } from './limits.js';

/** What others show. */
export class People {
  constructor() {
    /** @type {Map<number, Person>} */
    this.map = new Map();
    this.count = 0;
  }

  clear() {
    this.map.clear();
    this.count = 0;
  }

  /**
   * @param {any} message
   * @param {(account: string) => string} nameOf
   * @returns {PresenceChange[]}
   */
  take({ here = [], values = [], count = this.count, all = false }, nameOf) {
    /** @type {PresenceChange[]} */
    const changes = [];
    if (all) {
      this.map.clear();
      changes.push({ all: true });
    }
    this.count = count;
    for (const [connection, account] of here) {
      if (account === null) {
        if (this.map.delete(connection)) changes.push({ connection, gone: true });
      } else if (!this.map.has(connection)) {
        this.map.set(connection, { account, name: nameOf(account), values: {} });
        changes.push({ connection });
      }
    }
    for (const [connection, key, value] of values) {
      const person = this.map.get(connection);
      if (person === undefined) continue;
      if (value === null) delete person.values[key];
      else person.values[key] = value;
      changes.push({ connection, key, value });
    }
    return changes;
  }

  /**
   * Names may change while somebody is here.
   * @param {(account: string) => string} nameOf
   */
  rename(nameOf) {
    for (const person of this.map.values()) person.name = nameOf(person.account);
  }
}

/** What we show: the latest value of each key, sent as fast as the server likes and no faster. */
export class PresenceSender {
  /**
   * @param {import('./clock.js').Clock} clock
   * @param {{send: (key: string, value: any) => boolean, pacer: () => import('./pacer.js').Pacer}}
   *   link `send` gives false where we are not live: then nothing goes out until `renew`; the pacer
   *   is shared by the rooms of a connection
   */
  constructor(clock, link) {
    this.clock = clock;
    this.link = link;
    /** @type {Map<string, any>} what we show, by key */
    this.shown = new Map();
    /** @type {Set<string>} keys whose latest value has not gone out */
    this.due = new Set();
    /** @type {(() => void) | null} */
    this.cancel = null;
    /** @type {(() => void) | null} */
    this.cancelRenewal = null;
  }

  /**
   * @param {string} key
   * @param {any} value
   */
  set(key, value) {
    if (value === null) this.shown.delete(key);
    else this.shown.set(key, value);
    // What nobody renews disappears for the others, a selection that rests too.
    this.cancelRenewal ??= this.clock.after(PRESENCE_RENEW_MS, () => this.renew());
    // Behind the others that wait, so that a cursor that moves all the time does not starve a
    // selection.
    this.due.delete(key);
    this.due.add(key);
    this.#flush();
  }

  /** Live again, or long since: the others know nothing of us any more. */
  renew() {
    this.cancelRenewal?.();
    this.cancelRenewal =
      this.shown.size === 0 ? null : this.clock.after(PRESENCE_RENEW_MS, () => this.renew());
    this.due = new Set(this.shown.keys());
    this.#flush();
  }

  stop() {
    this.cancel?.();
    this.cancelRenewal?.();
    this.cancel = this.cancelRenewal = null;
    this.due.clear();
  }

  #flush() {
    if (this.cancel !== null) return;
    for (const key of [...this.due]) {
      const wait = this.link.pacer().waitMs();
      if (wait > 0) {
        this.cancel = this.clock.after(wait, () => {
          this.cancel = null;
          this.#flush();
        });
        return;
      }
      this.due.delete(key);
      if (this.link.send(key, this.shown.get(key) ?? null)) this.link.pacer().take();
    }
  }
}
