/**
 * The last confirmed state of rooms, kept so that a page that starts without a network shows what
 * was there, and one that starts with a network goes on from its position (SPEC CL16). A
 * convenience: it may be lost at any time.
 *
 * @typedef {import('./replica.js').Replica} Replica
 */
import { STORED_ROOM_BYTES_MAX, STORED_ROOMS_MAX, STORE_ROOM_EVERY_MS } from './limits.js';

export class RoomStore {
  /**
   * @param {import('./storage_memory.js').Storage} storage
   * @param {import('./clock.js').Clock} clock
   */
  constructor(storage, clock) {
    this.storage = storage;
    this.clock = clock;
    /** @type {Map<string, Replica>} changed since they were written, by key */
    this.due = new Map();
    /** @type {(() => void) | null} */
    this.cancel = null;
  }

  /**
   * Puts the replica where it was when it was last written, if it still is empty then.
   * @param {string} account
   * @param {Replica} replica
   */
  async load(account, replica) {
    const record = await this.storage
      .get('rooms', `${account} ${replica.room}`)
      .catch(() => undefined);
    const { kind, shape = 1 } = replica.model;
    if (
      record === undefined ||
      record.kind !== kind ||
      record.shape !== shape ||
      replica.filter !== null ||
      replica.position !== null
    )
      return;
    replica.position = record.position;
    replica.state = record.state;
  }

  /**
   * @param {string} account
   * @param {Replica} replica
   */
  changed(account, replica) {
    this.due.set(`${account} ${replica.room}`, replica);
    this.cancel ??= this.clock.after(STORE_ROOM_EVERY_MS, () => void this.flush());
  }

  /** Writes what is due now: the page may be about to go. */
  async flush() {
    this.cancel?.();
    this.cancel = null;
    const due = [...this.due];
    this.due.clear();
    const changes = [];
    for (const [key, { model, position, state, filter }] of due) {
      // A part of a room is nothing to go on from.
      if (filter !== null) continue;
      if (position === null || JSON.stringify(state).length > STORED_ROOM_BYTES_MAX) continue;
      const value = {
        key,
        kind: model.kind,
        shape: model.shape ?? 1,
        position,
        state,
        at: this.clock.now(),
      };
      changes.push({ store: /** @type {const} */ ('rooms'), key, value });
    }
    if (changes.length === 0) return;
    // A full storage costs the start without a network, nothing else.
    await this.storage.write(changes).catch(() => undefined);
  }

  /** Forgets rooms that nobody has looked at for the longest time. */
  async trim() {
    const records = await this.storage.list('rooms').catch(() => []);
    const old = records.sort((a, b) => b.at - a.at).slice(STORED_ROOMS_MAX);
    if (old.length === 0) return;
    const changes = old.map(({ key }) => ({
      store: /** @type {const} */ ('rooms'),
      key,
      value: undefined,
    }));
    await this.storage.write(changes).catch(() => undefined);
  }

  /**
   * The account may not see the room any more, so neither may this machine keep it.
   * @param {string} account
   * @param {string} room
   */
  async forget(account, room) {
    const key = `${account} ${room}`;
    this.due.delete(key);
    await this.storage.write([{ store: 'rooms', key, value: undefined }]).catch(() => undefined);
  }

  stop() {
    this.cancel?.();
    this.cancel = null;
  }
}
