/**
 * The public face (README.md): one Touchline per page, with its rooms. Composes the parts: which
 * client id, which storage, one session, couriers for orphaned outboxes, and the one status that a
 * page shows.
 *
 * @typedef {import('./types.js').Pending} Pending
 * @typedef {import('./types.js').Model} Model
 * @typedef
 *   {'connecting' | 'live' | 'saving' | 'catching-up' | 'offline' | 'moving' | 'stale' | 'signed-out' | 'outdated' | 'closed'}
 *   Status
 *
 * @typedef {object} Options
 * @property {string | string[] | (() => Promise<string | string[]>)} url of several servers the one to try first in front
 * @property {(circumstance: {refused: boolean}) => Promise<string>} token
 * @property {'indexeddb' | 'memory' | import('./storage_memory.js').Storage} [storage]
 * @property {import('./codec_json.js').Codec} [codec] JSON_CODEC, or MSGPACK_CODEC of
 *   codec_msgpack.js: who does without it need not fetch it
 * @property {string} [account]
 * @property {string} [agent]
 * @property {new (url: string, protocols: string[]) => WebSocket} [WebSocket]
 * @property {import('./clock.js').Clock} [clock] for tests
 * @property {import('./lease.js').Leases} [leases] for tests
 *
 * @typedef {{code: string, when?: number, where?: string, room?: string}} Notice
 * @typedef {{code: string, room?: string, detail?: any}} Problem
 */
import { Adoption } from './adoption.js';
import { claimClient } from './client_ids.js';
import { randomName, systemClock } from './clock.js';
import { JSON_CODEC } from './codec_json.js';
import { Emitter } from './emitter.js';
import { RecordLeases } from './lease.js';
import { clientKey } from './outbox.js';
import { leaveTab, takeTab, watchPage } from './page_life.js';
import { Room } from './room.js';
import { RoomStore } from './room_store.js';
import { Session } from './session.js';
import { standIn } from './stand_in.js';
import { statusOf } from './status.js';
import { chooseLeases, chooseStorage } from './storage_choice.js';
import { MemoryStorage } from './storage_memory.js';
import { UnsavedList } from './unsaved.js';

export { OutboxFull } from './outbox.js';

/** @extends {Emitter<{status: Status, notice: Notice, problem: Problem}>} */
export class Touchline extends Emitter {
  /** @param {Options} options */
  constructor(options) {
    super();
    const {
      url,
      storage,
      clock = systemClock,
      codec = JSON_CODEC,
      agent = 'touchline.js',
    } = options;
    this.clock = clock;
    this.wanted = options.account ?? null;
    /** @type {string | null} */
    this.account = null;
    /** @type {string | null} */
    this.name = null;
    /** @type {Map<string, Room>} */
    this.rooms = new Map();
    this.tab = takeTab();
    this.storage = chooseStorage(storage);
    this.leases = options.leases ?? chooseLeases(this.storage, clock, this.tab?.holder ?? '');
    this.settings = {
      address: typeof url === 'function' ? url : async () => url,
      token: options.token,
      codec,
      clock,
      WebSocket: options.WebSocket ?? globalThis.WebSocket,
      agent,
    };
    this.unsavedList = new UnsavedList(this.storage);
    this.roomStore = new RoomStore(this.storage, clock);
    /** @type {import('./lease.js').Lease | null} */
    this.lease = null;
    /** Number of the present client id: what an earlier one still does is not heard. */
    this.life = 0;
    this.opening = false;
    this.ended = false;
    this.wasLive = false;
    this.stale = false;
    this.commands = 0;
    this.prefix = randomName(8);
    /** @type {(() => void) | null} */
    this.cancelStatus = null;
    /** @type {() => void} */
    this.unwatch = () => undefined;
    this.session = this.#newSession();
    this.adoption = this.#newAdoption();
  }

  /**
   * @param {string} id
   * @param {{model: Model, invite?: string}} options
   * @returns {Room}
   */
  join(id, options) {
    if (this.ended) throw new Error('this Touchline is closed');
    const known = this.rooms.get(id);
    if (known !== undefined) return known;
    const room = new Room(id, options, this);
    this.rooms.set(id, room);
    if (this.lease !== null) void this.#follow(room, this.life);
    else if (!this.opening) void this.#open();
    return room;
  }

