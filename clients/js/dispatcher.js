/**
 * Moves the outbox's machine: writes down what is about to leave, sends it at the pace that the
 * server likes, takes the answers, sends again what was not executed (SPEC CL3 to CL8).
 *
 * @typedef {import('./types.js').Pending} Pending
 * @typedef {import('./types.js').Unsaved} Unsaved
 *
 * @typedef {object} Owner
 * @property {() => Iterable<string>} liveRooms
 * @property {(pending: Pending, unsaved: Unsaved) => {key: string, value: any}} record how what was
 *   rejected is kept
 * @property {(pending: Pending, unsaved: Unsaved) => void} ended a command ended without effect
 * @property {(problem: {code: string, detail?: any}) => void} problem
 */
import { Backoff } from './backoff.js';
import { BUSY_MAX_MS, BUSY_MIN_MS, DEFAULT_LIMITS } from './limits.js';
import { Outbox } from './outbox.js';
import { Pacer } from './pacer.js';

/** Codes that mean that somebody else's work is in the way, so that the person is shown both. */
const CONFLICTS = new Set(['conflict', 'deleted', 'changed_since']);
/** How often the age of what waits is looked at. */
const AGE_EVERY_MS = 60_000;

export class Dispatcher {
  /**
   * @param {import('./connection.js').Connection} connection
   * @param {import('./storage_memory.js').Storage} storage
   * @param {Owner} owner
   */
  constructor(connection, storage, owner) {
    this.connection = connection;
    this.clock = connection.clock;
    this.storage = storage;
    this.owner = owner;
    this.outbox = new Outbox();
    this.pacer = new Pacer(this.clock.monotonic, DEFAULT_LIMITS.rate_per_s, DEFAULT_LIMITS.burst);
    /** @type {Map<string, Backoff>} waits of rooms that are busy */
    this.busy = new Map();
    this.pumping = false;
    this.pumpAgain = false;
    this.closed = false;
    this.ageDue = 0;
    /** @type {() => void} */
    this.cancel = () => undefined;
  }

  /** A new connection: the server's bucket is full. */
  connected() {
    this.pacer.configure(this.connection.limits.rate_per_s, this.connection.limits.burst);
  }

  /** Ends for good; resolves when storage knows everything. */
  async close() {
    this.closed = true;
    this.cancel();
    this.outbox.disconnected();
    await this.#write();
  }

  /**
   * Writes what is new and sends what may go. Runs once at a time; a call meanwhile makes it run
   * again.
   */
  async pump() {
    this.pumpAgain = true;
    if (this.pumping) return;
    this.pumping = true;
    while (this.pumpAgain && !this.closed) {
      this.pumpAgain = false;
      this.#expire();
      const carrier = this.connection.epoch;
      const selected = this.#select(carrier);
      // CL4: nothing leaves before storage has it with its seq.
      const stored = await this.#write();
      for (const each of selected) {
        if (stored) this.#send(each);
        else
          this.outbox.hold(
            each.pending.room,
            each.pending.seq,
            this.clock.monotonic() + BUSY_MAX_MS,
          );
      }
    }
    this.pumping = false;
    this.#wakeWhenDue();
  }

  /**
   * The server has these for good.
   * @param {string} room
   * @param {[seq: number, version: number][]} done
   * @returns {Pending[]} those that were not settled before
   */
  accept(room, done) {
    this.busy.delete(room);
    const settled = [];
    for (const [seq, version] of done) {
      const pending = this.outbox.accept(room, seq, version);
      if (pending === null) continue;
      settled.push(pending);
      pending.settle?.({ accepted: true, version });
    }
    return settled;
  }

