/**
 * The golden messages: this codec and the server's say the same, byte for byte, in both formats.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { JSON_CODEC } from '../../clients/js/codec_json.js';
import { MSGPACK_CODEC } from '../../clients/js/codec_msgpack.js';
import { Member } from './support/member.mjs';
import { notes } from './support/notes.mjs';
import { ANNA, ROOM } from './support/fake_server.mjs';
import { settle } from './support/manual_clock.mjs';

const FOLDER = new URL('../golden/v1/', import.meta.url);
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -5));

const text = (name) => readFileSync(new URL(`${name}.json`, FOLDER), 'utf8');
const bytes = (name) => new Uint8Array(readFileSync(new URL(`${name}.msgpack`, FOLDER)));

for (const name of NAMES) {
  test(`CL20 ${name} reads the same in both formats`, () => {
    assert.deepEqual(MSGPACK_CODEC.decode(bytes(name)), JSON_CODEC.decode(text(name)));
  });
}

for (const name of NAMES.filter((one) => one.startsWith('client_'))) {
  test(`CL20 ${name} is written as the server's half writes it`, () => {
    const message = JSON_CODEC.decode(text(name));
    assert.equal(JSON_CODEC.encode(message), text(name));
    assert.deepEqual(MSGPACK_CODEC.encode(message), bytes(name));
  });
}

test('CL20 there are golden messages of every type that a server says and a client understands', () => {
  const types = new Set(
    NAMES.filter((name) => name.startsWith('server_')).map(
      (name) => JSON_CODEC.decode(text(name)).type,
    ),
  );
  assert.deepEqual([...types].sort(), [
    'accepted',
    'closed',
    'entries',
    'error',
    'joined',
    'notice',
    'pong',
    'presence',
    'private',
    'rejected',
    'scores',
    'snapshot',
    'welcome',
  ]);
});

test('CL20 what the client says has the fields of the golden messages, and no others', async () => {
  const member = new Member();
  const room = await member.live();
  room.submit({ type: 'note', text: 'x' });
  room.presence('cursor', 1);
  member.touchline.join(`r_${'B'.repeat(22)}`, { model: notes, invite: 'i_x.y' });
  await member.clock.advance(10_000);
  room.want({ whats: ['scoring'] });
  member.socket.say({ type: 'closed', room: ROOM, reason: 'left' });
  await settle();
  room.leave();
  await settle();
  const golden = new Map();
  for (const name of NAMES.filter((one) => one.startsWith('client_'))) {
    const message = JSON_CODEC.decode(text(name));
    golden.set(
      message.type,
      new Set([...(golden.get(message.type) ?? []), ...Object.keys(message)]),
    );
  }
  const said = new Set();
  for (const message of member.socket.received) {
    said.add(message.type);
    for (const field of Object.keys(message)) {
      // `invite` and `protocol` may be left out, so golden messages may do without them.
      assert.ok(
        golden.get(message.type)?.has(field) || ['invite', 'protocol'].includes(field),
        `${message.type}.${field}`,
      );
    }
  }
  assert.deepEqual([...said].sort(), ['hello', 'join', 'leave', 'ping', 'presence', 'submit']);
  assert.equal(room.me.account, ANNA);
  assert.equal(room.id, ROOM);
});
