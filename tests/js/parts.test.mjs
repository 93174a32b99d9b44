/** The small parts: pacer, server time, backoff, emitter, presence, storage contract. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../clients/js/backoff.js';
import { randomName, systemClock } from '../../clients/js/clock.js';
import { JSON_CODEC } from '../../clients/js/codec_json.js';
import { MSGPACK_CODEC } from '../../clients/js/codec_msgpack.js';
import { Emitter } from '../../clients/js/emitter.js';
import { Pacer } from '../../clients/js/pacer.js';
import { People } from '../../clients/js/presence.js';
import { verdictOn } from '../../clients/js/reconnect.js';
import { ServerTime } from '../../clients/js/server_time.js';
import { MemoryStorage } from '../../clients/js/storage_memory.js';
import { expiryOf } from '../../clients/js/token_keeper.js';
import { ANNA, BEN, LIMITS, ROOM } from './support/fake_server.mjs';
import { ManualClock, settle } from './support/manual_clock.mjs';
import { Member } from './support/member.mjs';
import { storageContract } from './storage_contract.mjs';
import { notes } from './support/notes.mjs';

test('CL8 the pacer gives the burst at once and then the rate', () => {
  const clock = new ManualClock();
  const pacer = new Pacer(clock.monotonic, 10, 20);
  let taken = 0;
  while (pacer.take()) taken += 1;
  assert.equal(taken, 18);
  assert.equal(pacer.waitMs(), 112);
  clock.mono += 1_000;
  while (pacer.take()) taken += 1;
  assert.equal(taken, 27);
});

test('CL8 a blocked pacer gives nothing until its time, whatever it had', () => {
  const clock = new ManualClock();
  const pacer = new Pacer(clock.monotonic, 10, 20);
  pacer.block(2_000);
  assert.equal(pacer.take(), false);
  assert.equal(pacer.waitMs(), 2_000);
  clock.mono += 2_000;
  assert.equal(pacer.take(), true);
});

test('CL9 backoff forgets after a reset', () => {
  const backoff = new Backoff(() => 1);
  assert.deepEqual([backoff.next(), backoff.next(), backoff.next()], [200, 400, 800]);
  backoff.reset();
  assert.equal(backoff.next(), 200);
});

test('CL9 an unknown close code is no reason to stay away', () => {
  assert.equal(verdictOn(4321), 'again');
  assert.equal(verdictOn(1005), 'again');
});

test("CL11 the sample with the shortest round trip gives the server's time", () => {
  const clock = new ManualClock();
  const time = new ServerTime(clock);
  assert.equal(time.now(), clock.now());
  time.sample(50_000, clock.mono - 400);
  assert.equal(time.now(), 50_200);
  time.sample(50_300, clock.mono - 20);
  assert.equal(time.now(), 50_310);
  time.sample(50_330, clock.mono - 300);
  assert.equal(time.now(), 50_310);
  clock.mono += 1_000;
  assert.equal(time.now(), 51_310);
  assert.equal(time.until(52_000), 690);
});

test('CL11 a server whose clock is another is believed, old samples lose weight', () => {
  const clock = new ManualClock();
  const time = new ServerTime(clock);
  time.sample(50_000, clock.mono);
  time.sample(90_000, clock.mono - 100);
  assert.equal(time.now(), 90_050);
  clock.mono += 3_600_000;
  time.sample(time.now() + 200, clock.mono - 400);
  assert.equal(time.best.rtt, 400);
});

test('CL12 the end of a token is read where it says one', () => {
  const token = (claims) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
  assert.equal(expiryOf(token({ exp: 12 })), 12_000);
  assert.equal(expiryOf(token({})), null);
  assert.equal(expiryOf('opaque'), null);
  assert.equal(expiryOf('a.%%%.b'), null);
});

test('CL3 a listener that throws stops no other', () => {
  class Bell extends Emitter {
    ring() {
      this.emit('ring', 1);
    }
  }
  const reported = [];
  globalThis.reportError = (error) => reported.push(error.message);
  const bell = new Bell();
  const heard = [];
  bell.on('ring', () => {
    throw new Error('deaf');
  });
  const off = bell.on('ring', (n) => heard.push(n));
  bell.ring();
  off();
  bell.ring();
  delete globalThis.reportError;
  assert.deepEqual(heard, [1]);
  assert.deepEqual(reported, ['deaf', 'deaf']);
});

test('CL2 names are of base64url and differ', () => {
  assert.match(randomName(22), /^[A-Za-z0-9_-]{22}$/);
  assert.notEqual(randomName(22), randomName(22));
  assert.ok(systemClock.now() > 1_700_000_000_000);
});

test('CL4 storage writes all or nothing and gives copies', async () => {
  const storage = new MemoryStorage();
  const value = { list: [1] };
  await storage.write([
    { store: 'commands', key: 'c 1', value },
    { store: 'commands', key: 'c 2', value },
  ]);
  value.list.push(2);
  assert.deepEqual(await storage.list('commands', 'c '), [{ list: [1] }, { list: [1] }]);
  await assert.rejects(
    storage.write([
      { store: 'commands', key: 'c 1', value: undefined },
      { store: 'commands', key: 'c 3', value: () => 1 },
    ]),
  );
  assert.equal((await storage.list('commands')).length, 2);
  assert.deepEqual(await storage.update('commands', 'c 1', () => undefined), { list: [1] });
  assert.equal(await storage.get('commands', 'c 1'), undefined);
});

test('CL18 presence: people come, show, and go', () => {
  const people = new People();
  const nameOf = (account) => ({ [ANNA]: 'Anna', [BEN]: 'Ben' })[account];
  people.take(
    {
      here: [
        [1, ANNA],
        [2, BEN],
      ],
      values: [[2, 'cursor', { at: [0, 1] }]],
      count: 7,
      all: true,
    },
    nameOf,
  );
  assert.deepEqual(people.map.get(2), {
    account: BEN,
    name: 'Ben',
    values: { cursor: { at: [0, 1] } },
  });
  assert.equal(people.count, 7);
  assert.deepEqual(
    people.take(
      {
        values: [
          [2, 'cursor', null],
          [9, 'cursor', 1],
        ],
        count: 7,
      },
      nameOf,
    ),
    [{ connection: 2, key: 'cursor', value: null }],
  );
  assert.deepEqual(people.map.get(2).values, {});
  assert.deepEqual(people.take({ here: [[2, null]], count: 6 }, nameOf), [
    { connection: 2, gone: true },
  ]);
  people.take({ here: [[3, BEN]], count: 1, all: true }, nameOf);
  assert.deepEqual([...people.map.keys()], [3]);
});

test("CL18 one's own presence is conflated, paced and shown again after a break", async () => {
  const member = new Member();
  const room = await member.live();
  await member.reconnect({ limits: { ...LIMITS, presence_rate_per_s: 10 } });
  member.socket.joined();
  const { socket } = member;
  const sent = () => socket.of('presence').map(({ key, value }) => [key, value]);
  for (let x = 0; x < 50; x += 1) room.presence('cursor', x);
  room.presence('select', ['a']);
  assert.deepEqual(sent(), [
    ['cursor', 0],
    ['cursor', 1],
  ]);
  await member.clock.advance(120);
  assert.deepEqual(sent().slice(2), [['cursor', 49]]);
  await member.clock.advance(120);
  assert.deepEqual(sent().slice(3), [['select', ['a']]]);
  room.presence('cursor', null);
  await member.clock.advance(120);
  assert.deepEqual(sent().slice(4), [['cursor', null]]);
  await member.reconnect();
  room.presence('cursor', 7);
  assert.deepEqual(member.socket.of('presence'), []);
  member.socket.joined();
  await settle();
  assert.deepEqual(
    member.socket.of('presence').map(({ key, value }) => [key, value]),
    [
      ['select', ['a']],
      ['cursor', 7],
    ],
  );
});

test('CL18 people and their names in a room', async () => {
  const member = new Member();
  const room = await member.live();
  const heard = member.listen(room);
  member.socket.say({
    type: 'presence',
    room: ROOM,
    here: [
      [1, ANNA],
      [2, BEN],
    ],
    values: [],
    count: 2,
    all: true,
  });
  assert.equal(room.people.get(2).name, 'Ben');
  member.socket.entries(1, [[{ type: 'member.renamed', member: BEN, name: 'Benjamin' }]]);
  assert.equal(room.people.get(2).name, 'Benjamin');
  member.socket.drop(1006);
  assert.equal(room.people.size, 0);
  assert.deepEqual(heard.filter(([name]) => name === 'presence').at(-1)[1], { all: true });
});

test('CL20 both formats carry the same conversation', async () => {
  for (const codec of [JSON_CODEC, MSGPACK_CODEC]) {
    const member = new Member({ codec });
    const room = await member.live({ version: 2, state: { notes: [{ text: 'ü', by: BEN }] } });
    assert.equal(member.socket.protocol, codec.subprotocol);
    const { seq, settled } = room.submit({
      type: 'note',
      text: 'x',
      at: [-5, 1.5, 300_000, null, true],
    });
    await settle();
    assert.deepEqual(member.socket.submits[0].command.at, [-5, 1.5, 300_000, null, true]);
    member.socket.accept([seq, 3]);
    assert.equal((await settled).version, 3);
  }
});

test('CL20 a message of the other format is refused', async () => {
  globalThis.reportError = () => undefined;
  const member = new Member({ codec: MSGPACK_CODEC });
  member.touchline.join(ROOM, { model: notes });
  await member.greet();
  member.socket.onmessage({ data: '{}' });
  assert.equal(member.touchline.status, 'offline');
  delete globalThis.reportError;
});

test('CL18 presence that rests is shown again before the server forgets it, until it ends', async () => {
  const member = new Member();
  const room = await member.live();
  room.presence('select', ['a']);
  await member.clock.advance(10_000);
  member.socket.say({ type: 'notice', code: 'degraded' });
  assert.equal(member.socket.of('presence').length, 2);
  room.presence('select', null);
  await member.clock.advance(9_000);
  member.socket.say({ type: 'notice', code: 'degraded' });
  await member.clock.advance(9_000);
  assert.deepEqual(
    member.socket.of('presence').map(({ value }) => value),
    [['a'], ['a'], null],
  );
});

test('CL18 a presence value that the server would not take fails where it is set', async () => {
  const member = new Member();
  const room = await member.live();
  assert.throws(() => room.presence('drag', 'x'.repeat(3_000)), /bytes/);
  assert.deepEqual(member.socket.of('presence'), []);
});

test('CL4 the storage that forgets keeps to the contract of all storages', async () => {
  const shared = new MemoryStorage();
  assert.deepEqual(await storageContract(() => shared), []);
});