  /** @param {{room: string, seq: number, code: string, final: boolean, detail?: any}} message */
  reject({ room, seq, code, final, detail = null }) {
    const pending = this.outbox.rooms.get(room)?.get(seq);
    if (pending === undefined) return;
    if (final) {
      this.busy.delete(room);
      // CL7: the server no longer knows what this client did then; what was made before and never
      // sent is for the person.
      if (code === 'session_expired' && pending.made !== null)
        this.outdate(room, pending.made[0], pending.made[1]);
      this.end(pending, code, detail);
      return;
    }
    const busy =
      this.busy.get(room) ?? new Backoff(this.clock.random, { min: BUSY_MIN_MS, max: BUSY_MAX_MS });
    this.busy.set(room, busy);
    const wait = Number.isFinite(detail?.wait_ms) ? detail.wait_ms : BUSY_MIN_MS + busy.next();
    if (code === 'rate_limited') this.pacer.block(wait);
    this.outbox.hold(room, seq, this.clock.monotonic() + wait);
  }

  /**
   * The room is live at a position: what was made in another generation of the database, and never
   * sent, is outdated.
   * @param {string} room
   * @param {import('./types.js').Position} position
   */
  placed(room, [generation, version]) {
    this.outbox.place(room, [generation, version]);
    this.outdate(room, generation, -1);
  }

  /**
   * @param {string} room
   * @param {string} generation
   * @param {number} version
   */
  outdate(room, generation, version) {
    for (const pending of this.outbox.outdated(room, generation, version))
      this.end(pending, 'session_expired', null);
  }

  /**
   * Ends a command without effect: kept for the person unless they said that it does not matter.
   * @param {Pending} pending
   * @param {string} code
   * @param {any} detail
   */
  end(pending, code, detail) {
    const { id, room, seq, command, local, at } = pending;
    const unsaved = { id, reason: reasonOf(code), code, detail, command, local, at };
    const kept = pending.keep ? this.owner.record(pending, unsaved) : null;
    if (this.outbox.reject(room, seq, kept) === null) return;
    pending.settle?.({ accepted: false, code, detail, command });
    this.owner.ended(pending, unsaved);
  }

  /** @param {number} carrier */
  #select(carrier) {
    if (this.connection.phase !== 'open' || this.outbox.client === '') return [];
    return this.outbox.select({
      rooms: this.owner.liveRooms(),
      carrier,
      now: this.clock.monotonic(),
      budget: this.connection.limits.in_flight_max,
      may: () => this.pacer.take(),
    });
  }

  /** @param {{pending: Pending, again: boolean, carrier: number}} selected */
  #send({ pending, again, carrier }) {
    // Settled, or its connection or room gone, while storage wrote: then it goes later or not at
    // all.
    if (pending.carrier !== carrier || carrier !== this.connection.epoch) return;
    const { room, seq, made, command } = pending;
    this.connection.send({ type: 'submit', room, seq, made, command, ...(again ? { again } : {}) });
    this.connection.heartbeat.said();
  }

  /** @returns {Promise<boolean>} whether storage knows what it must know before something is sent */
  async #write() {
    const taken = this.outbox.takeChanges();
    if (taken.changes.length === 0) return true;
    try {
      await this.storage.write(taken.changes, { strict: taken.strict });
      return true;
    } catch (error) {
      this.outbox.restoreChanges(taken);
      this.owner.problem({ code: 'not_stored', detail: String(error) });
      // Seqs of a block that is stored cannot come twice, so work may go on; beyond it, it may not.
      return !taken.strict;
    }
  }

  #wakeWhenDue() {
    this.cancel();
    if (this.closed || this.outbox.waiting === 0) return;
    const waits = [AGE_EVERY_MS];
    if (this.connection.phase === 'open') {
      waits.push(
        this.outbox.nextHold(this.owner.liveRooms()) - this.clock.monotonic(),
        this.pacer.waitMs(),
      );
    }
    this.cancel = this.clock.after(
      Math.min(...waits.filter((ms) => ms > 0)),
      () => void this.pump(),
    );
  }

  #expire() {
    const now = this.clock.now();
    if (now < this.ageDue) return;
    this.ageDue = now + AGE_EVERY_MS;
    for (const pending of this.outbox.overdue(now)) this.end(pending, 'too_old', null);
  }
}

/**
 * @param {string} code
 * @returns {Unsaved['reason']}
 */
function reasonOf(code) {
  if (code === 'session_expired' || code === 'too_old') return 'expired';
  return CONFLICTS.has(code) ? 'conflict' : 'rejected';
}
