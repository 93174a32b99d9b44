/**
 * Rooms of a whole client: join, resume, gaps, predictions rebased, the ways in which a room ends.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANNA, BEN, OTHER_ROOM, ROOM, positionAt, tagAt } from './support/fake_server.mjs';
import { settle } from './support/manual_clock.mjs';
import { Member } from './support/member.mjs';
import { note, noted, notes, shown } from './support/notes.mjs';

test('CL1 hello names the rooms; what comes before `joined` shows at once with it', async () => {
  const member = new Member();
  const room = member.touchline.join(ROOM, { model: notes, invite: 'i_x.secret' });
  await member.greet();
  await member.clock.advance(0);
  const heard = member.listen(room);
  assert.equal(member.hello.protocol, 1);
  assert.equal(member.hello.token, 'token-1');
  assert.deepEqual(member.hello.rooms, [{ room: ROOM, invite: 'i_x.secret' }]);
  assert.equal(room.phase, 'joining');
  member.socket.snapshot({ version: 4, state: { notes: [{ text: 'old', by: BEN }] } });
  member.socket.entries(5, [[noted('new')]]);
  assert.equal(room.ready, false);
  member.socket.joined({ version: 5 });
  assert.equal(room.phase, 'live');
  assert.equal(shown(room), 'old new');
  assert.equal(room.version, 5);
  assert.equal(room.role, 'owner');
  assert.deepEqual(room.me, { account: ANNA, name: 'Anna', role: 'owner', connection: 1 });
  await member.clock.advance(0);
  assert.equal(heard.filter(([name]) => name === 'change').length, 1);
});

test('CL1 a room that is joined later is asked for on the same connection', async () => {
  const member = new Member();
  await member.live();
  const other = member.touchline.join(OTHER_ROOM, { model: notes });
  await member.clock.advance(0);
  const [join] = member.socket.of('join');
  assert.equal(join.room, OTHER_ROOM);
  assert.equal(member.touchline.status, 'catching-up');
  member.socket.snapshot({ room: OTHER_ROOM, version: 2 });
  member.socket.joined({ room: OTHER_ROOM, version: 2, ref: join.ref });
  assert.equal(other.phase, 'live');
  assert.equal(member.touchline.join(OTHER_ROOM, { model: notes }), other);
  assert.equal(member.server.sockets.length, 1);
});

/** A part of the room's entries came: those of these versions, of all up to `skipped`. */
function part(first, skipped, ...versions) {
  const entries = versions.map((v) => ({ v, at: 5, by: BEN, events: [noted(`n${v}`)] }));
  return { type: 'entries', room: ROOM, first, tag: tagAt(skipped), entries, skipped_to: skipped };
}

test('FF6 who wants a part of a room joins anew, goes on over what was not wanted, and comes back with it', async () => {
  const member = new Member();
  const room = await member.live({ version: 4 });
  const wanted = { whats: ['scoring'] };
  room.want(wanted);
  room.want({ ...wanted });
  assert.deepEqual(member.socket.of('leave'), [{ type: 'leave', room: ROOM }]);
  assert.deepEqual(member.socket.of('join'), [], 'not before the room has said goodbye');
  member.socket.say({ type: 'closed', room: ROOM, reason: 'left' });
  const [join] = member.socket.of('join');
  assert.deepEqual([join.filter, join.position], [wanted, undefined]);
  member.socket.snapshot({ version: 5 });
  member.socket.say({ type: 'joined', room: ROOM, position: positionAt(5), role: 'viewer', connection: 2, filtered: true });
  assert.deepEqual([room.phase, room.filter], ['live', wanted]);
  member.socket.say(part(6, 9, 8));
  assert.deepEqual([shown(room), room.version], ['n8', 9]);
  member.socket.say(part(7, 12, 8, 11));
  assert.deepEqual([shown(room), room.position], ['n8 n11', positionAt(12)], 'what is known is passed over');
  await member.reconnect();
  assert.deepEqual(member.hello.rooms, [{ room: ROOM, filter: wanted, position: positionAt(12) }]);
  member.socket.say(part(13, 20));
  member.socket.say({ type: 'joined', room: ROOM, position: positionAt(20), role: 'viewer', connection: 3, filtered: true });
  assert.deepEqual([room.phase, room.version], ['live', 20]);
  const sockets = member.server.sockets.length;
  member.socket.say(part(22, 25));
  await member.clock.advance(10_000);
  assert.deepEqual([room.version, member.server.sockets.length > sockets], [20, true], 'a gap without a word is one');
});

