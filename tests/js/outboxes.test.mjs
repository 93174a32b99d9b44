/**
 * Outboxes over the lives of tabs: reload, adoption, leases, other accounts, what is shown without
 * a network.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LockLeases, RecordLeases } from '../../clients/js/lease.js';
import { MemoryStorage } from '../../clients/js/storage_memory.js';
import { ANNA, BEN, OTHER_ROOM, ROOM } from './support/fake_server.mjs';
import { ManualClock, settle } from './support/manual_clock.mjs';
import { Member } from './support/member.mjs';
import { note, noted, notes, shown } from './support/notes.mjs';

/** The tab is gone without a word: its timers stop, its lease stays. */
async function crash(member) {
  await settle();
  member.clock.timers.clear();
  member.socket.closedWith ??= 1006;
}

/** Time enough for a lease to end. */
const LEASE_ENDS = 90_001;

test('CL2 a tab that comes back has its commands, under the same client id and seqs', async () => {
  const first = new Member();
  const room = await first.live();
  const sent = room.submit(note('sent'));
  await settle();
  first.socket.drop(1006);
  const unsent = room.submit(note('unsent'));
  await settle();
  const { client } = first.hello;
  await first.touchline.close();

  const second = new Member({ storage: first.storage });
  const again = second.touchline.join(ROOM, { model: notes });
  await second.clock.advance(0);
  assert.equal(second.touchline.waiting, 2);
  await second.greet();
  assert.equal(second.hello.client, client);
  second.socket.joined();
  await settle();
  assert.equal(shown(again), '(sent) (unsent)');
  assert.deepEqual(
    second.socket.submits.map(({ seq, again: marked = false }) => [seq, marked]),
    [
      [sent.seq, true],
      [unsent.seq, false],
    ],
  );
});

test('CL2 a seq is not used again after a reload', async () => {
  const first = new Member();
  const room = await first.live();
  const { seq } = room.submit(note('one'));
  await settle();
  first.socket.accept([seq, 1]);
  first.socket.entries(1, [[noted('one')]], { by: ANNA });
  await first.touchline.close();
  const second = new Member({ storage: first.storage });
  const again = await second.live({ version: 1 });
  assert.ok(again.submit(note('two')).seq > seq);
});

test('CL2 two living tabs have two client ids', async () => {
  const clock = new ManualClock();
  const storage = new MemoryStorage();
  const first = new Member({ clock, storage });
  await first.live();
  const second = new Member({ clock, storage });
  await second.live();
  assert.notEqual(first.hello.client, second.hello.client);
});

test('CL2 an orphaned outbox is sent under its own client id by a tab that lives, and then forgotten', async () => {
  const clock = new ManualClock();
  const storage = new MemoryStorage();
  const first = new Member({ clock, storage });
  const firstRoom = await first.live();
  first.socket.drop(1006);
  const orphan = firstRoom.submit(note('orphan'));
  const { client } = first.hello;
  await crash(first);

  const second = new Member({ clock, storage });
  const room = await second.live();
  const { socket: main } = second;
  assert.notEqual(second.hello.client, client);
  // The dead tab's lease ends, the living one looks around, and hears its server meanwhile.
  for (let beat = 0; beat < 16; beat += 1) {
    await clock.advance(9_999);
    main.say({ type: 'notice', code: 'degraded' });
  }
  const courier = second.socket;
  assert.notEqual(courier, main);
  assert.equal(shown(room), '(orphan)');
  courier.open();
  assert.equal(courier.of('hello')[0].client, client);
  assert.deepEqual(courier.of('hello')[0].rooms, [{ room: ROOM, position: room.position }]);
  courier.welcome();
  courier.joined();
  await settle();
  assert.deepEqual(
    courier.submits.map(({ seq }) => seq),
    [orphan.seq],
  );
  main.entries(1, [[noted('orphan')]], { by: ANNA });
  courier.accept([orphan.seq, 1]);
  await settle();
  assert.equal(shown(room), 'orphan');
  assert.equal(courier.closedWith, 1000);
  assert.deepEqual(await storage.list('commands'), []);
  assert.equal(
    (await storage.list('clients', 'id ')).some((record) => record.client === client),
    false,
  );
});

test("CL2 what an orphan's command is refused with is kept for the person", async () => {
  const clock = new ManualClock();
  const storage = new MemoryStorage();
  const first = new Member({ clock, storage });
  const firstRoom = await first.live();
  first.socket.drop(1006);
  const orphan = firstRoom.submit(note('orphan'));
  await crash(first);
  await clock.sleep(LEASE_ENDS);
  const second = new Member({ clock, storage });
  const room = await second.live();
  assert.equal(second.hello.client, first.hello.client);
  second.socket.reject(orphan.seq, 'forbidden');
  assert.deepEqual(
    room.unsaved.map(({ command }) => command.text),
    ['orphan'],
  );
});

