/**
 * Who holds a client id: exactly one tab at a time, and nobody once that tab is gone (SPEC CL2). By
 * navigator.locks where there are any; plain HTTP has none, so there a record in storage is renewed
 * for as long as the tab lives.
 *
 * @typedef {object} Lease
 * @property {string} client
 * @property {() => Promise<void>} release
 *
 * @typedef {object} Leases
 * @property {(client: string, lost: () => void) => Promise<Lease | null>} take null: another tab
 *   holds it. `lost` is called when the lease went to somebody else without being released (a tab
 *   that slept too long)
 */
import { randomName } from './clock.js';
import { LEASE_MS, LEASE_RENEW_MS } from './limits.js';

/** The browser's own locks: they end with the tab, however it ends. */
export class LockLeases {
  /** @param {LockManager} locks */
  constructor(locks) {
    this.locks = locks;
  }

  /**
   * @param {string} client
   * @returns {Promise<Lease | null>}
   */
  take(client) {
    return new Promise((resolve, reject) => {
      this.locks
        .request(`touchline ${client}`, { ifAvailable: true }, (lock) => {
          if (lock === null) {
            resolve(null);
            return undefined;
          }
          return new Promise((release) => {
            resolve({ client, release: async () => release(undefined) });
          });
        })
        .catch(reject);
    });
  }
}

/** A record per client id with a holder and an end, renewed by a timer. */
export class RecordLeases {
  /**
   * @param {import('./storage_memory.js').Storage} storage
   * @param {import('./clock.js').Clock} clock
   * @param {{left?: string}} [options] `left`: the holder that this tab was before it was reloaded,
   *   whose leases it may take over at once
   */
  constructor(storage, clock, { left = '' } = {}) {
    this.storage = storage;
    this.clock = clock;
    this.left = left;
    this.holder = randomName(16);
  }

  /**
   * @param {string} client
   * @param {() => void} lost
   * @returns {Promise<Lease | null>}
   */
  async take(client, lost) {
    const taken = await this.#put(
      client,
      (current, now) =>
        current === undefined ||
        current.until <= now ||
        current.holder === this.holder ||
        current.holder === this.left,
    );
    if (!taken) return null;
    let held = true;
    /** @type {() => void} */
    let cancel = () => undefined;
    const renew = async () => {
      // A storage that fails now and then is no reason to give up; another holder in the record is.
      const mine = await this.#put(client, (current) => current?.holder === this.holder).catch(
        () => true,
      );
      if (!held) return;
      if (mine) cancel = this.clock.after(LEASE_RENEW_MS, () => void renew());
      else {
        held = false;
        lost();
      }
    };
    cancel = this.clock.after(LEASE_RENEW_MS, () => void renew());
    const release = async () => {
      if (!held) return;
      held = false;
      cancel();
      await this.storage.update('clients', leaseKey(client), (current) =>
        current?.holder === this.holder ? undefined : current,
      );
    };
    return { client, release };
  }

  /**
   * @param {string} client
   * @param {(current: any, now: number) => boolean} may
   * @returns {Promise<boolean>}
   */
  async #put(client, may) {
    let mine = false;
    await this.storage.update('clients', leaseKey(client), (current) => {
      const now = this.clock.now();
      mine = may(current, now);
      return mine ? { holder: this.holder, until: now + LEASE_MS } : current;
    });
    return mine;
  }
}

/** @param {string} client */
function leaseKey(client) {
  return `lease ${client}`;
}
