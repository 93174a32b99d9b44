/**
 * Looks for outboxes whose tab is gone and sends couriers for them: one at a time, so that a start
 * after a long day is no storm of connections (SPEC CL2).
 *
 * @typedef {object} Owner
 * @property {import('./storage_memory.js').Storage} storage
 * @property {import('./lease.js').Leases} leases
 * @property {import('./connection.js').Settings & {agent: string}} settings
 * @property {import('./session.js').Session} session of the tab itself
 * @property {string | null} account
 * @property {Map<string, import('./room.js').Room>} rooms
 * @property {import('./session.js').Owner['record']} record
 * @property {import('./session.js').Owner['problem']} problem
 * @property {() => void} changed
 */
import { claimOrphan } from './client_ids.js';
import { Courier } from './courier.js';
import { ADOPT_EVERY_MS } from './limits.js';

export class Adoption {
  /**
   * @param {import('./clock.js').Clock} clock
   * @param {Owner} owner
   */
  constructor(clock, owner) {
    this.clock = clock;
    this.owner = owner;
    /** @type {Set<Courier>} */
    this.couriers = new Set();
    this.stopped = false;
    /** @type {() => void} */
    this.cancel = () => undefined;
  }

  /** Looks now, and again from time to time. */
  start() {
    this.#soon(0);
  }

  /** What couriers have not delivered stays in storage for the next. */
  async stop() {
    this.stopped = true;
    this.cancel();
    await Promise.all([...this.couriers].map((courier) => courier.close()));
  }

  /** @param {number} ms */
  #soon(ms) {
    this.cancel();
    if (!this.stopped) this.cancel = this.clock.after(ms, () => void this.#look());
  }

  async #look() {
    const { storage, leases, account, session } = this.owner;
    this.#soon(ADOPT_EVERY_MS);
    const busy = this.couriers.size > 0 || session.connection.phase !== 'open';
    if (busy || account === null) return;
    const claim = await claimOrphan({
      storage,
      leases,
      account,
      clock: this.clock,
      held: (client) => client === session.outbox.client,
      lost: () => undefined,
    }).catch(() => null);
    if (claim === null) return;
    if (this.stopped) await claim.lease.release();
    else this.#send(claim, account);
  }

  /**
   * @param {import('./client_ids.js').Claim} claim
   * @param {string} account
   */
  #send(claim, account) {
    const { settings, storage, rooms, record, problem, changed } = this.owner;
    const courier = new Courier(claim, settings, storage, {
      account,
      record,
      problem,
      changed,
      room: (id) => rooms.get(id),
      finished: (finished) => {
        this.couriers.delete(finished);
        this.#soon(0);
      },
    });
    this.couriers.add(courier);
    // What it carries is shown as pending from now on.
    for (const room of rooms.values()) room.adopt();
    courier.start();
  }
}