test('CL2 an orphan of a room that is gone gives its commands to the person', async () => {
  const clock = new ManualClock();
  const storage = new MemoryStorage();
  const first = new Member({ clock, storage });
  await first.live();
  const other = first.touchline.join(OTHER_ROOM, { model: notes });
  first.socket.snapshot({ room: OTHER_ROOM });
  first.socket.joined({ room: OTHER_ROOM });
  first.socket.drop(1006);
  other.submit(note('orphan'));
  await crash(first);
  const second = new Member({ clock, storage });
  await second.live();
  const { socket: main } = second;
  for (let beat = 0; beat < 16; beat += 1) {
    await clock.advance(9_999);
    main.say({ type: 'notice', code: 'degraded' });
  }
  const courier = second.socket;
  courier.open();
  courier.welcome();
  courier.say({ type: 'error', code: 'not_found', room: OTHER_ROOM });
  await settle();
  await clock.advance(0);
  assert.equal(second.touchline.unsaved, 1);
  assert.equal(courier.closedWith, 1000);
  assert.equal((await storage.list('unsaved'))[0].unsaved.code, 'not_found');
});

test('CL2 a tab that slept through its lease goes on under another client id and leaves its commands to the new holder', async () => {
  const clock = new ManualClock();
  const storage = new MemoryStorage();
  const sleeper = new Member({ clock, storage });
  const room = await sleeper.live();
  sleeper.socket.drop(1006);
  const { settled } = room.submit(note('written'));
  const { client } = sleeper.hello;
  await settle();
  // Its timers stand still while another tab starts and takes over.
  const asleep = new Map(clock.timers);
  clock.timers.clear();
  await clock.sleep(LEASE_ENDS);
  const second = new Member({ clock, storage });
  second.touchline.join(ROOM, { model: notes });
  await second.greet();
  assert.equal(second.hello.client, client);
  for (const [id, timer] of asleep) clock.timers.set(id, timer);
  await clock.advance(0);
  assert.equal((await settled).code, 'lease_lost');
  await sleeper.greet();
  assert.notEqual(sleeper.hello.client, client);
  assert.equal(sleeper.touchline.waiting, 0);
});

test('CL2 another account on the same machine neither sends nor sees what is not theirs', async () => {
  const first = new Member();
  const room = await first.live({ state: { notes: [{ text: 'secret', by: ANNA }] } });
  await first.clock.advance(5_000);
  first.socket.drop(1006);
  room.submit(note('of Anna'));
  await settle();
  const { client } = first.hello;
  await first.touchline.close();

  const second = new Member({ storage: first.storage });
  const theirs = second.touchline.join(ROOM, { model: notes });
  await second.greet({ account: BEN, name: 'Ben' });
  await second.clock.advance(0);
  assert.equal(second.server.sockets.length, 2);
  assert.equal(theirs.state, null);
  await second.greet({ account: BEN, name: 'Ben' });
  assert.notEqual(second.hello.client, client);
  assert.deepEqual(second.hello.rooms, [{ room: ROOM }]);
  second.socket.snapshot();
  second.socket.joined();
  await settle();
  assert.deepEqual(second.socket.submits, []);
  assert.equal(second.touchline.waiting, 0);
  assert.equal((await first.storage.list('commands')).length, 1);
});

test('CL16 a start without a network shows what was there and takes commands', async () => {
  const first = new Member();
  await first.live({ version: 3, state: { notes: [{ text: 'seen', by: BEN }] } });
  await first.touchline.close();
  const second = new Member({ storage: first.storage });
  const room = second.touchline.join(ROOM, { model: notes });
  await second.clock.advance(0);
  second.socket.drop(1006);
  assert.equal(room.phase, 'offline');
  assert.equal(shown(room), 'seen');
  room.submit(note('offline'));
  assert.equal(shown(room), 'seen (offline)');
  await second.clock.advance(10_000);
  await second.greet();
  assert.equal(second.hello.rooms[0].position[1], 3);
});

test('CL16 a state of an older model is not read', async () => {
  const first = new Member();
  await first.live({ version: 3 });
  await first.touchline.close();
  const second = new Member({ storage: first.storage });
  const room = second.touchline.join(ROOM, { model: { ...notes, shape: 2 } });
  await second.clock.advance(0);
  assert.equal(room.ready, false);
});

test('CL16 few rooms are kept, and none that the account may not see any more', async () => {
  const storage = new MemoryStorage();
  for (let count = 0; count < 40; count += 1) {
    await storage.write([
      { store: 'rooms', key: `${ANNA} r${count}`, value: { key: `${ANNA} r${count}`, at: count } },
    ]);
  }
  const member = new Member({ storage });
  await member.live();
  await member.clock.advance(5_000);
  assert.equal((await storage.list('rooms')).length, 31);
  member.socket.say({ type: 'closed', room: ROOM, reason: 'removed' });
  await member.clock.advance(5_000);
  assert.equal(await storage.get('rooms', `${ANNA} ${ROOM}`), undefined);
});