test('FF9 where everything comes after all, no filter is asked for again', async () => {
  const member = new Member();
  const room = member.touchline.join(ROOM, { model: notes });
  room.want({ whats: ['scoring'] });
  await member.greet();
  await member.clock.advance(0);
  assert.deepEqual(member.hello.rooms, [{ room: ROOM, filter: { whats: ['scoring'] } }]);
  member.socket.snapshot({ version: 1 });
  member.socket.joined({ version: 1 });
  assert.equal(room.filter, null);
  await member.reconnect();
  assert.deepEqual(member.hello.rooms, [{ room: ROOM, position: positionAt(1) }]);
});

test('CL15 pending commands are predicted again over whatever arrives', async () => {
  const member = new Member();
  const room = await member.live();
  const heard = member.listen(room);
  const { seq } = room.submit(note('mine'));
  await settle();
  member.socket.entries(1, [[noted('theirs')]]);
  assert.equal(shown(room), 'theirs (mine)');
  assert.equal(room.confirmed.notes.length, 1);
  member.socket.accept([seq, 3]);
  member.socket.entries(2, [[noted('more')]]);
  assert.equal(shown(room), 'theirs more (mine)');
  member.socket.entries(3, [[noted('mine')]], { by: ANNA });
  assert.equal(shown(room), 'theirs more mine');
  const entries = heard
    .filter(([name]) => name === 'entry')
    .map(([, { entry, own, command }]) => [entry.v, own, command?.text]);
  assert.deepEqual(entries, [
    [1, false, undefined],
    [2, false, undefined],
    [3, true, 'mine'],
  ]);
});

test('CL15 a state that did not change is the same object', async () => {
  const member = new Member();
  const room = await member.live();
  const { state } = room;
  assert.equal(room.state, state);
  room.submit(note('mine'));
  assert.notEqual(room.state, state);
  assert.equal(room.confirmed, state);
});

test('CL15 a prediction that throws hides nothing', async (t) => {
  const reported = [];
  globalThis.reportError = (error) => reported.push(String(error));
  t.after(() => delete globalThis.reportError);
  const member = new Member();
  const model = {
    ...notes,
    predict: () => {
      throw new Error('a bug in a model');
    },
  };
  const room = await member.live({ model });
  room.submit(note('mine'));
  assert.deepEqual(room.state, { notes: [] });
  assert.deepEqual(reported, ['Error: a bug in a model']);
});

test('CL15 a snapshot in the middle replaces what was confirmed and keeps what is pending', async () => {
  const member = new Member();
  const room = await member.live();
  const heard = member.listen(room);
  const [first, second] = [room.submit(note('first')), room.submit(note('second'))];
  await settle();
  member.socket.accept([first.seq, 7]);
  member.socket.snapshot({
    version: 9,
    state: {
      notes: [
        { text: 'first', by: ANNA },
        { text: 'theirs', by: BEN },
      ],
    },
  });
  assert.equal(shown(room), 'first theirs (second)');
  assert.deepEqual(
    room.pending.map(({ seq }) => seq),
    [second.seq],
  );
  const starts = heard.filter(([name]) => name === 'reset');
  assert.deepEqual(starts, [['reset', { newGeneration: false }]]);
});

test('CL13 a gap is never shown: the client connects again and starts over from a snapshot', async () => {
  const member = new Member();
  const room = await member.live();
  member.socket.entries(2, [[noted('after a hole')]]);
  assert.equal(shown(room), '');
  assert.equal(member.told.at(-1)[1].code, 'out_of_step');
  await member.clock.advance(1_000);
  await member.greet();
  assert.deepEqual(member.hello.rooms, [{ room: ROOM }]);
  member.socket.snapshot({ version: 2, state: { notes: [{ text: 'whole', by: BEN }] } });
  member.socket.joined({ version: 2 });
  assert.equal(shown(room), 'whole');
});

