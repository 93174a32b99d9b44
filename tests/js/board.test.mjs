/** The board's model: events as SPEC BD40 to BD43 has them, and guesses of one's own commands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEvent, board, isPending, may, touched } from '../../clients/js/kinds/board.js';

const [OWNER, ANNA, BEN, NOTA] = ['a_owner', 'a_anna', 'a_ben', 'a_nota'];
const VIEW = Object.freeze({
  settings: {
    sport: 'soccer',
    length_mm: 105_000,
    width_mm: 68_000,
    conflicts: 'latest',
    part: 'full',
    portrait: false,
    stripes: true,
    zones: 'none',
    units: 'auto',
    origin: null,
  },
  locked: null,
  layers: {},
  names: {},
  playback: null,
  presenter: null,
  objects: {},
  undo: {},
});

const anna = { account: ANNA, name: 'Anna', role: 'editor' };
const owner = { account: OWNER, name: 'Olga', role: 'owner' };
const nota = { account: NOTA, name: 'Nota', role: 'annotator' };

/** A board after these events: each [author, event], versions from 1. */
function after(...entries) {
  return entries.reduce(
    (state, [by, event], index) =>
      board.applyEvent(state, event, { version: index + 1, at: 0, by, own: false }),
    board.initial(VIEW),
  );
}

const token = (id, props = {}) => ({ id, sort: 'token', props: { at: [0, 0], ...props } });
const line = (id) => ({
  id,
  sort: 'line',
  props: {
    at: [0, 0],
    points: [
      [0, 0],
      [9, 9],
    ],
  },
});
const added = (...objects) => ({ type: 'objects.added', objects });
const set = (id, props) => ({ type: 'objects.set', changes: [{ id, set: props }] });
const predict = (state, command, me = anna) => board.predict(state, command, me);
const at = (state, id) => state.objects[id]?.props.at;

test('CL24 an added object has its version and author on every property, and is the last', () => {
  const state = after([ANNA, added(token('o_1', { number: 9 }))], [BEN, added(token('o_2'))]);
  assert.deepEqual(state.objects.o_1, {
    sort: 'token',
    props: { at: [0, 0], number: 9 },
    v: { at: 1, number: 1 },
    by: { at: ANNA, number: ANNA },
  });
  assert.deepEqual(Object.keys(state.objects), ['o_1', 'o_2']);
  assert.deepEqual(state.undo, { [ANNA]: [1, 0], [BEN]: [1, 0] });
});

test('CL24 a change writes value, version and author, and leaves the state before it alone', () => {
  const before = after([ANNA, added(token('o_1', { number: 9 }))]);
  const state = applyEvent(before, set('o_1', { at: [5, 6], name: null }), { version: 2, by: BEN });
  assert.deepEqual(state.objects.o_1, {
    sort: 'token',
    props: { at: [5, 6], number: 9, name: null },
    v: { at: 2, number: 1, name: 2 },
    by: { at: BEN, number: ANNA, name: BEN },
  });
  assert.deepEqual(at(before, 'o_1'), [0, 0]);
});

test('CL24 untouched objects stay the same value, so that a page draws only what changed', () => {
  const before = after([ANNA, added(token('o_1'), token('o_2'))]);
  const state = applyEvent(before, set('o_1', { at: [1, 1] }), { version: 2, by: ANNA });
  assert.equal(state.objects.o_2, before.objects.o_2);
});

test('CL24 what comes back comes as it was, at the end', () => {
  const record = {
    id: 'o_1',
    sort: 'ball',
    props: { at: [1, 2] },
    v: { at: 1 },
    by: { at: ANNA },
    locked: BEN,
  };
  const state = after(
    [ANNA, added({ id: 'o_1', sort: 'ball', props: { at: [1, 2] } }, token('o_2'))],
    [BEN, { type: 'objects.deleted', ids: ['o_1'] }],
    [BEN, { type: 'undone', of: 2, added: [record] }],
  );
  assert.deepEqual(Object.keys(state.objects), ['o_2', 'o_1']);
  assert.deepEqual(state.objects.o_1, {
    sort: 'ball',
    props: { at: [1, 2] },
    v: { at: 1 },
    by: { at: ANNA },
    locked: BEN,
  });
  assert.deepEqual(state.undo[BEN], [0, 1]);
});

