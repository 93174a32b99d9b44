/**
 * What a person sees: the confirmed state with their own pending commands on top, computed again
 * over whatever arrives (SPEC CL15). A command stays predicted until its entry is applied, not
 * merely until it is accepted: nothing jumps.
 *
 * @typedef {import('./types.js').Pending} Pending
 * @typedef {import('./types.js').Me} Me
 * @typedef {import('./replica.js').RoomState} RoomState
 */
import { reportError } from './emitter.js';
import { isMembershipCommand, predictMembership } from './kinds/membership.js';

export class Prediction {
  /**
   * @param {import('./replica.js').Replica} replica
   * @param {() => Me} me
   */
  constructor(replica, me) {
    this.replica = replica;
    this.me = me;
    /** @type {Map<string, Pending>} by id, oldest first */
    this.pending = new Map();
    /** @type {Map<number, Pending>} accepted, by the version that has not come yet */
    this.ahead = new Map();
    /** @type {RoomState | null} null: to be computed when somebody looks */
    this.cached = null;
  }

  /** @returns {RoomState | null} null before there is a confirmed state */
  get state() {
    const { state } = this.replica;
    if (state === null) return null;
    if (this.cached === null) {
      this.cached = state;
      for (const pending of this.pending.values())
        this.cached = this.#predict(this.cached, pending);
    }
    return this.cached;
  }

  /** @param {Pending} pending */
  add(pending) {
    this.pending.set(pending.id, pending);
    if (this.cached !== null) this.cached = this.#predict(this.cached, pending);
  }

  /**
   * Durable: predicted until the entry comes, and no longer if it is here already.
   * @param {Pending} pending
   */
  accept(pending) {
    if (!this.pending.has(pending.id)) return;
    if (pending.accepted <= this.replica.version) this.drop(pending.id);
    else this.ahead.set(pending.accepted, pending);
  }

  /** @param {string} id */
  drop(id) {
    if (this.pending.delete(id)) this.cached = null;
  }

  /**
   * The entry of this version is part of the confirmed state.
   * @param {number} version
   */
  arrived(version) {
    const pending = this.ahead.get(version);
    if (pending === undefined) return;
    this.ahead.delete(version);
    this.drop(pending.id);
  }

  /** The confirmed state is another: whatever it has reached is no longer predicted. */
  rebase() {
    this.cached = null;
    for (const version of [...this.ahead.keys()])
      if (version <= this.replica.version) this.arrived(version);
  }

  clear() {
    this.pending.clear();
    this.ahead.clear();
    this.cached = null;
  }

  /**
   * @param {RoomState} state
   * @param {Pending} pending
   * @returns {RoomState}
   */
  #predict(state, { command }) {
    try {
      if (isMembershipCommand(command)) {
        const membership = predictMembership(state.membership, command, this.me());
        return membership === state.membership ? state : { ...state, membership };
      }
      const kind = this.replica.model.predict(state.kind, command, this.me());
      return kind === state.kind ? state : { ...state, kind };
    } catch (error) {
      // A guess that fails must not keep anybody from seeing what is certain.
      reportError(error);
      return state;
    }
  }
}