test('CL13 entries that are known already are passed over', async () => {
  const member = new Member();
  const room = await member.live();
  member.socket.entries(1, [[noted('one')]]);
  member.socket.entries(1, [[noted('one')], [noted('two')]]);
  assert.equal(shown(room), 'one two');
});

test('CL13 `joined` at another position than ours means to start over', async () => {
  const member = new Member();
  const room = member.touchline.join(ROOM, { model: notes });
  await member.greet();
  member.socket.snapshot({ version: 3 });
  member.socket.joined({ version: 4 });
  await member.clock.advance(1_000);
  await member.greet();
  assert.deepEqual(member.hello.rooms, [{ room: ROOM }]);
  assert.notEqual(room.phase, 'live');
});

test('CL13 an event that the model cannot apply leaves the state whole', async (t) => {
  globalThis.reportError = () => undefined;
  t.after(() => delete globalThis.reportError);
  const member = new Member();
  const room = await member.live();
  member.socket.entries(1, [[noted('one')], [{ type: 'unheard of' }]]);
  assert.equal(shown(room), '');
  assert.equal(room.version, 0);
  assert.equal(member.touchline.status, 'offline');
});

test('CL14 what belongs to another kind is refused', async (t) => {
  const reported = [];
  globalThis.reportError = (error) => reported.push(error.message);
  t.after(() => delete globalThis.reportError);
  const member = new Member();
  member.touchline.join(ROOM, { model: notes });
  await member.greet();
  member.socket.snapshot({ kind: 'draft' });
  member.socket.joined();
  assert.match(reported[0], /is a draft, not a notes/);
});

test('CL21 a full room says so and is not asked for again', async () => {
  const member = new Member();
  const room = member.touchline.join(ROOM, { model: notes, invite: 'i_x.secret' });
  await member.greet();
  const heard = member.listen(room);
  member.socket.say({ type: 'error', code: 'room_full', room: ROOM });
  assert.equal(room.phase, 'full');
  assert.deepEqual(heard.find(([name]) => name === 'closed')[1], {
    reason: 'room_full',
    incident: null,
  });
  assert.equal(member.touchline.status, 'live');
  assert.throws(() => room.submit(note('more')), /full/);
});

test('CL21 not found: the room says so and its commands go to the person', async () => {
  const member = new Member();
  const room = await member.live();
  const heard = member.listen(room);
  const { settled } = room.submit(note('mine'));
  await member.reconnect();
  member.socket.say({ type: 'error', code: 'not_found', room: ROOM });
  assert.equal(room.phase, 'not-found');
  assert.deepEqual((await settled).detail, { unknown: true });
  assert.deepEqual(
    room.unsaved.map(({ code }) => code),
    ['not_found'],
  );
  assert.deepEqual(heard.find(([name]) => name === 'closed')[1], {
    reason: 'not_found',
    incident: null,
  });
  assert.throws(() => room.submit(note('more')), /not-found/);
  assert.equal(member.touchline.status, 'live');
});

test('CL21 removed in the middle: closed, told, and not asked for again', async () => {
  const member = new Member();
  const room = await member.live();
  member.socket.say({ type: 'closed', room: ROOM, reason: 'removed' });
  assert.equal(room.phase, 'removed');
  await member.reconnect();
  assert.deepEqual(member.hello.rooms, []);
});

test('CL21 a room that failed names its incident and comes back by itself', async () => {
  const member = new Member();
  const room = await member.live();
  member.socket.say({ type: 'closed', room: ROOM, reason: 'failed', incident: 'inc-7' });
  assert.equal(room.phase, 'failed');
  assert.equal(room.incident, 'inc-7');
  await member.clock.advance(1_000);
  const [join] = member.socket.of('join');
  assert.deepEqual(join.position, room.position);
  member.socket.joined();
  assert.equal(room.phase, 'live');
  assert.equal(room.incident, null);
});

