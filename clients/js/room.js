/**
 * One room as a page sees it: state, people, commands. Joins the replica, the predictions, presence
 * and what is unsaved; the wire is session.js's, the public face is described in README.md.
 *
 * @typedef {import('./types.js').Pending} Pending
 * @typedef {import('./types.js').Unsaved} Unsaved
 * @typedef {import('./types.js').Answer} Answer
 * @typedef
 * {'joining' | 'live' | 'catching-up' | 'offline' | 'closed' | 'removed' | 'not-found' | 'full' | 'gone' | 'failed'}
 *   Phase
 * @typedef {{id: string, readonly seq: number, settled: Promise<Answer>}} Submitted
 *
 * @typedef {object} Desk what a room needs of the Touchline it belongs to
 * @property {import('./clock.js').Clock} clock
 * @property {import('./session.js').Session} session of this tab
 * @property {string | null} account
 * @property {string | null} name
 * @property {import('./unsaved.js').UnsavedList} unsavedList
 * @property {() => string} newId
 * @property {(room: string) => Pending[]} pendingOf in every outbox that this tab moves
 * @property {(room: Room) => void} stateChanged the confirmed state is another
 * @property {() => void} changed something that `status` tells is another
 * @property {(room: Room, code: string) => void} over the account may not follow the room
 * @property {(room: Room) => void} left
 *
 * @typedef {object} RoomEvents
 * @property {undefined} change
 * @property {import('./presence.js').PresenceChange} presence
 * @property {{entry: import('./types.js').Entry, own: boolean, command?: any, local?: any}} entry
 * @property {{seq: number, version: number, command: any, local: any}} accepted
 * @property
 *   {{id: string, seq: number, code: string, detail: any, command: any, local: any, kept: boolean}}
 *   rejected
 * @property {{entry: import('./types.js').Entry, changes: any[]}} overrode
 * @property {any} scores
 * @property {{newGeneration: boolean}} reset
 * @property {{reason: string, incident: string | null}} closed
 */
import { checkCommand, checkPresence, commandBytes } from './command_check.js';
import { Emitter } from './emitter.js';
import { People, PresenceSender } from './presence.js';
import { Prediction } from './prediction.js';
import { Gap, Replica } from './replica.js';

/** Pending commands from which on changes are told less often. */
const CROWDED = 200;
const CROWDED_CHANGE_MS = 100;

/** @type {Readonly<Record<string, Phase>>} */
const PHASE_AFTER = Object.freeze({
  removed: 'removed',
  left: 'closed',
  gone: 'gone',
  not_found: 'not-found',
  room_full: 'full',
});
/** Phases from which a room does not come back by itself, so that its commands go to the person. */
const OVER = new Set(['closed', 'removed', 'not-found', 'full', 'gone']);

/** @extends {Emitter<RoomEvents>} */
export class Room extends Emitter {
  /**
   * @param {string} id
   * @param {{model: import('./types.js').Model, invite?: string}} options
   * @param {Desk} desk
   */
  constructor(id, { model, invite }, desk) {
    super();
    this.id = id;
    this.kind = model.kind;
    /** @type {Phase} */
    this.phase = 'joining';
    /** @type {string | null} of a room that failed */
    this.incident = null;
    this.desk = desk;
    this.model = model;
    this.invite = invite;
    this.replica = new Replica(id, model);
    this.prediction = new Prediction(this.replica, () => this.me);
    this.crowd = new People();
    /** @type {string} as of `joined`, until the state says otherwise */
    this.joinedRole = 'viewer';
    /** @type {number | null} */
    this.connection = null;
    this.startOver = false;
    /** @type {(() => void) | null} */
    this.cancelChange = null;
    this.sender = new PresenceSender(desk.clock, {
      send: (key, value) =>
        this.phase === 'live' &&
        desk.session.connection.send({ type: 'presence', room: id, key, value }),
      pacer: () => desk.session.presencePacer,
    });
    /** @type {import('./session.js').Follower} */
    this.follower = this.#follower();
  }

  get ready() {
    return this.replica.state !== null;
  }
  get state() {
    return this.prediction.state?.kind ?? null;
  }
  get confirmed() {
    return this.replica.state?.kind ?? null;
  }
  get version() {
    return this.replica.version;
  }
  get position() {
    return this.replica.position;
  }
  get membership() {
    return this.prediction.state?.membership ?? null;
  }
  get name() {
    return this.membership?.name ?? '';
  }
  get members() {
    return this.membership?.members ?? {};
  }
  get readOnly() {
    return this.membership?.read_only ?? false;
  }
  get people() {
    return this.crowd.map;
  }
  get count() {
    return this.crowd.count;
  }

  /** @returns {string} */
  get role() {
    return this.replica.state?.membership.members[this.desk.account ?? '']?.role ?? this.joinedRole;
  }

  get me() {
    const { account, name } = this.desk;
    return {
      account: account ?? '',
      name: name ?? '',
      role: this.role,
      connection: this.connection,
    };
  }

