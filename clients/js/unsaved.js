/**
 * What a person did and the room does not hold: rejected, in conflict or too old. Kept in storage,
 * with the values, until they decide (SPEC CL7, CL17). Belongs to the account, not to a tab.
 *
 * @typedef {import('./types.js').Unsaved} Unsaved
 * @typedef {import('./types.js').Pending} Pending
 */

export class UnsavedList {
  /** @param {import('./storage_memory.js').Storage} storage */
  constructor(storage) {
    this.storage = storage;
    this.account = '';
    /** @type {Map<string, Map<string, Unsaved>>} by room, by id, oldest first */
    this.rooms = new Map();
  }

  /**
   * Everything of this account; what was known of another one is forgotten here and stays in
   * storage.
   * @param {string} account
   */
  async load(account) {
    this.account = account;
    this.rooms = new Map();
    const records = await this.storage.list('unsaved', `${account} `);
    records.sort((a, b) => a.unsaved.at - b.unsaved.at);
    if (this.account === account) for (const { room, unsaved } of records) this.add(room, unsaved);
  }

  get size() {
    let size = 0;
    for (const room of this.rooms.values()) size += room.size;
    return size;
  }

  /**
   * @param {string} room
   * @returns {Unsaved[]} oldest first
   */
  of(room) {
    return [...(this.rooms.get(room)?.values() ?? [])];
  }

  /**
   * @param {string} room
   * @param {Unsaved} unsaved
   */
  add(room, unsaved) {
    const list = this.rooms.get(room) ?? new Map();
    this.rooms.set(room, list);
    list.set(unsaved.id, unsaved);
  }

  /**
   * @param {string} room
   * @param {string} id
   * @returns {Unsaved | null}
   */
  take(room, id) {
    const unsaved = this.rooms.get(room)?.get(id) ?? null;
    this.rooms.get(room)?.delete(id);
    return unsaved;
  }

  /**
   * The record in storage.
   * @param {string} room
   * @param {Unsaved} unsaved
   * @returns {{key: string, value: any}}
   */
  record(room, unsaved) {
    return { key: this.key(room, unsaved.id), value: { room, unsaved } };
  }

  /**
   * @param {string} room
   * @param {string} id
   */
  key(room, id) {
    return `${this.account} ${room} ${id}`;
  }
}
