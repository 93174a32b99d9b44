/** Commands of a whole client: shown, stored, sent, settled, rejected, sent again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStorage } from '../../clients/js/storage_memory.js';
import { GENERATION, LIMITS, ROOM } from './support/fake_server.mjs';
import { settle } from './support/manual_clock.mjs';
import { Member } from './support/member.mjs';
import { note, noted, shown } from './support/notes.mjs';

/** A storage whose writes the test lets through, or not. */
class HeldStorage extends MemoryStorage {
  constructor() {
    super();
    this.gate = Promise.resolve();
    this.failing = false;
  }

  hold() {
    this.gate = new Promise((open) => {
      this.open = open;
    });
  }

  async write(changes, options) {
    await this.gate;
    if (this.failing) throw new Error('the disk is full');
    await super.write(changes, options);
  }
}

test('CL3 a command shows at once, is sent, accepted, and stays shown without a jump', async () => {
  const member = new Member();
  const room = await member.live();
  const submitted = room.submit(note('one'));
  assert.equal(shown(room), '(one)');
  await settle();
  assert.deepEqual(member.socket.submits, [
    { type: 'submit', room: ROOM, seq: submitted.seq, made: [GENERATION, 0], command: note('one') },
  ]);
  member.socket.accept([submitted.seq, 1]);
  assert.deepEqual(await submitted.settled, { accepted: true, version: 1 });
  assert.equal(shown(room), '(one)');
  member.socket.entries(1, [[noted('one')]]);
  assert.equal(shown(room), 'one');
  assert.deepEqual(room.pending, []);
  assert.equal(member.touchline.waiting, 0);
});

test('CL4 nothing is sent before storage has it', async () => {
  const storage = new HeldStorage();
  const member = new Member({ storage });
  const room = await member.live();
  storage.hold();
  room.submit(note('one'));
  await settle();
  assert.equal(shown(room), '(one)');
  assert.deepEqual(member.socket.submits, []);
  storage.open();
  await settle();
  assert.equal(member.socket.submits.length, 1);
  const [record] = await storage.list('commands');
  assert.equal(record.sent, true);
});

test('CL4 a connection that broke while storage wrote is not sent to, the next one is, marked', async () => {
  const storage = new HeldStorage();
  const member = new Member({ storage });
  const room = await member.live();
  storage.hold();
  room.submit(note('one'));
  await settle();
  const first = member.socket;
  await member.reconnect();
  storage.open();
  member.socket.joined();
  await settle();
  assert.deepEqual(first.submits, []);
  assert.equal(member.socket.submits.length, 1);
  assert.equal(member.socket.submits[0].again, true);
});

test('CL4 a storage that fails is told, and work goes on within the seqs that are reserved', async () => {
  const storage = new HeldStorage();
  const member = new Member({ storage });
  const room = await member.live();
  room.submit(note('one'));
  await settle();
  storage.failing = true;
  room.submit(note('two'));
  await settle();
  assert.equal(member.socket.submits.length, 2);
  assert.deepEqual(member.told.map(([, { code }]) => code).includes('not_stored'), true);
});

test('CL4 where not even a block of seqs can be stored nothing is sent until it can', async () => {
  const storage = new HeldStorage();
  const member = new Member({ storage });
  const room = await member.live();
  storage.failing = true;
  room.submit(note('one'));
  await settle();
  assert.deepEqual(member.socket.submits, []);
  storage.failing = false;
  await member.clock.advance(6_000);
  assert.equal(member.socket.submits.length, 1);
});

test('CL3 a final rejection ends the prediction, is told, and is kept with its values', async () => {
  const member = new Member();
  const room = await member.live();
  const heard = member.listen(room);
  const { seq, id, settled } = room.submit(note('one'), { local: { row: 3 } });
  await settle();
  member.socket.reject(seq, 'forbidden', { detail: { why: 'x' } });
  assert.deepEqual(await settled, {
    accepted: false,
    code: 'forbidden',
    detail: { why: 'x' },
    command: note('one'),
  });
  assert.equal(shown(room), '');
  assert.deepEqual(heard.find(([name]) => name === 'rejected')[1], {
    id,
    seq,
    code: 'forbidden',
    detail: { why: 'x' },
    command: note('one'),
    local: { row: 3 },
    kept: true,
  });
  const [unsaved] = room.unsaved;
  assert.equal(unsaved.reason, 'rejected');
  assert.deepEqual(unsaved.local, { row: 3 });
  assert.equal(member.touchline.unsaved, 1);
});

test('CL17 a rejection that does not matter is not kept', async () => {
  const member = new Member();
  const room = await member.live();
  const { seq } = room.submit(note('one'), { keep: false });
  await settle();
  member.socket.reject(seq, 'nothing_to_undo');
  assert.deepEqual(room.unsaved, []);
});

test('CL17 a conflict is one, by its code', async () => {
  const member = new Member();
  const room = await member.live();
  const { seq } = room.submit(note('one'));
  await settle();
  member.socket.reject(seq, 'conflict', { detail: { conflicts: [] } });
  assert.equal(room.unsaved[0].reason, 'conflict');
});

