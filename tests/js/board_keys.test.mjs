/** Keys and acts of the board: what they leave alone while the past shows, what Escape gives up where, what is asked twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, recorded, textOf, the } from './support/described.mjs';
import './support/served_paths.mjs';

globalThis.addEventListener ??= () => undefined;
// A channel to other tabs would keep the test from ending.
delete globalThis.BroadcastChannel;
const { makeActs } = await import('../../clients/demo/board/acts.js');
const { unsavedView } = await import('../../clients/demo/board/drawers.js');
const { shareRefusal } = await import('../../clients/demo/parts/share_words.js');
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

const nothing = new Proxy({}, { get: () => () => undefined });

function actsOf(ui, more) {
  return makeActs({
    ...{ ui, room: nothing, touchline: nothing, drawing: nothing, announcer: nothing, work: nothing },
    ...{ change: (part) => Object.assign(ui, part), controller: nothing, fetched: nothing },
    ...{ past: nothing, submit: () => null, stageOf: () => null, redraw: () => undefined },
    ...more,
  });
}

/** Escape, with a conflict that waits; what was decided. */
function escaped(target, past = null) {
  const decided = [];
  const ui = Object.assign(initialUi(), { past, drawer: 'chat' });
  const work = { conflicts: () => [{ unsavedId: 'u' }], decide: (_, choice) => decided.push(choice) };
  const act = actsOf(ui, { work, past: { escape: () => past !== null } });
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

test('CL17 that all of what is not saved shall go is asked once more', () => {
  const ui = initialUi();
  const gone = [];
  const act = actsOf(ui, { work: { discard: ({ id }) => gone.push(id) } });
  const items = ['u1', 'u2'].map((id) => ({ id, at: 0 }));
  const words = () => ({ wanted: 'move 8', why: 'Ben deleted 8.' });
  const drawer = () => unsavedView({ items, words, conflicts: [], sure: ui.discarding }, act);
  the(drawer(), 'button', 'Discard all 2').props.onclick();
  assert.deepEqual(gone, []);
  assert.match(textOf(drawer()), /gone for good/u);
  the(drawer(), 'button', 'Keep them').props.onclick();
  assert.equal([...all(drawer())].filter(({ props }) => props.role === 'group').length, 0);
  the(drawer(), 'button', 'Discard all 2').props.onclick();
  the(drawer(), 'button', 'Discard all 2').props.onclick();
  assert.deepEqual(gone, ['u1', 'u2']);
});

test('MB4 MB5 MB7 MB30 the share dialog says why something was refused', () => {
  const codes = ['forbidden', 'last_owner', 'unknown_member', 'unknown_invitation', 'nothing_changes'];
  const said = codes.map((code) => shareRefusal({ code, detail: null }));
  said.push(shareRefusal({ code: 'forbidden', detail: { by_team: true } }));
  said.push(shareRefusal({ code: 'limit_reached', detail: { limit: 'INVITATIONS_MAX', max: 100 } }));
  assert.equal(new Set(said).size, 7);
  for (const words of said) assert.doesNotMatch(words, /_|undefined|look again|server/u);
  assert.match(said.at(-1), /100 links/u);
});