test('CL24 locks of objects and of the board, and settings', () => {
  let state = after(
    [ANNA, added(token('o_1'))],
    [ANNA, { type: 'objects.locked', ids: ['o_1'], on: true }],
    [OWNER, { type: 'board.locked', on: true }],
  );
  assert.equal(state.objects.o_1.locked, ANNA);
  assert.equal(state.locked, OWNER);
  state = applyEvent(
    state,
    { type: 'objects.locked', ids: ['o_1'], on: false },
    { version: 4, by: ANNA },
  );
  state = applyEvent(state, { type: 'board.locked', on: false }, { version: 5, by: OWNER });
  assert.equal('locked' in state.objects.o_1, false);
  assert.equal(state.locked, null);
  const settings = {
    sport: 'american_football',
    length_mm: 109_728,
    width_mm: 48_768,
    conflicts: 'ask',
    zones: 'lanes',
  };
  assert.deepEqual(
    applyEvent(state, { type: 'board.configured', ...settings }, { version: 6, by: OWNER })
      .settings,
    { ...VIEW.settings, ...settings },
  );
});

test('CL24 forgotten histories go, a step that is none counts not, a hundred is the most', () => {
  let state = after(
    [ANNA, added(token('o_1'))],
    [BEN, { ...set('o_1', { number: 1 }), forgot: [ANNA] }],
  );
  assert.deepEqual(state.undo, { [BEN]: [1, 0] });
  state = applyEvent(
    state,
    { type: 'conflict.resolved', choices: [], step: false },
    { version: 3, by: ANNA },
  );
  assert.deepEqual(state.undo, { [BEN]: [1, 0] });
  for (let version = 4; version < 120; version += 1)
    state = applyEvent(state, set('o_1', { number: 2 }), { version, by: BEN });
  assert.deepEqual(state.undo[BEN], [100, 0]);
  assert.equal(state.steps.length, 100);
});

test("CL24 one's own commands show by the same code, marked as pending", () => {
  const state = after([ANNA, added(token('o_1'))]);
  const moved = predict(state, {
    type: 'objects.set',
    changes: [{ id: 'o_1', set: { at: [7, 7] } }],
  });
  assert.deepEqual(at(moved, 'o_1'), [7, 7]);
  assert.equal(isPending(moved.objects.o_1.v.at), true);
  assert.equal(isPending(state.objects.o_1.v.at), false);
  const more = predict(moved, { type: 'objects.add', objects: [line('o_2')] });
  assert.deepEqual(
    Object.keys(predict(more, { type: 'objects.delete', ids: ['o_1', 'o_9'] }).objects),
    ['o_2'],
  );
});

test('CL24 nothing is guessed where the server will refuse', () => {
  const state = after(
    [ANNA, added(token('o_1'), line('o_2'))],
    [BEN, { type: 'objects.locked', ids: ['o_1'], on: true }],
  );
  const move = (id) => ({ type: 'objects.set', changes: [{ id, set: { at: [1, 1] } }] });
  assert.equal(predict(state, move('o_1')), state);
  assert.notEqual(predict(state, move('o_1'), owner), state);
  assert.equal(predict(state, move('o_9')), state);
  assert.equal(predict(state, { type: 'objects.add', objects: [token('o_1')] }), state);
  assert.equal(predict(state, { type: 'objects.delete', ids: ['o_9'] }), state);
  assert.equal(predict(state, { type: 'objects.add', objects: [token('o_3')] }, nota), state);
  assert.notEqual(predict(state, move('o_2'), nota), state);
  assert.equal(predict(state, { type: 'board.lock', on: true }, nota), state);
  assert.equal(predict(state, { type: 'history.restore', version: 1 }), state);
  const locked = after([ANNA, added(token('o_1'))], [OWNER, { type: 'board.locked', on: true }]);
  assert.equal(predict(locked, move('o_1')), locked);
});

test('CL24 settings are guessed with the usual lengths of another sport', () => {
  const state = after();
  const configured = (command) =>
    predict(state, { type: 'board.configure', ...command }, owner).settings;
  assert.deepEqual(configured({ sport: 'american_football' }), {
    ...VIEW.settings,
    sport: 'american_football',
    length_mm: 109_728,
    width_mm: 48_768,
    conflicts: 'latest',
  });
  assert.deepEqual(configured({ conflicts: 'ask', length_mm: 100_000 }), {
    ...VIEW.settings,
    sport: 'soccer',
    length_mm: 100_000,
    width_mm: 68_000,
    conflicts: 'ask',
  });
  assert.equal(configured({ length_mm: 0 }).length_mm, 105_000);
});