  get pending() {
    return [...this.prediction.pending.values()].map(
      ({ id, seq, command, local, sent, accepted }) => ({
        id,
        seq,
        command,
        local,
        sent,
        accepted: accepted > 0,
      }),
    );
  }

  /** What a command may weigh, in bytes of JSON. */
  get commandBytesMax() {
    return commandBytes(this.desk.session.connection.limits.message_bytes_max);
  }

  get unsaved() {
    return this.desk.unsavedList.of(this.id);
  }

  /**
   * @param {any} command
   * @param {{local?: any, keep?: boolean, made?: number}} [options]
   * @returns {Submitted}
   */
  submit(command, { local = null, keep = true, made = this.version } = {}) {
    if (OVER.has(this.phase)) throw new Error(`the room is ${this.phase}`);
    const { session, clock } = this.desk;
    const stored = checkCommand(command, local, session.connection.limits.message_bytes_max);
    /** @type {(answer: Answer) => void} */
    let settle = () => undefined;
    /** @type {Promise<Answer>} */
    const settled = new Promise((resolve) => {
      settle = resolve;
    });
    const { position } = this.replica;
    const pending = session.outbox.add({
      id: this.desk.newId(),
      room: this.id,
      made: position === null ? null : [position[0], made],
      ...stored,
      keep,
      at: clock.now(),
      settle,
    });
    this.prediction.add(pending);
    this.touch();
    void session.dispatcher.pump();
    return {
      id: pending.id,
      get seq() {
        return pending.seq;
      },
      settled,
    };
  }

  /**
   * @param {string} key
   * @param {any} value null ends it
   */
  presence(key, value) {
    // A value that is too large counts as a bad message, and three of those end the connection.
    checkPresence(value, this.desk.session.connection.limits.presence_bytes_max);
    this.sender.set(key, value);
  }

  /** @param {string} id of what is unsaved */
  discard(id) {
    if (this.desk.unsavedList.take(this.id, id) === null) return;
    this.#forgetUnsaved(id);
    void this.desk.session.dispatcher.pump();
    this.touch();
  }

  /**
   * @param {string} id of what is unsaved
   * @param {any} [command] instead of the one that it was
   * @param {{made?: number}} [options] as of `submit`
   * @returns {Submitted | null} null: it has been decided already
   */
  retry(id, command, { made } = {}) {
    const unsaved = this.unsaved.find((one) => one.id === id);
    if (unsaved === undefined) return null;
    const submitted = this.submit(command ?? unsaved.command, { local: unsaved.local, made });
    // In the same write as the new command: never both, never neither.
    this.desk.unsavedList.take(this.id, id);
    this.#forgetUnsaved(id);
    return submitted;
  }

  /**
   * What is to come of this room from now on, as its kind knows filters; null: all of it. It starts
   * over with what is wanted. `filter` says what came of that: beyond a number of filters in a room
   * everything comes.
   * @param {any} filter
   */
  want(filter) {
    if (JSON.stringify(filter) === JSON.stringify(this.replica.filter)) return;
    this.replica.filter = filter;
    this.startOver = true;
    this.desk.session.rejoin(this.id);
  }

  /** What is wanted of the room; null: all of it. */
  get filter() {
    return this.replica.filter;
  }

  leave() {
    if (this.phase === 'closed') return;
    this.#end('closed');
    this.desk.left(this);
  }

  /** Something that is drawn from the room changed: told once per turn of the loop. */
  touch() {
    // Every look predicts all that is pending again: after a day offline, ten times a second is
    // enough.
    const wait = this.prediction.pending.size > CROWDED ? CROWDED_CHANGE_MS : 0;
    this.cancelChange ??= this.desk.clock.after(wait, () => {
      this.cancelChange = null;
      this.emit('change', undefined);
    });
    this.desk.changed();
  }

  /** Takes over what outboxes hold for this room. */
  adopt() {
    for (const pending of this.desk.pendingOf(this.id)) {
      if (!this.prediction.pending.has(pending.id)) this.prediction.add(pending);
    }
    this.touch();
  }

  /** Another account, or another outbox: nothing of what was shown may stay. */
  forget() {
    this.replica.forget();
    this.prediction.clear();
    this.crowd.clear();
    this.touch();
  }

