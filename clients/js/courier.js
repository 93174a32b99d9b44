/**
 * Sends what an orphaned outbox still holds, under its own client id and on a connection of its
 * own, so that every command keeps the seq under which the server may know it already (SPEC CL2).
 * Ends when the outbox is empty.
 *
 * @typedef {import('./room.js').Room} Room
 */
import { forgetClient } from './client_ids.js';
import { Session } from './session.js';
import { standIn } from './stand_in.js';

export class Courier {
  /**
   * @param {import('./client_ids.js').Claim} claim
   * @param {import('./connection.js').Settings & {agent: string}} settings
   * @param {import('./storage_memory.js').Storage} storage
   * @param
   *   {Pick<import('./session.js').Owner, 'record' | 'problem'> & {account: string, changed: () => void, room: (id: string) => Room | undefined, finished: (courier: Courier) => void}}
   *   owner
   */
  constructor(claim, settings, storage, owner) {
    this.claim = claim;
    this.storage = storage;
    this.owner = owner;
    this.ending = false;
    this.session = new Session(settings, storage, {
      welcome: ({ account }) => {
        if (account === owner.account) return true;
        void this.close();
        return false;
      },
      notice: () => undefined,
      problem: owner.problem,
      record: owner.record,
      changed: () => {
        owner.changed();
        this.#finishIfDone();
      },
    });
    this.session.outbox.open(claim.record, claim.commands);
  }

  get client() {
    return this.claim.record.client;
  }

  start() {
    const rooms = new Set([...this.session.outbox.all()].map((pending) => pending.room));
    const drained = () => this.#finishIfDone();
    for (const id of rooms) {
      this.session.follow(standIn(id, this.session, { room: this.owner.room, drained }));
    }
    this.session.connection.start();
  }

  /** Lets go of the outbox; what is left in it stays in storage for the next. */
  async close() {
    if (this.ending) return;
    this.ending = true;
    await this.session.close();
    if (this.session.outbox.waiting === 0)
      await forgetClient(this.storage, this.client).catch(() => undefined);
    await this.claim.lease.release().catch(() => undefined);
    this.owner.finished(this);
  }

  #finishIfDone() {
    if (this.session.outbox.waiting === 0 || this.session.connection.phase === 'stopped')
      void this.close();
  }
}