test('CL24 a resolution writes what was chosen', () => {
  const state = after([ANNA, added(token('o_1'), token('o_2'), token('o_3'))]);
  const choices = [
    { id: 'o_1', property: 'at', choice: 'between', theirs: 1, set: { at: [3, 3] } },
    { id: 'o_2', property: '*', choice: 'mine', theirs: 1 },
    { id: 'o_3', property: 'at', choice: 'theirs', theirs: 1 },
  ];
  const resolved = predict(state, { type: 'conflict.resolve', choices });
  assert.deepEqual(at(resolved, 'o_1'), [3, 3]);
  assert.deepEqual(Object.keys(resolved.objects), ['o_1', 'o_3']);
  assert.deepEqual(
    predict(state, { type: 'conflict.resolve', choices: choices.slice(2) }).undo,
    state.undo,
  );
});

test('CL24 undo and redo of what was seen show at once, several deep, pending ones too', () => {
  let state = after([ANNA, added(token('o_1'))], [ANNA, set('o_1', { at: [1, 1] })]);
  state = predict(state, {
    type: 'objects.set',
    changes: [{ id: 'o_1', set: { at: [2, 2], number: 4 } }],
  });
  state = predict(state, { type: 'undo' });
  assert.deepEqual([at(state, 'o_1'), state.objects.o_1.props.number], [[1, 1], null]);
  state = predict(state, { type: 'undo' });
  assert.deepEqual(at(state, 'o_1'), [0, 0]);
  state = predict(state, { type: 'undo' });
  assert.deepEqual(state.objects, {});
  const empty = state;
  assert.equal(predict(state, { type: 'undo' }), empty);
  state = predict(state, { type: 'redo' });
  assert.deepEqual(at(state, 'o_1'), [0, 0]);
  state = predict(predict(state, { type: 'redo' }), { type: 'redo' });
  assert.deepEqual([at(state, 'o_1'), state.objects.o_1.props.number], [[2, 2], 4]);
  assert.equal(predict(state, { type: 'redo' }), state);
});

test('CL24 an undo that the server confirmed can be followed by another', () => {
  const state = after(
    [ANNA, added(token('o_1'))],
    [ANNA, set('o_1', { at: [1, 1] })],
    [ANNA, set('o_1', { at: [2, 2] })],
    [ANNA, { type: 'undone', of: 3, changes: [{ id: 'o_1', set: { at: [1, 1] } }] }],
  );
  assert.deepEqual(at(predict(state, { type: 'undo' }), 'o_1'), [0, 0]);
  assert.deepEqual(at(predict(state, { type: 'redo' }), 'o_1'), [2, 2]);
});

test("CL24 an undo over another's work is not guessed", () => {
  const state = after(
    [ANNA, added(token('o_1'))],
    [ANNA, set('o_1', { at: [1, 1] })],
    [BEN, set('o_1', { at: [2, 2] })],
  );
  assert.equal(predict(state, { type: 'undo' }), state);
  assert.equal(predict(state, { type: 'undo', of: 1 }), state);
});

test('CL24 an undo of a deletion brings the object back as it was', () => {
  const state = after(
    [BEN, added(token('o_1', { number: 3 }))],
    [ANNA, { type: 'objects.deleted', ids: ['o_1'] }],
  );
  const back = predict(state, { type: 'undo' });
  assert.deepEqual(back.objects.o_1.v, { at: 1, number: 1 });
  assert.deepEqual(predict(back, { type: 'redo' }).objects, {});
});

test('CL25 what an event overrode is told', () => {
  const overrode = [{ id: 'o_1', property: 'at', value: [0, 0], by: ANNA, version: 1 }];
  assert.deepEqual(board.overrode({ ...set('o_1', { at: [1, 1] }), overrode }), overrode);
  assert.deepEqual(board.overrode(set('o_1', {})), []);
});

test('CL24 who may send what, and what a command touches', () => {
  assert.equal(may('viewer', { type: 'undo' }), false);
  assert.equal(may('annotator', { type: 'objects.add' }), true);
  assert.equal(may('editor', { type: 'board.configure' }), false);
  assert.equal(may('owner', { type: 'unheard of' }), false);
  assert.deepEqual(
    touched({
      type: 'objects.set',
      changes: [
        { id: 'o_1', set: {} },
        { id: 'o_2', set: {} },
      ],
    }),
    ['o_1', 'o_2'],
  );
  assert.deepEqual(touched({ type: 'objects.delete', ids: ['o_3'] }), ['o_3']);
  assert.deepEqual(touched({ type: 'conflict.resolve', choices: [{ id: 'o_4' }, { id: 'o_4' }] }), [
    'o_4',
  ]);
  assert.deepEqual(touched({ type: 'undo' }), []);
});

// --- references, putting, and what concerns all together