test('CL21 a join that may be tried again is, after the time that the server named', async () => {
  const member = new Member();
  const room = member.touchline.join(ROOM, { model: notes });
  await member.greet();
  member.socket.say({
    type: 'error',
    code: 'rate_limited',
    room: ROOM,
    retry: true,
    wait_ms: 2_000,
  });
  await member.clock.advance(1_999);
  assert.deepEqual(member.socket.of('join'), []);
  await member.clock.advance(1);
  assert.equal(member.socket.of('join').length, 1);
  assert.equal(room.phase, 'joining');
});

test('CL14 leaving tells the server, and its last words are not heard', async () => {
  const member = new Member();
  const room = await member.live();
  room.leave();
  assert.deepEqual(member.socket.of('leave'), [{ type: 'leave', room: ROOM }]);
  member.socket.entries(1, [[noted('late')]]);
  member.socket.say({ type: 'closed', room: ROOM, reason: 'left' });
  assert.equal(room.phase, 'closed');
  assert.equal(shown(room), '');
  assert.notEqual(member.touchline.join(ROOM, { model: notes }), room);
});

test('CL25 whoever lost a value to a later write is told, others are not', async () => {
  const member = new Member();
  const room = await member.live();
  const heard = member.listen(room);
  const lost = { id: 'o_1', property: 'at', value: [0, 0], by: ANNA, version: 3 };
  member.socket.entries(1, [
    [noted('a', { overrode: [lost, { ...lost, by: BEN }] })],
    [noted('b', { overrode: [{ ...lost, by: BEN }] })],
  ]);
  const told = heard.filter(([name]) => name === 'overrode');
  assert.equal(told.length, 1);
  assert.deepEqual(told[0][1].changes, [lost]);
  assert.equal(told[0][1].entry.v, 1);
});

test('CL14 hidden events reach the model that asks for them', async () => {
  const member = new Member();
  const model = { ...notes, applyPrivate: (state, { events }) => ({ ...state, mine: events }) };
  const room = await member.live({ model });
  member.socket.say({ type: 'private', room: ROOM, version: 1, events: [{ type: 'secret' }] });
  assert.deepEqual(room.state.mine, [{ type: 'secret' }]);
});

test("CL14 members, name and chat are the room's own part, predicted too", async () => {
  const member = new Member();
  const room = await member.live();
  assert.equal(room.name, 'A room');
  room.submit({ type: 'room.rename', name: 'Away game' });
  room.submit({ type: 'chat.say', text: 'hello' });
  assert.equal(room.name, 'Away game');
  assert.deepEqual(
    room.membership.chat.map(({ text, pending }) => [text, pending]),
    [['hello', true]],
  );
  member.socket.entries(1, [[{ type: 'member.role_set', member: ANNA, role: 'viewer' }]]);
  assert.equal(room.role, 'viewer');
  assert.equal(room.name, 'A room');
});

test('CL14 a room that is joined again before its goodbye came waits for it', async () => {
  const member = new Member();
  const room = await member.live();
  room.leave();
  const again = member.touchline.join(ROOM, { model: notes });
  await member.clock.advance(0);
  assert.deepEqual(member.socket.of('join'), []);
  member.socket.say({ type: 'closed', room: ROOM, reason: 'left' });
  await member.clock.advance(0);
  assert.equal(member.socket.of('join').length, 1);
  assert.equal(again.phase, 'joining');
});

test('CL15 with very much pending, changes are told ten times a second', async () => {
  const member = new Member();
  const room = await member.live();
  for (let count = 0; count < 300; count += 1) room.submit(note(String(count)));
  await member.clock.advance(100);
  const heard = member.listen(room);
  for (let version = 1; version <= 50; version += 1) {
    member.socket.entries(version, [[noted('theirs')]]);
    await member.clock.advance(10);
  }
  assert.equal(heard.filter(([name]) => name === 'change').length, 5);
});
