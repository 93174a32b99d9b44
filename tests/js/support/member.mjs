/**
 * A Touchline with a manual clock, a storage that tests can look into, and a server that they play.
 */
import { RecordLeases } from '../../../clients/js/lease.js';
import { MemoryStorage } from '../../../clients/js/storage_memory.js';
import { Touchline } from '../../../clients/js/touchline.js';
import { FakeServer, ROOM } from './fake_server.mjs';
import { ManualClock, settle } from './manual_clock.mjs';
import { notes } from './notes.mjs';

export class Member {
  constructor({
    clock = new ManualClock(),
    storage = new MemoryStorage(),
    server = new FakeServer(),
    ...options
  } = {}) {
    this.clock = clock;
    this.storage = storage;
    this.server = server;
    this.tokens = [];
    this.told = [];
    this.touchline = new Touchline({
      url: 'ws://server/ws',
      token: async ({ refused }) => {
        this.tokens.push(refused);
        return `token-${this.tokens.length}`;
      },
      storage,
      clock,
      leases: new RecordLeases(storage, clock),
      WebSocket: server.WebSocket,
      ...options,
    });
    for (const name of ['notice', 'problem'])
      this.touchline.on(name, (detail) => this.told.push([name, detail]));
  }

  get socket() {
    return this.server.socket;
  }

  get hello() {
    return this.socket.of('hello')[0];
  }

  /** What the room has said, as [event, detail]. */
  listen(room) {
    const heard = [];
    const names = [
      'change',
      'presence',
      'entry',
      'accepted',
      'rejected',
      'overrode',
      'reset',
      'closed',
    ];
    for (const name of names) room.on(name, (detail) => heard.push([name, detail]));
    return heard;
  }

  /** Joins a room and is live in it, at `version`. */
  async live({ room: id = ROOM, model = notes, ...snapshot } = {}) {
    const room = this.touchline.join(id, { model });
    await this.greet();
    this.socket.snapshot({ room: id, ...snapshot });
    this.socket.joined({ room: id, ...snapshot });
    await this.clock.advance(0);
    return room;
  }

  /** The newest socket opens and is welcomed. */
  async greet(fields = {}) {
    await this.clock.advance(0);
    this.socket.open();
    this.socket.welcome(fields);
    await settle();
  }

  /**
   * The connection breaks and the next one is welcomed; rooms are asked for again but not answered.
   */
  async reconnect(fields = {}) {
    const before = this.server.sockets.length;
    this.socket.drop(1006);
    await this.clock.advance(10_000);
    if (this.server.sockets.length === before) throw new Error('the client did not come back');
    await this.greet(fields);
  }
}