const put = (...objects) => ({ type: 'objects.put', objects });
const link = (id, ...ends) => ({ id, sort: 'link', props: { ends } });
const phase = (id) => ({ id, sort: 'phase', props: { rank: 'a', duration: 500 } });
const joined = () =>
  after([
    ANNA,
    {
      type: 'objects.put',
      objects: [link('o_3', 'o_1', 'o_2'), token('o_1'), token('o_2'), phase('o_4')],
    },
  ]);

test('CL24 BD50 a deletion takes along what is bound to it, and comes back whole', () => {
  const state = joined();
  const gone = predict(state, { type: 'objects.delete', ids: ['o_1'] });
  assert.deepEqual(Object.keys(gone.objects), ['o_2', 'o_4']);
  const back = predict(gone, { type: 'undo' });
  assert.deepEqual(Object.keys(back.objects).sort(), ['o_1', 'o_2', 'o_3', 'o_4']);
});

test('CL24 BD54 putting adds what is not there and changes what is', () => {
  const state = predict(joined(), put(token('o_1', { at: [7, 7] }), token('o_9')));
  assert.deepEqual(at(state, 'o_1'), [7, 7]);
  assert.deepEqual(at(state, 'o_9'), [0, 0]);
  assert.deepEqual(state.undo[ANNA], [2, 0]);
  const before = joined();
  assert.equal(predict(before, put({ ...token('o_3') })), before);
});

test('CL24 BD48 BD52 what would refer to nothing, or a stop by another id, is not shown', () => {
  const state = joined();
  for (const new_ of [
    link('o_9', 'o_1', 'o_8'),
    link('o_9', 'o_1', 'o_1'),
    { id: 'o_9', sort: 'stop', props: { phase: 'o_4', of: 'o_1', at: [1, 1] } },
  ]) {
    assert.equal(predict(state, put(new_)), state);
    assert.equal(predict(state, { type: 'objects.add', objects: [new_] }), state);
  }
  const stop = { id: 'o_4-1', sort: 'stop', props: { phase: 'o_4', of: 'o_1', at: [1, 1] } };
  assert.deepEqual(at(predict(state, put(stop)), 'o_4-1'), [1, 1]);
});

test('CL24 BD51 an addition that others refer to is not taken back', () => {
  const state = after(
    [BEN, added(token('o_1'))],
    [ANNA, added(token('o_2'))],
    [BEN, added(link('o_3', 'o_1', 'o_2'))],
  );
  assert.equal(predict(state, { type: 'undo' }), state);
});

test('CL24 BD56 what is in a locked layer is left alone', () => {
  const locked = after(
    [ANNA, added(token('o_1'))],
    [OWNER, { type: 'layer.locked', layer: 'players', on: true }],
  );
  assert.equal(predict(locked, set('o_1', { at: [3, 3] })), locked);
  assert.equal(predict(locked, put(token('o_2'))), locked);
  assert.notEqual(predict(locked, put(phase('o_4'))), locked);
  const unlock = { type: 'layer.lock', layer: 'players', on: false };
  assert.equal(predict(locked, unlock), locked);
  assert.deepEqual(predict(locked, unlock, owner).layers, {});
});

test('CL24 BD61 layers, names, playing and presenting', () => {
  const at_ = { version: 7, at: 99, by: BEN };
  let state = applyEvent(after(), { type: 'version.named', version: 3, name: 'Break' }, at_);
  assert.deepEqual(state.names, { 3: { name: 'Break', by: BEN, at: 99 } });
  state = applyEvent(state, { type: 'version.named', version: 3 }, at_);
  assert.deepEqual(state.names, {});
  const event = { type: 'playback.set', at_ms: 5, since: 90, playing: true, to_ms: 50 };
  state = applyEvent(state, event, at_);
  assert.deepEqual(state.playback, {
    at_ms: 5,
    since: 90,
    playing: true,
    speed: 100,
    loop: false,
    from_ms: null,
    to_ms: 50,
    by: BEN,
  });
  assert.equal(predict(state, { type: 'playback.stop' }).playback, null);
  state = applyEvent(state, { type: 'presenting', on: true }, at_);
  assert.equal(state.presenter, BEN);
  assert.equal(predict(state, { type: 'present', on: false }), state);
  assert.equal(predict(state, { type: 'present', on: true }).presenter, ANNA);
});

test('CL24 a view of earlier rules has nothing that is shared', () => {
  const { layers: _, names: __, playback: ___, presenter: ____, ...earlier } = VIEW;
  const state = board.initial(earlier);
  assert.deepEqual([state.layers, state.names, state.playback, state.presenter], [{}, {}, null, null]);
});