  /** @returns {Status} */
  get status() {
    return statusOf(this);
  }

  /** Why it is closed for good, or null. */
  get closed() {
    const { end } = this.session.connection;
    return end === null ? null : { code: end.code, reason: end.reason };
  }

  get retryAt() {
    return this.session.connection.retryAt;
  }

  get waiting() {
    let waiting = 0;
    for (const { outbox } of this.#sessions()) waiting += outbox.waiting;
    return waiting;
  }

  get unsaved() {
    return this.unsavedList.size;
  }

  serverNow() {
    return this.session.connection.time.now();
  }

  retryNow() {
    for (const { connection } of this.#sessions()) connection.retryNow();
  }

  async close() {
    if (this.ended) return;
    this.ended = true;
    this.life += 1;
    this.unwatch();
    this.changed();
    for (const room of [...this.rooms.values()]) room.leave();
    await this.adoption.stop();
    await this.roomStore.flush();
    await this.session.close();
    await this.lease?.release().catch(() => undefined);
    this.storage.close();
  }

  // --- what rooms ask for (room.js, Desk)

  newId() {
    this.commands += 1;
    return `${this.prefix}-${this.commands}`;
  }

  /**
   * @param {string} room
   * @returns {Pending[]}
   */
  pendingOf(room) {
    return [...this.#sessions()]
      .flatMap(({ outbox }) => outbox.of(room))
      .sort((a, b) => a.at - b.at);
  }

  /** @param {Room} room */
  stateChanged(room) {
    if (this.account !== null) this.roomStore.changed(this.account, room.replica);
  }

  changed() {
    this.cancelStatus ??= this.clock.after(0, () => {
      this.cancelStatus = null;
      this.emit('status', this.status);
    });
  }

  /**
   * @param {Room} room
   * @param {string} code
   */
  over(room, code) {
    const { session } = this;
    for (const pending of session.outbox.of(room.id)) {
      session.dispatcher.end(pending, code, pending.sent ? { unknown: true } : null);
    }
    session.unfollow(room.id);
    void session.dispatcher.pump();
    void this.roomStore.forget(this.account ?? '', room.id);
  }

  /** @param {Room} room */
  left(room) {
    this.rooms.delete(room.id);
    this.session.unfollow(room.id);
    this.#standIn();
    this.changed();
  }

  // --- the client id, and what follows from it

  #newSession() {
    const life = this.life;
    return new Session(this.settings, this.storage, {
      welcome: (welcome) => this.#welcome(welcome),
      notice: ({ type: _, ...notice }) => this.#notice(notice),
      problem: (problem) => this.emit('problem', problem),
      record: (pending, unsaved) => this.#record(pending, unsaved),
      changed: () => {
        if (life === this.life) this.changed();
      },
    });
  }

  #newAdoption() {
    const touchline = this;
    return new Adoption(this.clock, {
      get storage() {
        return touchline.storage;
      },
      get leases() {
        return touchline.leases;
      },
      get session() {
        return touchline.session;
      },
      get account() {
        return touchline.account;
      },
      settings: this.settings,
      rooms: this.rooms,
      record: (pending, unsaved) => this.#record(pending, unsaved),
      problem: (problem) => this.emit('problem', problem),
      changed: () => this.changed(),
    });
  }

  /** Takes a client id and what storage holds, then connects. */
  async #open() {
    this.opening = true;
    const life = this.life;
    const claim = await this.#claim(life);
    if (life !== this.life) return void claim.lease.release();
    const { session } = this;
    this.lease = claim.lease;
    session.outbox.open(claim.record, claim.commands);
    this.account = claim.record.account === '' ? this.wanted : claim.record.account;
    this.unwatch();
    this.unwatch = watchPage({
      online: () => this.retryNow(),
      offline: () => session.connection.heartbeat.probe(),
      shown: () => this.retryNow(),
      leaving: (comesBack) => this.#leaving(comesBack),
    });
    await this.unsavedList.load(this.account ?? '').catch((error) => this.#storageFailed(error));
    await Promise.all([...this.rooms.values()].map((room) => this.#follow(room, life)));
    if (life !== this.life) return;
    this.opening = false;
    this.#standIn();
    session.connection.start();
    // Offline, too: what is queued is written down.
    void session.dispatcher.pump();
    void this.roomStore.trim();
    this.changed();
  }

  /**
   * @param {number} life
   * @returns {Promise<import('./client_ids.js').Claim>}
   */
  async #claim(life) {
    const lost = () => {
      // A tab that slept: another one holds our client id, with all that was written under it.
      if (life === this.life) this.#startOver('lease_lost');
    };
    const claim = () =>
      claimClient({
        storage: this.storage,
        leases: this.leases,
        clock: this.clock,
        account: this.wanted,
        preferred: this.tab?.client ?? '',
        lost,
      });
    try {
      await this.storage.open();
      return await claim();
    } catch (error) {
      this.#storageFailed(error);
      // Work goes on without a memory: what is typed is lost with the tab, and the page has been
      // told.
      this.storage = new MemoryStorage();
      this.leases = new RecordLeases(this.storage, this.clock);
      this.unsavedList = new UnsavedList(this.storage);
      this.roomStore = new RoomStore(this.storage, this.clock);
      const { early } = this.session.outbox;
      this.session = this.#newSession();
      this.session.outbox.early = early;
      return claim();
    }
  }

  /**
   * @param {Room} room
   * @param {number} life
   */
  async #follow(room, life) {
    if (this.account !== null) await this.roomStore.load(this.account, room.replica);
    if (life !== this.life || this.rooms.get(room.id) !== room) return;
    room.adopt();
    this.session.unfollow(room.id);
    this.session.follow(room.follower);
  }

  /** Rooms that no page has open any more still have to answer what was done in them. */
  #standIn() {
    const { session } = this;
    if (this.ended) return;
    for (const id of session.outbox.rooms.keys()) {
      if (this.rooms.has(id) || session.rooms.has(id)) continue;
      const drained = () => {
        if (!this.rooms.has(id)) session.unfollow(id);
      };
      session.follow(standIn(id, session, { room: () => undefined, drained }));
    }
  }

