/**
 * The connection of a whole client: backoff, close codes, silence, tokens, moving to another
 * server.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOM } from './support/fake_server.mjs';
import { settle } from './support/manual_clock.mjs';
import { Member } from './support/member.mjs';
import { note, notes } from './support/notes.mjs';

async function joined(options) {
  const member = new Member(options);
  member.touchline.join(ROOM, { model: notes });
  await member.clock.advance(0);
  return member;
}

test('CL9 waits double from 0.2 to 10 s, with full jitter', async () => {
  const member = await joined();
  const waits = [];
  for (let attempt = 0; attempt < 9; attempt += 1) {
    member.socket.drop(1006);
    waits.push(member.touchline.retryAt - member.clock.now());
    await member.clock.advance(10_000);
  }
  // Chance is 0.5 here: half of every ceiling.
  assert.deepEqual(waits, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  member.clock.chance = 0;
  member.socket.drop(1006);
  assert.equal(member.touchline.retryAt - member.clock.now(), 0);
});

test('CL9 a connection that lasted starts the backoff over, one that did not does not', async () => {
  const member = await joined();
  member.socket.drop(1006);
  await member.clock.advance(1_000);
  await member.greet();
  member.socket.drop(1006);
  assert.equal(member.touchline.retryAt - member.clock.now(), 200);
  await member.clock.advance(1_000);
  await member.greet();
  await member.clock.advance(10_000);
  member.socket.drop(1006);
  assert.equal(member.touchline.retryAt - member.clock.now(), 100);
});

for (const code of [1000, 1003, 1007, 1008, 1009, 3003, 4409]) {
  test(`CL9 ${code}: the client stays away, and says why`, async () => {
    const member = await joined();
    member.socket.drop(code, 'because');
    await member.clock.advance(60_000);
    assert.equal(member.server.sockets.length, 1);
    assert.equal(member.touchline.status, 'closed');
    assert.deepEqual(member.touchline.closed, { code, reason: 'because' });
    member.touchline.retryNow();
    await settle();
    assert.equal(member.server.sockets.length, 2);
  });
}

for (const code of [1006, 1011, 1013, 3008, 4999]) {
  test(`CL9 ${code}: the client comes back`, async () => {
    const member = await joined();
    member.socket.drop(code);
    assert.equal(member.touchline.status, 'offline');
    await member.clock.advance(1_000);
    assert.equal(member.server.sockets.length, 2);
  });
}

test('CL9 1002: the client comes back once', async () => {
  const member = await joined();
  member.socket.drop(1002);
  await member.clock.advance(1_000);
  assert.equal(member.server.sockets.length, 2);
  member.socket.drop(1002);
  await member.clock.advance(60_000);
  assert.equal(member.server.sockets.length, 2);
  assert.equal(member.touchline.status, 'closed');
});

test('CL9 4429: the client stays away for 10 s', async () => {
  const member = await joined();
  member.socket.drop(4429);
  await member.clock.advance(9_999);
  assert.equal(member.server.sockets.length, 1);
  await member.clock.advance(1_000);
  assert.equal(member.server.sockets.length, 2);
});

test('CL9 4426: the page is outdated', async () => {
  const member = await joined();
  member.socket.drop(4426);
  await member.clock.advance(60_000);
  assert.equal(member.touchline.status, 'outdated');
  assert.equal(member.server.sockets.length, 1);
});

test('CL12 3000: back at once with another token, and signed out if that is refused too', async () => {
  const member = await joined();
  member.socket.drop(3000);
  await settle();
  assert.deepEqual(member.tokens, [false, true]);
  assert.equal(member.server.sockets.length, 2);
  member.socket.drop(3000);
  await member.clock.advance(60_000);
  assert.equal(member.touchline.status, 'signed-out');
  assert.equal(member.server.sockets.length, 2);
  member.touchline.retryNow();
  await settle();
  await member.greet();
  member.socket.say({ type: 'joined' });
  assert.equal(member.touchline.closed, null);
});

test('CL12 a fresh token goes out a minute before the old one ends', async () => {
  const member = await joined();
  const now = 1_760_000_000_000;
  await member.greet({ server_now: now, expires: now + 300_000 });
  for (let beat = 0; beat < 24; beat += 1) {
    await member.clock.advance(10_000);
    member.socket.say({ type: 'pong', n: beat, server_now: now });
  }
  assert.deepEqual(member.socket.of('auth'), [{ type: 'auth', token: 'token-2' }]);
});

test('CL12 the end that a fresh token states is kept to as well', async () => {
  const now = 1_760_000_000_000;
  const claims = Buffer.from(JSON.stringify({ exp: (now + 600_000) / 1_000 })).toString(
    'base64url',
  );
  const member = await joined({ token: async () => `x.${claims}.y` });
  await member.greet({ server_now: now, expires: now + 100_000 });
  for (let beat = 0; beat < 54; beat += 1) {
    await member.clock.advance(10_000);
    member.socket.say({ type: 'notice', code: 'degraded' });
  }
  assert.equal(member.socket.of('auth').length, 2);
});

test('CL12 without a token nobody connects', async () => {
  const member = await joined({ token: async () => '' });
  assert.equal(member.touchline.status, 'signed-out');
  assert.equal(member.server.sockets.length, 0);
});

test('CL12 a token that cannot be fetched is a network that is away', async () => {
  let fails = true;
  const member = await joined({
    token: async () => {
      if (fails) throw new Error('no network');
      return 'token';
    },
  });
  assert.equal(member.touchline.status, 'offline');
  fails = false;
  await member.clock.advance(1_000);
  assert.equal(member.server.sockets.length, 1);
});

test('CL10 a ping twice per heartbeat, and silence after one ends the connection', async () => {
  const member = new Member();
  const room = await member.live();
  await member.clock.advance(10_000);
  const [ping] = member.socket.of('ping');
  member.socket.say({ type: 'pong', n: ping.n, server_now: member.clock.now() });
  await member.clock.advance(19_999);
  assert.equal(room.phase, 'live');
  assert.equal(member.server.sockets.length, 1);
  await member.clock.advance(1);
  assert.equal(room.phase, 'offline');
  assert.equal(member.socket.closedWith, 4000);
});

test('CL10 whoever works finds a dead line sooner', async () => {
  const member = new Member();
  const room = await member.live();
  await member.clock.advance(3_000);
  room.submit(note('anyone there?'));
  await settle();
  assert.equal(member.socket.of('ping').length, 1);
  await member.clock.advance(10_000);
  assert.equal(room.phase, 'offline');
});

test('CL10 a machine that slept asks again before it gives up', async () => {
  const member = new Member();
  const room = await member.live();
  await member.clock.advance(10_000);
  await member.clock.sleep(3_600_000);
  assert.equal(room.phase, 'live');
  assert.ok(member.socket.of('ping').length >= 2);
  await member.clock.advance(4_000);
  assert.equal(room.phase, 'offline');
});

test('CL11 a page that read its first answer late asks for the time again', async () => {
  const member = new Member();
  member.touchline.join(ROOM, { model: notes });
  await member.clock.advance(0);
  member.socket.open();
  const said = member.clock.now();
  await member.clock.advance(300); // it was busy with itself: the answer was there long ago
  member.socket.welcome({ server_now: said });
  await settle();
  assert.equal(member.touchline.serverNow() - member.clock.now(), -150);
  await member.clock.advance(250);
  const [ping] = member.socket.of('ping');
  member.socket.say({ type: 'pong', n: ping.n, server_now: member.clock.now() });
  assert.equal(member.touchline.serverNow(), member.clock.now());
  await member.clock.advance(5_000);
  assert.equal(member.socket.of('ping').length, 1, 'that was as good as it gets');
});

test('CL11 at the end of a long road the time is asked for three times more', async () => {
  const member = new Member();
  member.touchline.join(ROOM, { model: notes });
  await member.clock.advance(0);
  member.socket.open();
  await member.clock.advance(80);
  member.socket.welcome({});
  await settle();
  for (const ms of [250, 750, 2_000]) {
    await member.clock.advance(ms);
    const { n } = member.socket.of('ping').at(-1);
    await member.clock.advance(80);
    member.socket.say({ type: 'pong', n, server_now: member.clock.now() });
  }
  assert.equal(member.socket.of('ping').length, 3);
});

test('CL10 no welcome within 10 s is no server', async () => {
  const member = await joined();
  member.socket.open();
  await member.clock.advance(9_999);
  assert.equal(member.touchline.status, 'connecting');
  await member.clock.advance(1);
  assert.equal(member.touchline.status, 'offline');
});

test('CL19 restarting: the client comes back when and where it was told', async () => {
  const member = new Member();
  const room = await member.live();
  const when = member.touchline.serverNow() + 4_000;
  member.socket.say({ type: 'notice', code: 'restarting', when, where: 'ws://other/ws' });
  assert.equal(member.touchline.status, 'moving');
  assert.equal(room.phase, 'live');
  assert.deepEqual(member.told.at(-1), [
    'notice',
    { code: 'restarting', when, where: 'ws://other/ws' },
  ]);
  member.socket.drop(1012, 'restart');
  assert.equal(member.touchline.status, 'moving');
  await member.clock.advance(3_990);
  assert.equal(member.server.sockets.length, 1);
  await member.clock.advance(20);
  assert.equal(member.socket.url, 'ws://other/ws');
  await member.greet();
  member.socket.joined();
  assert.equal(member.touchline.status, 'live');
  member.socket.drop(1006);
  await member.clock.advance(1_000);
  assert.equal(member.socket.url, 'ws://server/ws');
});

test('CL19 a client is at the named server before it leaves the one that restarts', async () => {
  const member = new Member();
  const room = await member.live();
  const old = member.socket;
  const when = member.touchline.serverNow() + 4_000;
  old.say({ type: 'notice', code: 'restarting', when, where: 'ws://other/ws' });
  await member.clock.advance(2_490);
  assert.equal(member.server.sockets.length, 1);
  await member.clock.advance(20);
  assert.equal(member.socket.url, 'ws://other/ws');
  assert.equal(old.closedWith, null, 'the old one still serves');
  assert.equal(room.phase, 'live');
  member.socket.open();
  assert.equal(old.closedWith, 1000);
  assert.equal(member.socket.of('hello').length, 1);
  member.socket.welcome();
  member.socket.joined();
  assert.equal(room.phase, 'live');
  assert.equal(member.touchline.status, 'live');
  await member.clock.advance(10_000);
  assert.equal(member.server.sockets.length, 2, 'it stays there');
});

test('CL19 where the named server does not come about, the client goes there when its own closes', async () => {
  const member = new Member();
  const room = await member.live();
  const old = member.socket;
  const when = member.touchline.serverNow() + 2_000;
  old.say({ type: 'notice', code: 'restarting', when, where: 'ws://other/ws' });
  await member.clock.advance(600);
  assert.equal(member.server.sockets.length, 2);
  assert.equal(room.phase, 'live');
  const ahead = member.socket;
  old.drop(1012, 'restart');
  assert.equal(ahead.closedWith, 4000);
  await member.clock.advance(1_500);
  assert.equal(member.server.sockets.length, 3);
  assert.equal(member.socket.url, 'ws://other/ws');
});

test('CL27 of several servers the next is tried until one takes the client', async () => {
  const member = await joined({ url: ['ws://one/ws', 'ws://two/ws', 'ws://three/ws'] });
  const urls = () => member.server.sockets.map(({ url }) => url);
  member.socket.drop(1006);
  await member.clock.advance(1_000);
  member.socket.drop(1006);
  await member.clock.advance(2_000);
  assert.deepEqual(urls(), ['ws://one/ws', 'ws://two/ws', 'ws://three/ws']);
  await member.greet();
  member.socket.drop(1006);
  await member.clock.advance(1_000);
  assert.equal(urls().at(-1), 'ws://one/ws', 'the first again, once one has taken it');
});

test('CL19 restarting without a slot: within 5 s at random', async () => {
  const member = new Member();
  await member.live();
  member.clock.chance = 0.999;
  member.socket.drop(1012, 'restart');
  assert.equal(member.touchline.retryAt - member.clock.now(), 4_995);
});

test('CL19 nobody is moved from a private line to an open one', async () => {
  const member = await joined({ url: async () => 'wss://server/ws' });
  await member.greet();
  member.socket.say({ type: 'notice', code: 'restarting', when: 0, where: 'ws://elsewhere/ws' });
  member.socket.drop(1012);
  await member.clock.advance(1_000);
  assert.equal(member.socket.url, 'wss://server/ws');
});

test('CL13 a message that cannot be read ends the connection, and nothing of it is taken over', async (t) => {
  globalThis.reportError = () => undefined;
  t.after(() => delete globalThis.reportError);
  const member = new Member();
  const room = await member.live();
  member.socket.onmessage({ data: '{"type":' });
  assert.equal(room.phase, 'offline');
  await member.clock.advance(1_000);
  assert.equal(member.server.sockets.length, 2);
});

test('CL13 an old socket is not heard any more', async () => {
  const member = new Member();
  const room = await member.live();
  const old = member.socket;
  const { onmessage, onclose } = old;
  await member.reconnect();
  member.socket.joined();
  onmessage?.({ data: JSON.stringify({ type: 'closed', room: ROOM, reason: 'removed' }) });
  onclose?.({ code: 1000, reason: '' });
  assert.equal(room.phase, 'live');
});

test('CL23 the status goes from connecting over catching up to live, saving and offline', async () => {
  const member = new Member();
  const told = [];
  member.touchline.on('status', (status) => told.push(status));
  const room = member.touchline.join(ROOM, { model: notes });
  assert.equal(member.touchline.status, 'connecting');
  await member.greet();
  await member.clock.advance(0);
  member.socket.snapshot();
  member.socket.joined();
  await member.clock.advance(0);
  const { seq } = room.submit(note('one'));
  await member.clock.advance(0);
  assert.equal(member.touchline.waiting, 1);
  member.socket.accept([seq, 1]);
  await member.clock.advance(0);
  member.socket.say({ type: 'notice', code: 'stale' });
  await member.clock.advance(0);
  member.socket.say({ type: 'notice', code: 'recovered' });
  await member.clock.advance(0);
  member.socket.drop(1006);
  await member.clock.advance(0);
  await member.touchline.close();
  await member.clock.advance(0);
  const changes = told.filter((status, index) => status !== told[index - 1]);
  assert.deepEqual(changes, [
    'connecting',
    'catching-up',
    'live',
    'saving',
    'live',
    'stale',
    'live',
    'offline',
    'closed',
  ]);
  assert.throws(() => member.touchline.join(ROOM, { model: notes }), /closed/);
});

test('CL13 what the server refuses of a message is told', async () => {
  const member = new Member();
  await member.live();
  member.socket.say({ type: 'error', code: 'bad_message', detail: 'x' });
  member.socket.say({ type: 'error', code: 'rate_limited', wait_ms: 500 });
  member.socket.say({ type: 'news', code: 'x' });
  assert.deepEqual(
    member.told.map(([, { code }]) => code),
    ['bad_message', 'rate_limited', 'unknown_message'],
  );
});
