/**
 * The commands of one client id that are not settled: which may be sent now, which must wait, what
 * storage has to be told. A state machine without I/O and without a clock; session.js moves it
 * (SPEC CL3 to CL8).
 *
 * Life of a command: queued → sent (again after every break, under the same seq) → accepted or
 * rejected. A queued one that grew too old, or was made in another generation, is expired: the
 * person decides, nothing sends it.
 *
 * @typedef {import('./types.js').Pending} Pending
 * @typedef {import('./storage_memory.js').Change} Change
 */
import { IN_FLIGHT_MAX, OUTBOX_MAX, REVIEW_AFTER_MS, SEQ_BLOCK } from './limits.js';

/** @param {string} client */
export function clientKey(client) {
  return `id ${client}`;
}

/**
 * @param {string} client
 * @param {number} seq
 */
export function commandKey(client, seq) {
  return `${client} ${String(seq).padStart(16, '0')}`;
}

export class OutboxFull extends Error {
  constructor() {
    super(`${OUTBOX_MAX} commands wait already; submit again when some have been sent`);
    this.name = 'OutboxFull';
  }
}

export class Outbox {
  constructor() {
    /** @type {Map<string, Map<number, Pending>>} by room, in the order of seqs */
    this.rooms = new Map();
    this.size = 0;
    this.inFlight = 0;
    this.client = '';
    /** @type {any} the record of the client id in storage */
    this.record = null;
    this.highest = 0;
    this.reserved = 0;
    /** @type {Pending[]} submitted before there was a client id */
    this.early = [];
    /** @type {Map<string, Change>} what storage has not been told, by key */
    this.changes = new Map();
    /** Whether a block of seqs waits to be written, which must survive a loss of power. */
    this.strict = false;
  }

  /**
   * Takes a client id, with what storage holds of it. Called once.
   * @param {any} record of the store `clients`
   * @param {any[]} commands of the store `commands`, in the order of seqs
   */
  open(record, commands) {
    this.client = record.client;
    this.record = record;
    // What lies between the last command and the end of the block may have been used: never again.
    this.highest = Math.max(record.reserved ?? 0, ...commands.map((command) => command.seq));
    this.reserved = this.highest;
    for (const stored of commands) {
      this.#keep({ ...stored, carrier: 0, holdUntil: 0, accepted: 0, settle: null });
    }
    const early = this.early;
    this.early = [];
    for (const pending of early) this.#number(pending);
  }

  /**
   * @param {Pick<Pending, 'id' | 'room' | 'made' | 'command' | 'local' | 'keep' | 'at' | 'settle'>}
   *   fields
   * @returns {Pending}
   */
  add(fields) {
    if (this.size + this.early.length >= OUTBOX_MAX) throw new OutboxFull();
    const pending = { ...fields, seq: 0, sent: false, carrier: 0, holdUntil: 0, accepted: 0 };
    if (this.client === '') this.early.push(pending);
    else this.#number(pending);
    return pending;
  }

  /**
   * What may leave now, marked as sent: for each live room the oldest first, within the window
   * (CL6), up to `budget`. Whoever calls writes `takeChanges` before anything goes out.
   * @param
   *   {{rooms: Iterable<string>, carrier: number, now: number, budget: number, may: () => boolean}}
   *   connection `may` asks for a token of the pacer and is called once for each command
   * @returns {{pending: Pending, again: boolean, carrier: number}[]} `again`: the server may have
   *   seen it before
   */
  select({ rooms, carrier, now, budget, may }) {
    const selected = [];
    for (const room of rooms) {
      const queue = this.rooms.get(room);
      if (queue === undefined) continue;
      let oldest = 0;
      for (const pending of queue.values()) {
        oldest ||= pending.seq;
        if (this.inFlight >= budget || pending.seq - oldest >= IN_FLIGHT_MAX) break;
        const alone = pending.holdUntil > 0;
        if (pending.carrier === 0) {
          if (pending.holdUntil > now || pending.made === null) break;
          if (!may()) return selected;
          selected.push({ pending, again: pending.sent, carrier });
          this.#leave(pending, carrier);
        }
        // After a "not executed" the oldest goes alone: later ones of the room wait behind it
        // (CL6).
        if (alone) break;
      }
    }
    return selected;
  }

  /**
   * @param {Iterable<string>} rooms
   * @returns {number} monotonic time at which the next held command may go; Infinity if none is
   *   held
   */
  nextHold(rooms) {
    let next = Infinity;
    for (const room of rooms) {
      for (const pending of this.rooms.get(room)?.values() ?? []) {
        if (pending.carrier !== 0) continue;
        if (pending.holdUntil > 0) next = Math.min(next, pending.holdUntil);
        break;
      }
    }
    return next;
  }

  /**
   * The server has this command for good.
   * @param {string} room
   * @param {number} seq
   * @param {number} version
   * @returns {Pending | null} null if it was settled before, or is not ours
   */
  accept(room, seq, version) {
    // A seq that this life of the client id has not used: another one did, so it is never used
    // again.
    this.highest = Math.max(this.highest, seq);
    const pending = this.#remove(room, seq);
    if (pending !== null) pending.accepted = version;
    return pending;
  }

  /**
   * Ends a command without effect. What is to be kept for the person goes into storage in the same
   * write.
   * @param {string} room
   * @param {number} seq
   * @param {{key: string, value: any} | null} unsaved
   * @returns {Pending | null}
   */
  reject(room, seq, unsaved) {
    const pending = this.#remove(room, seq);
    if (pending !== null && unsaved !== null) {
      this.changes.set(`unsaved ${unsaved.key}`, { store: 'unsaved', ...unsaved });
    }
    return pending;
  }

