/** The other end of a client's sockets: the test reads what came and says what goes back. */
import { JSON_CODEC } from '../../../clients/js/codec_json.js';
import { MSGPACK_CODEC } from '../../../clients/js/codec_msgpack.js';

export const ROOM = `r_${'A'.repeat(22)}`;
export const OTHER_ROOM = `r_${'B'.repeat(22)}`;
export const ANNA = `a_${'a'.repeat(22)}`;
export const BEN = `a_${'b'.repeat(22)}`;
export const GENERATION = '00000000000000aa';

export const LIMITS = {
  rate_per_s: 1_000,
  burst: 1_000,
  in_flight_max: 64,
  message_bytes_max: 65_536,
  presence_rate_per_s: 1_000,
  presence_bytes_max: 2_048,
  heartbeat_s: 20,
};

/** Not a hash: enough to tell positions apart. */
export function tagAt(version) {
  return version.toString(16).padStart(16, '0');
}

export function positionAt(version, generation = GENERATION) {
  return [generation, version, tagAt(version)];
}

export class FakeServer {
  constructor() {
    this.sockets = [];
    const server = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url, protocols) {
        super(url, protocols);
        server.sockets.push(this);
      }
    };
  }

  /** The connection that was opened last. */
  get socket() {
    return this.sockets.at(-1);
  }
}

class FakeSocket {
  constructor(url, protocols) {
    this.url = url;
    this.protocol = protocols[0];
    this.codec = [JSON_CODEC, MSGPACK_CODEC].find(
      ({ subprotocol }) => subprotocol === this.protocol,
    );
    this.received = [];
    this.closedWith = null;
    this.onopen = this.onmessage = this.onclose = null;
  }

  // --- the client's side

  send(data) {
    if (this.closedWith !== null) return;
    this.received.push(this.codec.decode(data));
  }

  close(code) {
    this.closedWith ??= code;
  }

  // --- the test's side

  open() {
    this.onopen?.();
  }

  say(...messages) {
    for (const message of messages) this.onmessage?.({ data: this.codec.encode(message) });
  }

  drop(code = 1006, reason = '') {
    this.closedWith ??= code;
    this.onclose?.({ code, reason });
  }

  /** Messages of one type, in order. */
  of(type) {
    return this.received.filter((message) => message.type === type);
  }

  get submits() {
    return this.of('submit');
  }

  welcome(fields = {}) {
    this.say({
      type: 'welcome',
      protocol: 1,
      node: 'n1',
      account: ANNA,
      name: 'Anna',
      server_now: 1_760_000_000_000,
      expires: 1_760_000_000_000 + 12 * 3_600_000,
      limits: LIMITS,
      ...fields,
    });
  }

  snapshot({
    room = ROOM,
    version = 0,
    kind = 'notes',
    state = { notes: [] },
    generation = GENERATION,
    membership = {},
  } = {}) {
    const about = {
      name: 'A room',
      read_only: false,
      members: { [ANNA]: { name: 'Anna', role: 'owner' }, [BEN]: { name: 'Ben', role: 'editor' } },
      names: { [ANNA]: 'Anna', [BEN]: 'Ben' },
      invitations: [],
      chat: [],
      ...membership,
    };
    this.say({
      type: 'snapshot',
      room,
      position: positionAt(version, generation),
      kind,
      state: { room: about, kind: state },
    });
  }

  joined({
    room = ROOM,
    version = 0,
    generation = GENERATION,
    done = [],
    role = 'owner',
    ...more
  } = {}) {
    this.say({
      type: 'joined',
      room,
      position: positionAt(version, generation),
      role,
      connection: 1,
      done,
      ...more,
    });
  }

  /** Entries from `first` on: each a list of events, or [author, events]. */
  entries(first, lists, { room = ROOM, by = BEN } = {}) {
    const entries = lists.map((events, index) => ({
      v: first + index,
      at: 1_760_000_000_000 + first + index,
      by,
      events,
    }));
    this.say({ type: 'entries', room, first, tag: tagAt(first + lists.length - 1), entries });
  }

  accept(...done) {
    this.say({ type: 'accepted', room: ROOM, done });
  }

  reject(seq, code, { final = true, detail, room = ROOM } = {}) {
    this.say({
      type: 'rejected',
      room,
      seq,
      code,
      final,
      ...(detail === undefined ? {} : { detail }),
    });
  }
}
