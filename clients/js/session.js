/**
 * One client id on the wire: its connection, and the rooms it follows from join to `closed`.
 * Commands are dispatcher.js's; what a room shows is room.js's (SPEC CL13, CL14).
 *
 * @typedef {import('./types.js').Pending} Pending
 * @typedef {import('./types.js').Position} Position
 * @typedef {import('./types.js').Unsaved} Unsaved
 *
 * @typedef {object} Follower what a session needs of a room, or of what stands in for one
 * @property {string} id
 * @property {string | undefined} invite
 * @property {Position | null} position where to go on from; null: from a snapshot
 * @property {any} [filter] what is wanted of it; null: all
 * @property {() => void} asked a join is on its way
 * @property {(messages: any[], joined: any, done: Pending[]) => void} live everything up to
 *   `joined`, at once
 * @property {(message: any) => void} message snapshot, entries, private or presence of the live
 *   room
 * @property {(done: Pending[]) => void} accepted
 * @property {(pending: Pending, unsaved: Unsaved) => void} ended a command of this room ended
 *   without effect
 * @property {(code: string, incident: string | null) => void} refused not followed any more, or
 *   never
 * @property {() => void} lost the connection is gone
 *
 * @typedef {object} Owner
 * @property {(welcome: any) => boolean} welcome false: this client id may not go on with that
 *   account
 * @property {(notice: any) => void} notice
 * @property {(problem: {code: string, room?: string, detail?: any}) => void} problem
 * @property {(pending: Pending, unsaved: Unsaved) => {key: string, value: any}} record
 * @property {() => void} changed
 */
import { Backoff } from './backoff.js';
import { Connection } from './connection.js';
import { Dispatcher } from './dispatcher.js';
import { reportError } from './emitter.js';
import { BUSY_MAX_MS, DEFAULT_LIMITS, HELLO_ROOMS_MAX } from './limits.js';
import { Pacer } from './pacer.js';
import { Gap } from './replica.js';

/** Reasons of `closed` after which the room comes back by itself: it reopens from its log. */
const REOPENS = new Set(['failed']);

class Following {
  /**
   * @param {Follower} follower
   * @param {() => number} random
   */
  constructor(follower, random) {
    this.follower = follower;
    /** @type {'absent' | 'asked' | 'live'} */
    this.phase = 'absent';
    /** @type {any[]} what came before `joined` */
    this.early = [];
    this.again = new Backoff(random);
    /** @type {() => void} */
    this.cancel = () => undefined;
  }
}

export class Session {
  /**
   * @param {import('./connection.js').Settings & {agent: string}} settings
   * @param {import('./storage_memory.js').Storage} storage
   * @param {Owner} owner
   */
  constructor(settings, storage, owner) {
    this.clock = settings.clock;
    this.agent = settings.agent;
    this.owner = owner;
    /** @type {Map<string, Following>} */
    this.rooms = new Map();
    /** @type {Map<number, string>} ref of a join → room */
    this.refs = new Map();
    this.ref = 0;
    /** @type {Set<string>} rooms that were left and have not said goodbye: a join now would be out of phase (MS7, MS8) */
    this.leaving = new Set();
    this.connection = new Connection(settings, {
      hello: () => this.#hello(),
      welcome: (welcome) => this.#welcome(welcome),
      message: (message) => this.#message(message),
      lost: () => this.#lost(),
      changed: () => owner.changed(),
    });
    this.dispatcher = new Dispatcher(this.connection, storage, {
      liveRooms: () => this.#liveRooms(),
      record: owner.record,
      ended: (pending, unsaved) => this.rooms.get(pending.room)?.follower.ended(pending, unsaved),
      problem: owner.problem,
    });
    this.presencePacer = new Pacer(this.clock.monotonic, DEFAULT_LIMITS.presence_rate_per_s, 4);
  }

  get outbox() {
    return this.dispatcher.outbox;
  }

  /** @param {Follower} follower */
  follow(follower) {
    this.rooms.set(follower.id, new Following(follower, this.clock.random));
    this.#join(follower.id);
  }

  /** @param {string} room */
  unfollow(room) {
    const following = this.rooms.get(room);
    if (following === undefined) return;
    following.cancel();
    this.rooms.delete(room);
    this.outbox.unfollowed(room);
    if (following.phase !== 'absent' && this.connection.send({ type: 'leave', room }))
      this.leaving.add(room);
  }

  /**
   * Leaves the room on the wire and joins it anew: it wants something else of it.
   * @param {string} room
   */
  rejoin(room) {
    const following = this.rooms.get(room);
    if (following === undefined || following.phase === 'absent') return;
    following.cancel();
    following.phase = 'absent';
    this.outbox.unfollowed(room);
    if (this.connection.send({ type: 'leave', room })) this.leaving.add(room);
    following.follower.asked();
  }

  /** @param {string} room */
  isLive(room) {
    return this.rooms.get(room)?.phase === 'live';
  }

  /** Ends for good; resolves when storage knows everything. */
  async close() {
    for (const following of this.rooms.values()) following.cancel();
    this.connection.stop();
    await this.dispatcher.close();
  }