test('CL17 what is discarded is gone from storage, what is retried is a new command in the same write', async () => {
  const member = new Member();
  const room = await member.live();
  const commands = [room.submit(note('one')), room.submit(note('two'))];
  await settle();
  for (const { seq } of commands) member.socket.reject(seq, 'conflict');
  await settle();
  assert.equal((await member.storage.list('unsaved')).length, 2);
  room.discard(commands[0].id);
  const retried = room.retry(commands[1].id, note('two again'), { made: 1 });
  await settle();
  assert.equal(member.socket.submits.at(-1).seq, retried.seq);
  assert.equal(member.socket.submits.at(-1).made.at(-1), 1);
  assert.deepEqual(member.socket.submits.at(-1).command, note('two again'));
  assert.deepEqual(await member.storage.list('unsaved'), []);
  assert.deepEqual(room.unsaved, []);
  assert.equal(room.retry(commands[1].id), null);
});

test('CL6 busy: the same seq after a pause, the ones behind it in order after its answer', async () => {
  const member = new Member();
  const room = await member.live();
  const [first, second, third] = ['one', 'two', 'three'].map((text) => room.submit(note(text)).seq);
  await settle();
  const { socket } = member;
  for (const seq of [first, second, third]) socket.reject(seq, 'busy', { final: false });
  await settle();
  assert.equal(socket.submits.length, 3);
  assert.equal(shown(room), '(one) (two) (three)');
  await member.clock.advance(5_000);
  assert.deepEqual(
    socket.submits.slice(3).map(({ seq, again }) => [seq, again]),
    [[first, true]],
  );
  socket.accept([first, 1]);
  await member.clock.advance(5_000);
  assert.deepEqual(
    socket.submits.slice(4).map(({ seq }) => seq),
    [second],
  );
  socket.accept([second, 2]);
  await member.clock.advance(5_000);
  assert.deepEqual(
    socket.submits.slice(5).map(({ seq }) => seq),
    [third],
  );
});

test('CL6 rate_limited: nothing more leaves until the time that the server named', async () => {
  const member = new Member();
  const room = await member.live();
  const { seq } = room.submit(note('one'));
  await settle();
  member.socket.reject(seq, 'rate_limited', { final: false, detail: { wait_ms: 3_000 } });
  room.submit(note('two'));
  await member.clock.advance(2_999);
  assert.equal(member.socket.submits.length, 1);
  await member.clock.advance(2);
  assert.deepEqual(
    member.socket.submits.map((submit) => submit.seq),
    [seq, seq],
  );
});

test('CL6 what was on its way when the connection broke is sent again under its seq, or settled by `joined`', async () => {
  const member = new Member();
  const room = await member.live();
  const lost = room.submit(note('lost'));
  const done = room.submit(note('done'));
  await settle();
  await member.reconnect();
  assert.deepEqual(member.hello.rooms, [{ room: ROOM, position: room.position }]);
  member.socket.entries(1, [[noted('done')]], { by: member.touchline.account });
  member.socket.joined({ version: 1, done: [[done.seq, 1]] });
  assert.deepEqual(await done.settled, { accepted: true, version: 1 });
  assert.equal(shown(room), 'done (lost)');
  await settle();
  assert.deepEqual(member.socket.submits, [
    {
      type: 'submit',
      room: ROOM,
      seq: lost.seq,
      made: [GENERATION, 0],
      command: note('lost'),
      again: true,
    },
  ]);
});

test('CL8 a thousand commands queued offline leave within window and rate, each once, in order', async () => {
  const member = new Member();
  const room = await member.live();
  member.socket.drop(1006);
  const before = [];
  for (let count = 0; count < 1_000; count += 1) before.push(room.submit(note(String(count))).seq);
  await member.clock.advance(10_000);
  assert.equal(member.touchline.waiting, 1_000);
  await member.greet({ limits: { ...LIMITS, rate_per_s: 50, burst: 100 } });
  member.socket.joined();
  let answered = 0;
  for (let second = 0; second < 40 && answered < 1_000; second += 1) {
    const submits = member.socket.submits.slice(answered);
    assert.ok(submits.length <= 64);
    if (submits.length > 0)
      member.socket.accept(...submits.map(({ seq }, index) => [seq, answered + index + 1]));
    answered += submits.length;
    assert.ok(answered <= 100 + 50 * (second + 1));
    await member.clock.advance(1_000);
  }
  assert.deepEqual(
    member.socket.submits.map(({ seq }) => seq),
    before,
  );
  assert.equal(member.touchline.waiting, 0);
});

