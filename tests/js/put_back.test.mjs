import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PUT_BACK, sayPutBack } from '../../clients/demo/parts/put_back.js';
import { Emitter } from '../../clients/js/emitter.js';

test('CL28 a room that starts over in another generation says so until it was read; any other start does not', () => {
  const room = new Emitter();
  const said = [];
  sayPutBack(room, { toast: (...words) => said.push(words) });
  room.emit('reset', { newGeneration: false });
  assert.deepEqual(said, []);
  room.emit('reset', { newGeneration: true });
  assert.deepEqual(said, [[PUT_BACK, null, { stays: true }]]);
});