test('CL17 what is unsaved is there after a reload', async () => {
  const first = new Member();
  const room = await first.live();
  const { seq } = room.submit(note('mine'), { local: 'row 3' });
  await settle();
  first.socket.reject(seq, 'conflict', { detail: { conflicts: [1] } });
  await first.touchline.close();
  const second = new Member({ storage: first.storage });
  const again = await second.live();
  const [unsaved] = again.unsaved;
  assert.deepEqual(
    [unsaved.command, unsaved.local, unsaved.detail, unsaved.reason],
    [note('mine'), 'row 3', { conflicts: [1] }, 'conflict'],
  );
  again.discard(unsaved.id);
  await settle();
  assert.deepEqual(await second.storage.list('unsaved'), []);
});

test('CL2 where storage is away work goes on without it, and the page is told', async () => {
  const storage = new MemoryStorage();
  storage.open = async () => {
    throw new Error('private browsing');
  };
  const member = new Member({ storage });
  const room = member.touchline.join(ROOM, { model: notes });
  const { settled } = room.submit(note('early'));
  await member.greet();
  member.socket.snapshot();
  member.socket.joined();
  await settle();
  assert.equal(member.told[0][1].code, 'storage_unavailable');
  member.socket.accept([member.socket.submits[0].seq, 1]);
  assert.equal((await settled).accepted, true);
});

test('CL2 a lease is held by one, renewed while they live, free when released or run out', async () => {
  const clock = new ManualClock();
  const storage = new MemoryStorage();
  const [one, other] = [new RecordLeases(storage, clock), new RecordLeases(storage, clock)];
  const lease = await one.take('c', () => assert.fail('lost'));
  assert.equal(await other.take('c', () => undefined), null);
  await clock.advance(600_000);
  assert.equal(await other.take('c', () => undefined), null);
  await lease.release();
  const second = await other.take('c', () => undefined);
  assert.notEqual(second, null);
  // A reload in the same tab: whoever it was before may be taken over at once.
  const reloaded = new RecordLeases(storage, clock, { left: other.holder });
  assert.notEqual(await reloaded.take('c', () => undefined), null);
});

test("CL2 the browser's own locks are used as leases", async () => {
  const held = new Set();
  const locks = {
    request: async (name, options, act) => {
      if (held.has(name)) return act(null);
      held.add(name);
      await act({ name });
      held.delete(name);
    },
  };
  const leases = new LockLeases(locks);
  const lease = await leases.take('c', () => undefined);
  assert.equal(await leases.take('c', () => undefined), null);
  await lease.release();
  await settle();
  assert.notEqual(await leases.take('c', () => undefined), null);
});

test('CL6 what was done in a room that no page has open any more is sent all the same', async () => {
  const first = new Member();
  const room = await first.live();
  first.socket.drop(1006);
  const queued = room.submit(note('queued'));
  await settle();
  await first.touchline.close();
  const second = new Member({ storage: first.storage });
  await second.live({ room: OTHER_ROOM });
  const { socket } = second;
  assert.deepEqual(
    socket.of('hello')[0].rooms.map((one) => one.room),
    [OTHER_ROOM, ROOM],
  );
  socket.snapshot();
  socket.joined();
  await settle();
  assert.deepEqual(
    socket.submits.map(({ seq }) => seq),
    [queued.seq],
  );
  socket.accept([queued.seq, 1]);
  await settle();
  assert.deepEqual(socket.of('leave'), [{ type: 'leave', room: ROOM }]);
  assert.equal(second.touchline.waiting, 0);
  assert.equal(second.touchline.status, 'live');
});

test('CL6 a room that is left with commands on their way is followed until they are answered, or joined again', async () => {
  const member = new Member();
  const room = await member.live();
  const { seq, settled } = room.submit(note('last words'));
  await settle();
  room.leave();
  const { socket } = member;
  socket.say({ type: 'closed', room: ROOM, reason: 'left' });
  assert.equal(socket.of('join').length, 1);
  const again = member.touchline.join(ROOM, { model: notes });
  await member.clock.advance(0);
  assert.equal(shown(again), null);
  socket.snapshot();
  socket.joined();
  socket.say({ type: 'closed', room: ROOM, reason: 'left' });
  socket.snapshot();
  socket.joined();
  await settle();
  assert.equal(shown(again), '(last words)');
  assert.deepEqual(
    socket.submits.map((submit) => [submit.seq, submit.again]),
    [
      [seq, undefined],
      [seq, true],
    ],
  );
  socket.accept([seq, 1]);
  assert.equal((await settled).accepted, true);
});

test('CL21 commands for a room that is not there any more go to the person, without a page that shows it', async () => {
  const first = new Member();
  const room = await first.live();
  first.socket.drop(1006);
  room.submit(note('queued'));
  await settle();
  await first.touchline.close();
  const second = new Member({ storage: first.storage });
  await second.live({ room: OTHER_ROOM });
  second.socket.say({ type: 'error', code: 'not_found', room: ROOM });
  await settle();
  assert.equal(second.touchline.unsaved, 1);
  assert.equal(second.touchline.waiting, 0);
});