test('CL4 a thousand commands are stored in few writes', async () => {
  const storage = new MemoryStorage();
  let writes = 0;
  const write = storage.write.bind(storage);
  storage.write = async (changes, options) => {
    writes += 1;
    await write(changes, options);
  };
  const member = new Member({ storage });
  const room = await member.live();
  member.socket.drop(1006);
  writes = 0;
  for (let count = 0; count < 1_000; count += 1) room.submit(note(String(count)));
  await settle();
  assert.equal((await storage.list('commands')).length, 1_000);
  assert.ok(writes <= 3, `${writes} writes`);
});

test('CL7 session_expired: the command and what was made before it and never sent goes to the person', async () => {
  const member = new Member();
  const room = await member.live({ version: 5 });
  await member.reconnect({ limits: { ...LIMITS, in_flight_max: 1 } });
  member.socket.joined({ version: 5 });
  const first = room.submit(note('one'));
  room.submit(note('two'));
  await settle();
  assert.equal(member.socket.submits.length, 1);
  member.socket.reject(first.seq, 'session_expired');
  await settle();
  assert.equal(member.socket.submits.length, 1);
  assert.deepEqual(room.unsaved.map(({ command, reason }) => [command.text, reason]).sort(), [
    ['one', 'expired'],
    ['two', 'expired'],
  ]);
});

test('CL7 another generation: unsent commands go to the person, sent ones keep their seq until they are answered', async () => {
  const member = new Member();
  const room = await member.live();
  const sent = room.submit(note('sent'));
  await settle();
  member.socket.drop(1006);
  room.submit(note('unsent'));
  const starts = [];
  room.on('reset', (start) => starts.push(start));
  await member.clock.advance(10_000);
  await member.greet();
  const restored = '00000000000000bb';
  member.socket.snapshot({ generation: restored });
  member.socket.joined({ generation: restored });
  await settle();
  assert.deepEqual(
    room.unsaved.map(({ command, code }) => [command.text, code]),
    [['unsent', 'session_expired']],
  );
  assert.deepEqual(starts, [{ newGeneration: true }]);
  assert.deepEqual(
    member.socket.submits.map(({ seq, made, again }) => [seq, made, again]),
    [[sent.seq, [GENERATION, 0], true]],
  );
  member.socket.reject(sent.seq, 'session_expired');
  assert.deepEqual((await sent.settled).code, 'session_expired');
  assert.equal(room.unsaved.length, 2);
});

test('CL7 what waited over 24 hours is shown to the person, not sent and not dropped', async () => {
  const member = new Member();
  const room = await member.live();
  member.socket.drop(1006);
  const { settled } = room.submit(note('yesterday'));
  await member.clock.sleep(24 * 3_600_000 + 60_000);
  await member.greet();
  member.socket.joined();
  await settle();
  assert.deepEqual(member.socket.submits, []);
  assert.deepEqual((await settled).code, 'too_old');
  assert.deepEqual(
    room.unsaved.map(({ command, reason }) => [command.text, reason]),
    [['yesterday', 'expired']],
  );
});

test('CL5 what cannot be sent fails where it is submitted', async () => {
  const member = new Member();
  const room = await member.live();
  assert.throws(() => room.submit({ type: 'note', at: NaN }), /NaN cannot be sent/);
  assert.throws(() => room.submit({ type: 'note', at: 2 ** 60 }), /beyond 2\^53/);
  assert.throws(() => room.submit({ type: 'note', text: 'x'.repeat(70_000) }), /bytes/);
  assert.throws(() => room.submit({ text: 'no type' }), /type/);
  assert.throws(() => room.submit({ type: 'note', call: () => 1 }), /function/);
  let deep = {};
  for (let level = 0; level < 40; level += 1) deep = { deep };
  assert.throws(() => room.submit({ type: 'note', deep }), /too deep/);
  assert.equal(member.touchline.waiting, 0);
});

test('CL3 a command can be made at the version that the person saw when they began', async () => {
  const member = new Member();
  const room = await member.live({ version: 5 });
  const began = room.version;
  member.socket.entries(6, [[noted('theirs')]]);
  room.submit(note('mine'), { made: began });
  await settle();
  assert.deepEqual(member.socket.submits[0].made, [GENERATION, 5]);
});

test('CL3 a command submitted before the room was seen is made where it is first seen', async () => {
  const member = new Member();
  const { notes } = await import('./support/notes.mjs');
  const room = member.touchline.join(ROOM, { model: notes });
  const { settled } = room.submit(note('early'));
  await member.greet();
  member.socket.snapshot({ version: 3 });
  member.socket.joined({ version: 3 });
  await settle();
  assert.deepEqual(member.socket.submits[0].made, [GENERATION, 3]);
  member.socket.accept([member.socket.submits[0].seq, 4]);
  assert.equal((await settled).accepted, true);
});

test('C6 a command that is too large fails by that name, and how large it may be is told', async () => {
  const member = new Member();
  const room = await member.live();
  const around = JSON.stringify(note('')).length;
  const fits = room.commandBytesMax - around;
  assert.ok(room.submit(note('x'.repeat(fits))));
  assert.throws(() => room.submit(note('x'.repeat(fits + 1))), { name: 'TooLarge' });
});