  /**
   * Not executed: the same seq again, later.
   * @param {string} room
   * @param {number} seq
   * @param {number} until monotonic time
   */
  hold(room, seq, until) {
    const pending = this.rooms.get(room)?.get(seq);
    if (pending === undefined) return;
    if (pending.carrier !== 0) this.inFlight -= 1;
    pending.carrier = 0;
    pending.holdUntil = until;
  }

  /** The connection is gone, and with it every answer it owed. */
  disconnected() {
    this.inFlight = 0;
    for (const queue of this.rooms.values()) {
      for (const pending of queue.values()) {
        pending.carrier = 0;
        pending.holdUntil = 0;
      }
    }
  }

  /**
   * The room is no longer followed: its answers may not come any more.
   * @param {string} room
   */
  unfollowed(room) {
    for (const pending of this.rooms.get(room)?.values() ?? []) {
      if (pending.carrier !== 0) this.inFlight -= 1;
      pending.carrier = 0;
      pending.holdUntil = 0;
    }
  }

  /**
   * Commands that must not be sent any more, because nobody can say what they would do by now
   * (CL7). Only never-sent ones: what the server may have seen keeps its seq until it is answered.
   * @param {number} now wall time
   * @returns {Pending[]}
   */
  overdue(now) {
    return [...this.all()].filter((pending) => !pending.sent && now - pending.at > REVIEW_AFTER_MS);
  }

  /**
   * Never-sent commands of a room that were made in another generation, or not after `version`.
   * @param {string} room
   * @param {string} generation
   * @param {number} version
   * @returns {Pending[]}
   */
  outdated(room, generation, version) {
    return this.of(room).filter(
      ({ sent, made }) => !sent && made !== null && (made[0] !== generation || made[1] <= version),
    );
  }

  /**
   * The room has been seen for the first time: commands made before that are made now.
   * @param {string} room
   * @param {[string, number]} made
   */
  place(room, made) {
    for (const pending of this.of(room)) {
      if (pending.made !== null) continue;
      pending.made = made;
      this.#write(pending);
    }
  }

  /**
   * @param {string} room
   * @returns {Pending[]} oldest first
   */
  of(room) {
    return [
      ...(this.rooms.get(room)?.values() ?? []),
      ...this.early.filter((pending) => pending.room === room),
    ];
  }

  /** @returns {Iterable<Pending>} */
  *all() {
    for (const queue of this.rooms.values()) yield* queue.values();
    yield* this.early;
  }

  get waiting() {
    return this.size + this.early.length;
  }

  /**
   * What storage must be told, once; a failed write is given back to `restoreChanges`.
   * @returns {{changes: Change[], strict: boolean}}
   */
  takeChanges() {
    const taken = { changes: [...this.changes.values()], strict: this.strict };
    this.changes = new Map();
    this.strict = false;
    return taken;
  }

  /** @param {{changes: Change[], strict: boolean}} taken */
  restoreChanges({ changes, strict }) {
    const newer = this.changes;
    this.changes = new Map(changes.map((change) => [`${change.store} ${change.key}`, change]));
    for (const [key, change] of newer) this.changes.set(key, change);
    this.strict ||= strict;
  }

  /**
   * Says more of the client id, in storage too.
   * @param {{reserved?: number, account?: string, used?: number}} facts
   */
  describe(facts) {
    this.record = { ...this.record, ...facts };
    const key = clientKey(this.client);
    this.changes.set(`clients ${key}`, { store: 'clients', key, value: this.record });
  }

  /** @param {Pending} pending */
  #number(pending) {
    this.highest += 1;
    pending.seq = this.highest;
    if (this.highest > this.reserved) {
      this.reserved = this.highest + SEQ_BLOCK;
      this.describe({ reserved: this.reserved });
      this.strict = true;
    }
    this.#keep(pending);
    this.#write(pending);
  }

  /** @param {Pending} pending */
  #keep(pending) {
    const queue = this.rooms.get(pending.room) ?? new Map();
    this.rooms.set(pending.room, queue);
    queue.set(pending.seq, pending);
    this.size += 1;
  }

  /**
   * @param {Pending} pending
   * @param {number} carrier
   */
  #leave(pending, carrier) {
    pending.carrier = carrier;
    this.inFlight += 1;
    if (pending.sent) return;
    pending.sent = true;
    this.#write(pending);
  }

  /**
   * @param {string} room
   * @param {number} seq
   * @returns {Pending | null}
   */
  #remove(room, seq) {
    const queue = this.rooms.get(room);
    const pending = queue?.get(seq);
    if (queue === undefined || pending === undefined) return null;
    queue.delete(seq);
    if (queue.size === 0) this.rooms.delete(room);
    this.size -= 1;
    if (pending.carrier !== 0) this.inFlight -= 1;
    const key = commandKey(this.client, seq);
    this.changes.set(`commands ${key}`, { store: 'commands', key, value: undefined });
    return pending;
  }

  /** @param {Pending} pending */
  #write(pending) {
    if (this.client === '') return;
    const { id, seq, room, made, command, local, keep, at, sent } = pending;
    const key = commandKey(this.client, seq);
    const value = { id, seq, room, made, command, local, keep, at, sent };
    this.changes.set(`commands ${key}`, { store: 'commands', key, value });
  }
}