  /** @returns {Iterable<string>} */
  *#liveRooms() {
    for (const [room, { phase }] of this.rooms) if (phase === 'live') yield room;
  }

  #hello() {
    const rooms = [];
    for (const following of this.rooms.values()) {
      if (rooms.length === HELLO_ROOMS_MAX) break;
      rooms.push(this.#ask(following));
    }
    return { client: this.outbox.client, protocol: 1, agent: this.agent, rooms };
  }

  /** @param {Following} following */
  #ask(following) {
    const { follower } = following;
    following.phase = 'asked';
    following.early = [];
    follower.asked();
    const { id: room, position, invite, filter = null } = follower;
    return {
      room,
      ...(filter === null ? {} : { filter }),
      ...(position === null ? {} : { position }),
      ...(invite === undefined ? {} : { invite }),
    };
  }

  /** @param {string} room */
  #join(room) {
    const following = this.rooms.get(room);
    if (following?.phase !== 'absent' || this.leaving.has(room) || this.connection.phase !== 'open')
      return;
    this.ref += 1;
    this.refs.set(this.ref, room);
    this.connection.send({ type: 'join', ref: this.ref, ...this.#ask(following) });
  }

  /**
   * @param {Following} following
   * @param {number} ms
   */
  #joinLater(following, ms) {
    following.cancel();
    following.cancel = this.clock.after(ms, () => this.#join(following.follower.id));
  }

  /** @param {any} welcome */
  #welcome(welcome) {
    const { presence_rate_per_s: rate } = this.connection.limits;
    this.dispatcher.connected();
    this.presencePacer.configure(rate, Math.max(2, rate / 4));
    if (!this.owner.welcome(welcome)) return;
    // Those that had no place in `hello`, and those that came since it left.
    for (const room of this.rooms.keys()) this.#join(room);
  }

  #lost() {
    this.outbox.disconnected();
    this.refs.clear();
    this.leaving.clear();
    for (const following of this.rooms.values()) {
      following.cancel();
      following.phase = 'absent';
      following.early = [];
      following.follower.lost();
    }
    void this.dispatcher.pump();
  }

  /** @param {any} message */
  #message(message) {
    switch (message.type) {
      case 'accepted':
        return this.#accepted(message);
      case 'rejected':
        this.dispatcher.reject(message);
        return void this.dispatcher.pump();
      case 'joined':
        return this.#joined(message);
      case 'snapshot':
      case 'entries':
      case 'private':
      case 'presence':
      case 'scores':
        return this.#ofRoom(message);
      case 'closed':
        return this.#roomClosed(message);
      case 'error':
        return this.#error(message);
      case 'notice':
        return this.owner.notice(message);
      default:
        return this.owner.problem({ code: 'unknown_message', detail: message.type });
    }
  }

  /** @param {any} message */
  #accepted({ room, done }) {
    const settled = this.dispatcher.accept(room, done);
    if (settled.length > 0) this.rooms.get(room)?.follower.accepted(settled);
    void this.dispatcher.pump();
  }

  /** @param {any} message */
  #ofRoom(message) {
    const following = this.rooms.get(message.room);
    // A room that we have just left may still speak.
    if (following === undefined || following.phase === 'absent') return;
    if (following.phase === 'asked') following.early.push(message);
    else this.#guard(following.follower, () => following.follower.message(message));
  }

  /** @param {any} message */
  #joined(message) {
    const following = this.rooms.get(message.room);
    // The answer to a join that we have taken back: the one that counts is still to be asked.
    if (following?.phase !== 'asked') return;
    const early = following.early;
    following.early = [];
    following.phase = 'live';
    following.again.reset();
    const done = this.dispatcher.accept(message.room, message.done ?? []);
    this.#guard(following.follower, () => following.follower.live(early, message, done));
    this.dispatcher.placed(message.room, message.position);
    void this.dispatcher.pump();
  }

  /**
   * A hole or a half-applied state is never shown: we connect again and go on from what is certain
   * (CL13).
   * @param {Follower} follower
   * @param {() => void} act
   */
  #guard(follower, act) {
    try {
      act();
    } catch (error) {
      if (!(error instanceof Gap)) reportError(error);
      this.owner.problem({ code: 'out_of_step', room: follower.id, detail: String(error) });
      this.connection.restart(String(error));
    }
  }

  /** @param {any} message */
  #roomClosed({ room, reason, incident = null }) {
    const following = this.rooms.get(room);
    if (reason === 'left' && this.leaving.delete(room)) return this.#join(room);
    if (following === undefined) return;
    following.phase = 'absent';
    this.outbox.unfollowed(room);
    following.follower.refused(reason, incident);
    if (REOPENS.has(reason)) this.#joinLater(following, following.again.next());
  }

  /** @param {any} message */
  #error({ code, ref, room, retry = false, detail, wait_ms: wait }) {
    const id = room ?? this.refs.get(ref ?? -1);
    const following = id === undefined ? undefined : this.rooms.get(id);
    if (following?.phase === 'asked') {
      following.phase = 'absent';
      if (retry || code === 'rate_limited')
        this.#joinLater(following, wait ?? following.again.next());
      else following.follower.refused(code, null);
      return;
    }
    if (code === 'rate_limited') this.dispatcher.pacer.block(wait ?? BUSY_MAX_MS);
    this.owner.problem({ code, room: id, detail });
  }
}