  /**
   * @param {any} welcome
   * @returns {boolean}
   */
  #welcome({ account, name }) {
    const { outbox, dispatcher } = this.session;
    if (outbox.record.account !== '' && outbox.record.account !== account) {
      this.wanted = account;
      this.#startOver('other_account');
      return false;
    }
    if (this.account !== account)
      void this.unsavedList.load(account).catch((error) => this.#storageFailed(error));
    this.account = account;
    this.name = name;
    this.wasLive = true;
    this.stale = false;
    outbox.describe({ account, used: this.clock.now() });
    void dispatcher.pump();
    this.adoption.start();
    return true;
  }

  /**
   * This client id is not ours any more: its commands stay where they are written, and we go on
   * under another.
   * @param {string} why
   */
  #startOver(why) {
    const { session, lease } = this;
    this.life += 1;
    this.lease = null;
    void this.adoption.stop();
    this.adoption = this.#newAdoption();
    // Whoever holds the id now knows better how far its seqs are reserved.
    session.outbox.changes.delete(`clients ${clientKey(session.outbox.client)}`);
    for (const pending of session.outbox.all()) {
      pending.settle?.({ accepted: false, code: why, detail: null, command: pending.command });
    }
    void session.close().then(() => lease?.release());
    this.session = this.#newSession();
    for (const room of this.rooms.values()) room.forget();
    void this.#open();
  }

  /**
   * @param {Pending} pending
   * @param {import('./types.js').Unsaved} unsaved
   */
  #record({ room }, unsaved) {
    this.unsavedList.add(room, unsaved);
    this.changed();
    return this.unsavedList.record(room, unsaved);
  }

  /** @param {Notice} notice */
  #notice(notice) {
    if (notice.code === 'stale') this.stale = true;
    if (notice.code === 'recovered') this.stale = false;
    this.emit('notice', notice);
    this.changed();
  }

  /** @param {boolean} comesBack */
  #leaving(comesBack) {
    void this.session.dispatcher.pump();
    void this.roomStore.flush();
    if (!comesBack) void this.lease?.release();
    const { leases, session } = this;
    leaveTab({
      client: session.outbox.client,
      holder: leases instanceof RecordLeases ? leases.holder : '',
    });
  }

  /** @param {unknown} error */
  #storageFailed(error) {
    this.emit('problem', { code: 'storage_unavailable', detail: String(error) });
  }

  *#sessions() {
    yield this.session;
    for (const courier of this.adoption.couriers) yield courier.session;
  }
}
