/** Keys of the board: what they leave alone while the past shows, and what Escape gives up where. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recorded } from './support/described.mjs';
import './support/served_paths.mjs';

globalThis.addEventListener ??= () => undefined;
// A channel to other tabs would keep the test from ending.
delete globalThis.BroadcastChannel;
const { makeActs } = await import('../../clients/demo/board/acts.js');
const { onKey } = await import('../../clients/demo/board/keys.js');
const { initialUi } = await import('../../clients/demo/board/ui.js');

const BODY = { closest: () => null };
const within = (selector) => ({ closest: (asked) => (asked.includes(selector) ? {} : null) });
globalThis.document = { body: BODY, querySelector: () => null };

/** Presses a key of the board; what the controller and the acts were asked. */
function pressed(key, { past = null, ctrlKey = false, shiftKey = false, target = BODY } = {}) {
  const [controller, act] = [recorded(), recorded()];
  const ui = Object.assign(initialUi(), { past, selection: new Set(['o_1']) });
  const event = { key, ctrlKey, shiftKey, target, preventDefault: () => undefined };
  onKey(event, { controller, act, ui: () => ui, upright: () => false });
  return [...controller.said, ...act.said].filter(([name]) => !['pen', 'chainBack'].includes(name));
}

const CHANGING = [
  ...['z', 'Z', 'y', 'g', 'd'].map((key) => [key, { ctrlKey: true }]),
  ...['Delete', 'Backspace', 'v', 't', 'T', 'k', 'c', 'p', '[', ']'].map((key) => [key, {}]),
];

test('HT24 while the past shows, no key changes the board that is not to be seen', () => {
  for (const [key, more] of CHANGING) {
    assert.deepEqual(pressed(key, { ...more, past: { version: 3 } }), [
      ['tell', 'This is the past. Escape leads back to now.'],
    ]);
  }
  for (const key of ['ArrowLeft', 'Enter', ' ', 'PageUp', 'PageDown'])
    assert.deepEqual(pressed(key, { past: { version: 3 } }), [], key);
  assert.deepEqual(pressed('a', { past: { version: 3 }, ctrlKey: true }), []);
  assert.deepEqual(pressed('f', { past: { version: 3 } }), [['fit']]);
  assert.deepEqual(pressed('z', { ctrlKey: true }), [['undo']], 'now it does');
});

/** Escape, with a conflict that waits; what was decided. */
function escaped(target, past = null) {
  const decided = [];
  const ui = Object.assign(initialUi(), { past, drawer: 'chat' });
  const work = { conflicts: () => [{ unsavedId: 'u' }], decide: (_, choice) => decided.push(choice) };
  const nothing = new Proxy({}, { get: () => () => undefined });
  const act = makeActs({
    ...{ ui, work, room: nothing, touchline: nothing, drawing: nothing, announcer: nothing },
    ...{ change: (part) => Object.assign(ui, part), controller: nothing, fetched: nothing },
    ...{ past: { escape: () => past !== null }, submit: () => null, stageOf: () => null },
    redraw: () => undefined,
  });
  const event = { key: 'Escape', target, preventDefault: () => undefined };
  onKey(event, { controller: nothing, act, ui: () => ui, upright: () => false });
  return { decided, drawer: ui.drawer };
}

test('BD25 Escape answers a conflict on the pitch only, never from a field or a drawer', () => {
  assert.deepEqual(escaped(BODY).decided, ['theirs']);
  assert.deepEqual(escaped(within('.stage')).decided, ['theirs']);
  const field = { ...within('.stage'), type: 'text', closest: () => field };
  assert.deepEqual(escaped(field), { decided: [], drawer: null });
  assert.deepEqual(escaped(within('.panel')), { decided: [], drawer: null });
  assert.deepEqual(escaped(BODY, { version: 3 }).decided, [], 'in the past it is not to be seen');
});
