/**
 * Sends what an orphaned outbox still holds, under its own client id and on a connection of its own, so that every
 * command keeps the seq under which the server may know it already (SPEC CL2). Ends when the outbox is empty.
 *
 * @typedef {import('./types.js').Pending} Pending
 * @typedef {import('./room.js').Room} Room
 */
import { forgetClient } from './client_ids.js';
import { Session } from './session.js';

export class Courier {
  /**
   * @param {import('./client_ids.js').Claim} claim
   * @param {import('./connection.js').Settings & {agent: string}} settings
   * @param {import('./storage_memory.js').Storage} storage
   * @param {Pick<import('./session.js').Owner, 'record' | 'problem'> & {account: string, changed: () => void,
   *   room: (id: string) => Room | undefined, finished: (courier: Courier) => void}} owner
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
    for (const id of rooms) this.session.follow(this.#standIn(id));
    this.session.connection.start();
  }

  /** Lets go of the outbox; what is left in it stays in storage for the next. */
  async close() {
    if (this.ending) return;
    this.ending = true;
    await this.session.close();
    if (this.session.outbox.waiting === 0) await forgetClient(this.storage, this.client).catch(() => undefined);
    await this.claim.lease.release().catch(() => undefined);
    this.owner.finished(this);
  }

  /**
   * Follows a room only to be answered there; what it says is for the room that a page has joined, if any.
   * @param {string} id
   * @returns {import('./session.js').Follower}
   */
  #standIn(id) {
    const { owner } = this;
    /** @param {Pending[]} done */
    const accepted = (done) => {
      owner.room(id)?.follower.accepted(done);
      this.#finishIfDone();
    };
    return {
      id,
      invite: undefined,
      get position() { return owner.room(id)?.position ?? null; },
      asked: () => undefined,
      live: (_messages, _joined, done) => accepted(done),
      message: () => undefined,
      accepted,
      ended: (pending, unsaved) => {
        owner.room(id)?.follower.ended(pending, unsaved);
        this.#finishIfDone();
      },
      refused: (code) => {
        for (const pending of this.session.outbox.of(id)) this.session.dispatcher.end(pending, code, null);
        this.session.unfollow(id);
      },
      lost: () => undefined,
    };
  }

  #finishIfDone() {
    if (this.session.outbox.waiting === 0 || this.session.connection.phase === 'stopped') void this.close();
  }
}
