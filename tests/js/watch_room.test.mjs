/** What a board's page does with what the room tells, also before there is a board to show. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/described.mjs';
import './support/served_paths.mjs';
globalThis.addEventListener = () => undefined;
delete globalThis.BroadcastChannel; // open, it would keep this process
globalThis.document = {};
const { Emitter } = await import('../../clients/js/emitter.js');
const { initialUi } = await import('../../clients/demo/board/ui.js');
const { LostWork } = await import('../../clients/demo/board/lost_work.js');
const { watchRoom } = await import('../../clients/demo/board/watch_room.js');

const CLASH = { id: 'o_1', property: 'at', mine: [0, 0], theirs: [9, 9], by: 'a_ben', version: 3 };

/** A page that was opened again, without a connection and without the board, but with a question. */
function opened() {
  const said = [];
  globalThis.reportError = (error) => said.push(String(error));
  const room = Object.assign(new Emitter(), {
    ...{ ready: false, phase: 'joining', name: '', state: null, confirmed: null, membership: null },
    unsaved: [
      {
        ...{ id: 'u1', code: 'conflict', detail: { conflicts: [CLASH] } },
        command: { type: 'objects.set', changes: [{ id: 'o_1', set: { at: [0, 0] } }] },
      },
    ],
  });
  const ui = initialUi();
  const announcer = { say: (words) => said.push(words), alert: (words) => said.push(words) };
  const change = (part) => Object.assign(ui, part);
  const work = new LostWork({ room, ui, change, submit: () => null, announce: announcer });
  const nothing = () => undefined;
  watchRoom({
    ...{ room, touchline: new Emitter(), ui, change, work, announcer, draw: nothing },
    ...{ watch: { take: nothing }, history: { take: nothing }, acts: {}, opened: nothing },
    refuse: ({ text }) => said.push(text),
    stageOf: () => null,
  });
  return { room, said };
}

function arrives(room) {
  const objects = { o_1: { sort: 'token', locked: null, props: { at: [9, 9], number: 8 } } };
  const board = { objects, settings: {} };
  const membership = { names: { a_ben: 'Ben' }, chat: [] };
  Object.assign(room, { ready: true, state: board, confirmed: board, membership });
  room.emit('change', undefined);
}

test('a question that was left open is announced when there is a board, once', () => {
  const { room, said } = opened();
  room.emit('change', undefined);
  assert.deepEqual(said, []);
  arrives(room);
  room.emit('change', undefined);
  assert.equal(said.length, 1);
  assert.match(said[0], /^Ben moved 8 before you did\. Choose mine, theirs or between\.$/);
});

test('what ends before there is a board is told without names', () => {
  const { room, said } = opened();
  const command = { type: 'chat.say', text: 'Hello' };
  room.emit('rejected', { code: 'not_found', detail: null, command, kept: false });
  assert.deepEqual(said, ['The server refused this (not_found).']);
});
