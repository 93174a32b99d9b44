/** A page's life: network events, the tab shown and gone, a reload that keeps its client id. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { RecordLeases } from '../../clients/js/lease.js';
import { MemoryStorage } from '../../clients/js/storage_memory.js';
import { ROOM } from './support/fake_server.mjs';
import { ManualClock, settle } from './support/manual_clock.mjs';
import { Member } from './support/member.mjs';
import { note, notes } from './support/notes.mjs';

const page = new EventTarget();

/** As much of a browser as the client looks at. */
beforeEach((t) => {
  const kept = new Map();
  globalThis.addEventListener = page.addEventListener.bind(page);
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  Object.defineProperty(globalThis, 'sessionStorage', {
    configurable: true,
    value: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    },
  });
  t.after?.(() => {
    delete globalThis.addEventListener;
    delete globalThis.document;
    delete globalThis.sessionStorage;
  });
});

function happens(type, fields = {}) {
  page.dispatchEvent(Object.assign(new Event(type), fields));
}

test('CL9 the network is back: the next attempt is now', async () => {
  const member = new Member();
  await member.live();
  member.clock.chance = 1;
  for (let drops = 0; drops < 8; drops += 1) {
    member.socket.drop(1006);
    happens('online');
    await settle();
  }
  assert.equal(member.server.sockets.length, 9);
});

test('CL10 the network went away: the client finds out within 4 s', async () => {
  const member = new Member();
  const room = await member.live();
  happens('offline');
  await member.clock.advance(3_999);
  assert.equal(room.phase, 'live');
  await member.clock.advance(1);
  assert.equal(room.phase, 'offline');
});

test('CL10 a tab that is shown again asks whether anybody is there', async () => {
  const member = new Member();
  const room = await member.live();
  document.dispatchEvent(new Event('visibilitychange'));
  assert.equal(member.socket.of('ping').length, 1);
  member.socket.say({ type: 'pong', n: member.socket.of('ping')[0].n, server_now: 1 });
  await member.clock.advance(4_000);
  assert.equal(room.phase, 'live');
  document.visibilityState = 'hidden';
  document.dispatchEvent(new Event('visibilitychange'));
  assert.equal(member.socket.of('ping').length, 1);
});

test('CL2 a reload takes its own client id over at once, also where leases are records', async () => {
  const [clock, storage] = [new ManualClock(), new MemoryStorage()];
  const options = { clock, storage, leases: undefined };
  const first = new Member(options);
  const room = await first.live();
  assert.ok(first.touchline.leases instanceof RecordLeases);
  first.socket.drop(1006);
  room.submit(note('typed while the page goes'));
  happens('pagehide', { persisted: false });
  await settle();
  clock.timers.clear();
  const second = new Member(options);
  second.touchline.join(ROOM, { model: notes });
  await second.greet();
  assert.equal(
    second.hello.client,
    first.hello?.client ?? first.server.sockets[0].of('hello')[0].client,
  );
  assert.equal(second.touchline.waiting, 1);
});

test('CL2 a page that is put aside keeps its client id, and is itself when it is shown again', async () => {
  const [clock, storage] = [new ManualClock(), new MemoryStorage()];
  const member = new Member({ clock, storage });
  await member.live();
  happens('pagehide', { persisted: true });
  await settle();
  const other = new Member({ clock, storage });
  await other.live();
  assert.notEqual(other.hello.client, member.hello.client);
  happens('pageshow', { persisted: true });
  assert.equal(member.socket.of('ping').length, 1);
});

test('CL2 a session storage that is forbidden costs nothing but time', async () => {
  Object.defineProperty(globalThis, 'sessionStorage', {
    configurable: true,
    get: () => {
      throw new Error('forbidden');
    },
  });
  const member = new Member();
  const room = await member.live();
  happens('pagehide', { persisted: false });
  assert.equal(room.phase, 'live');
});