  /** @param {string} id */
  #forgetUnsaved(id) {
    const key = this.desk.unsavedList.key(this.id, id);
    this.desk.session.outbox.changes.set(`unsaved ${key}`, {
      store: 'unsaved',
      key,
      value: undefined,
    });
  }

  /** @returns {import('./session.js').Follower} */
  #follower() {
    const room = this;
    return {
      id: room.id,
      get invite() {
        return room.invite;
      },
      get filter() {
        return room.replica.filter;
      },
      get position() {
        return room.startOver ? null : room.replica.position;
      },
      asked: () => this.#enter(this.ready ? 'catching-up' : 'joining'),
      live: (messages, joined, done) => this.#live(messages, joined, done),
      message: (message) => this.#careful(() => this.#take(message)),
      accepted: (done) => this.#accepted(done),
      ended: (pending, unsaved) => this.#ended(pending, unsaved),
      refused: (code, incident) => this.#refused(code, incident),
      lost: () => {
        this.#away();
        this.#enter('offline');
      },
    };
  }

  /**
   * @param {any[]} messages
   * @param {any} joined
   * @param {Pending[]} done
   */
  #live(messages, joined, done) {
    this.joinedRole = joined.role;
    this.incident = null;
    this.connection = joined.connection ?? null;
    // It has let this member in. Shown again at every return, it would take back the role that an
    // owner has given since (SPEC MB11).
    this.invite = undefined;
    if (joined.filtered !== true) this.replica.filter = null;
    this.#careful(() => {
      this.replica.entered();
      this.#accepted(done);
      for (const message of messages) this.#take(message);
      const { position } = this.replica;
      if (position === null || String(position) !== String(joined.position)) {
        throw new Gap(this.id, joined.position[1], this.version);
      }
    });
    this.#enter('live');
    this.sender.renew();
  }

  /**
   * After an error the state is whole, but may not be continued: the next join starts over.
   * @param {() => void} act
   */
  #careful(act) {
    try {
      act();
    } catch (error) {
      this.startOver = true;
      throw error;
    }
  }

  /** @param {any} message */
  #take(message) {
    switch (message.type) {
      case 'snapshot':
        return this.#reset(message);
      case 'entries':
        return this.#entries(message);
      case 'private':
        this.replica.reveal(message);
        return this.#confirmedChanged();
      case 'scores':
        return void this.emit('scores', message);
      default:
        return this.#presence(message);
    }
  }

  /** @param {any} snapshot */
  #reset(snapshot) {
    const before = this.replica.position;
    this.replica.reset(snapshot);
    this.startOver = false;
    this.#confirmedChanged();
    const newGeneration = before !== null && before[0] !== snapshot.position[0];
    this.emit('reset', { newGeneration });
  }

  /** @param {any} message */
  #entries(message) {
    const { ahead } = this.prediction;
    for (const entry of this.replica.apply(message, (version) => ahead.has(version))) {
      const pending = ahead.get(entry.v);
      this.prediction.arrived(entry.v);
      const own = pending !== undefined;
      this.emit('entry', {
        entry,
        own,
        ...(own ? { command: pending.command, local: pending.local } : {}),
      });
      if (!own) this.#tellOverrode(entry);
    }
    this.#confirmedChanged();
  }

  /** @param {import('./types.js').Entry} entry */
  #tellOverrode(entry) {
    const changes = (entry.events ?? []).flatMap((event) => this.model.overrode?.(event) ?? []);
    const mine = changes.filter(({ by }) => by === this.desk.account);
    if (mine.length > 0) this.emit('overrode', { entry, changes: mine });
  }

  #confirmedChanged() {
    this.prediction.rebase();
    this.crowd.rename((account) => this.#nameOf(account));
    this.desk.stateChanged(this);
    this.touch();
  }

  /** @param {any} message */
  #presence(message) {
    for (const change of this.crowd.take(message, (account) => this.#nameOf(account)))
      this.emit('presence', change);
  }

  /** @param {string} account */
  #nameOf(account) {
    return this.replica.state?.membership.names[account] ?? '';
  }

  /** @param {Pending[]} done */
  #accepted(done) {
    for (const pending of done) {
      this.prediction.accept(pending);
      const { seq, accepted, command, local } = pending;
      this.emit('accepted', { seq, version: accepted, command, local });
    }
    this.touch();
  }

  /**
   * @param {Pending} pending
   * @param {Unsaved} unsaved
   */
  #ended(pending, unsaved) {
    this.prediction.drop(pending.id);
    const { id, code, detail, command, local } = unsaved;
    this.emit('rejected', {
      id,
      seq: pending.seq,
      code,
      detail,
      command,
      local,
      kept: pending.keep,
    });
    this.touch();
  }

  /**
   * @param {string} code
   * @param {string | null} incident
   */
  #refused(code, incident) {
    const phase = PHASE_AFTER[code] ?? 'failed';
    this.incident = incident;
    this.#end(phase);
    this.emit('closed', { reason: code, incident });
    if (OVER.has(phase)) this.desk.over(this, code);
  }

  /** @param {Phase} phase */
  #end(phase) {
    this.#away();
    this.#enter(phase);
  }

  /** Nobody is heard any more, and nobody hears us. */
  #away() {
    this.sender.stop();
    this.connection = null;
    if (this.crowd.map.size > 0) this.emit('presence', { all: true });
    this.crowd.clear();
  }

  /** @param {Phase} phase */
  #enter(phase) {
    if (OVER.has(this.phase) && phase === 'offline') return;
    this.phase = phase;
    this.touch();
  }
}
