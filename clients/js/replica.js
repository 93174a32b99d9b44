/**
 * What the room is by what the server has confirmed: a state at a position, moved on by entries and
 * by nothing else. Whoever feeds it gets an error for a gap, because a hole may never be silent
 * (SPEC CL13).
 *
 * @typedef {import('./types.js').Entry} Entry
 * @typedef {import('./types.js').Position} Position
 * @typedef {{membership: import('./kinds/membership.js').Membership, kind: any}} RoomState
 */
import { applyMembershipEvent, isMembershipEvent } from './kinds/membership.js';

export class Gap extends Error {
  /**
   * @param {string} room
   * @param {number} expected
   * @param {number} got
   */
  constructor(room, expected, got) {
    super(`room ${room}: expected version ${expected}, got ${got}`);
    this.name = 'Gap';
  }
}

export class Replica {
  /**
   * @param {string} room
   * @param {import('./types.js').Model} model
   */
  constructor(room, model) {
    this.room = room;
    this.model = model;
    /** @type {Position | null} */
    this.position = null;
    /** @type {RoomState | null} */
    this.state = null;
    /** @type {any} what is wanted of the room (SPEC FF1); null: all of it */
    this.filter = null;
  }

  get version() {
    return this.position?.[1] ?? 0;
  }

  /**
   * Starts over from a snapshot.
   * @param {{position: Position, kind: string, state: {room: any, kind: any}}} snapshot
   */
  reset(snapshot) {
    if (snapshot.kind !== this.model.kind) {
      throw new TypeError(`room ${this.room} is a ${snapshot.kind}, not a ${this.model.kind}`);
    }
    this.state = { membership: snapshot.state.room, kind: this.model.initial(snapshot.state.kind) };
    this.position = snapshot.position;
  }

  /**
   * What only this account may see.
   * @param {{version: number, state?: any, events?: any[]}} message
   */
  reveal(message) {
    if (this.state === null || this.model.applyPrivate === undefined) return;
    this.state = { ...this.state, kind: this.model.applyPrivate(this.state.kind, message) };
  }

  /** Joined again: what only a connection is told is not known any more. */
  entered() {
    if (this.state === null || this.model.entered === undefined) return;
    this.state = { ...this.state, kind: this.model.entered(this.state.kind) };
  }

  /**
   * Applies what continues at the next version; what is known already is passed over. With
   * `skipped_to` all up to that version is told: what is not there was not wanted (SPEC FF6).
   * @param {{first: number, tag: string, entries: Entry[], skipped_to?: number}} message
   * @param {(version: number) => boolean} isOwn
   * @returns {Entry[]} those that were new
   */
  apply(message, isOwn) {
    if (this.position === null || this.state === null) throw new Gap(this.room, 0, message.first);
    const [generation, version] = this.position;
    let state = this.state;
    let at = version;
    const fresh = message.entries.filter((entry) => entry.v > version);
    const skipped = message.skipped_to;
    if (skipped !== undefined && message.first > version + 1)
      throw new Gap(this.room, version + 1, message.first);
    for (const entry of fresh) {
      if (skipped === undefined && entry.v !== at + 1) throw new Gap(this.room, at + 1, entry.v);
      at = entry.v;
      const stamp = { version: entry.v, at: entry.at, by: entry.by, own: isOwn(entry.v) };
      for (const event of entry.events ?? []) {
        state = isMembershipEvent(event)
          ? { ...state, membership: applyMembershipEvent(state.membership, event, stamp) }
          : { ...state, kind: this.model.applyEvent(state.kind, event, stamp) };
      }
      if (entry.gone !== undefined && this.model.gone !== undefined)
        state = { ...state, kind: this.model.gone(state.kind, entry.gone) };
    }
    at = Math.max(at, skipped ?? 0);
    // Only now: an error in the middle leaves the replica where it was.
    this.state = state;
    if (at > version) this.position = [generation, at, message.tag];
    return fresh;
  }

  forget() {
    this.position = null;
    this.state = null;
  }
}
