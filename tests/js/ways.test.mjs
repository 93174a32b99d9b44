/** Ways in phases: bent, straightened, kept; and work on stops that somebody else was quicker with. */
import assert from 'node:assert/strict';
import { register } from 'node:module';
import { test } from 'node:test';

await import('./support/described.mjs');
register('./support/served_paths.mjs', import.meta.url);
const { bent, keptWay, wayHandles } = await import('../../clients/demo/board/phases/ways.js');
const { workedOn } = await import('../../clients/demo/board/phases/moments.js');
const { LostWork } = await import('../../clients/demo/board/lost_work.js');

const [PHASE, TEN, STOP] = ['o_first___', 'o_ten_____', 'o_first___-ten_____'];

function board(points) {
  return {
    [TEN]: { sort: 'token', props: { at: [0, 0], number: 10, side: 'home' } },
    [PHASE]: { sort: 'phase', props: { rank: 'V', duration: 1_000 } },
    [STOP]: { sort: 'stop', props: { phase: PHASE, of: TEN, at: [20_000, 0], ...points } },
  };
}

/** The board with a handle pulled. */
function pulled(objects, handle, to) {
  const { id, set } = bent(objects, TEN, PHASE, handle, to);
  return { ...objects, [id]: { sort: 'stop', props: { ...objects[id].props, ...set } } };
}

const names = (objects) => wayHandles(objects, TEN, PHASE).map(({ name }) => name);

test('a way is bent where it is pulled, and again on both sides of the bend', () => {
  const straight = board();
  assert.deepEqual(names(straight), ['bend 0']);
  const once = pulled(straight, 'bend 0', [10_000, 5_000]);
  assert.deepEqual(once[STOP].props.points, [[-10_000, 5_000]]);
  assert.equal(once[STOP].props.curve, true);
  assert.deepEqual(names(once), ['way 0', 'bend 0', 'bend 1']);
  const twice = pulled(once, 'bend 1', [15_000, -5_000]);
  assert.deepEqual(twice[STOP].props.points, [[-10_000, 5_000], [-5_000, -5_000]]);
  const moved = pulled(twice, 'way 0', [8_000, 6_000]);
  assert.deepEqual(moved[STOP].props.points, [[-12_000, 6_000], [-5_000, -5_000]]);
});

test('a bend that is pulled straight is gone, and eight are enough', () => {
  const bend = pulled(board(), 'bend 0', [10_000, 5_000]);
  const again = pulled(bend, 'way 0', [12_000, 200]);
  assert.equal(again[STOP].props.points, null);
  assert.equal(again[STOP].props.curve, null);
  const many = board({ points: Array.from({ length: 8 }, (_, i) => [i * 1_000 - 15_000, 3_000]) });
  assert.equal(names(many).some((name) => name.startsWith('bend')), false);
});

test('what does not move, and what was recorded, has no handles', () => {
  assert.deepEqual(wayHandles(board({ at: [0, 0] }), TEN, PHASE), []);
  assert.deepEqual(names(board({ sampled: true, points: [[0, 0], [1, 1]] })), []);
  assert.deepEqual(wayHandles(board(), TEN, null), []);
});

test('bends stay where they are when the end moves', () => {
  const bend = pulled(board(), 'bend 0', [10_000, 5_000]);
  assert.deepEqual(keptWay(bend[STOP], [25_000, 1_000]), { points: [[-15_000, 4_000]] });
  assert.deepEqual(keptWay(board()[STOP], [25_000, 1_000]), {});
  assert.deepEqual(keptWay(undefined, [0, 0]), {});
});

test('things are moved in the set-up and at the ends of phases', () => {
  const objects = board();
  assert.equal(workedOn(objects, { ms: 0, playing: false }), null);
  assert.equal(workedOn(objects, { ms: 1_000, playing: false }), PHASE);
  assert.equal(workedOn(objects, { ms: 400, playing: false }), undefined);
  assert.equal(workedOn(objects, { ms: 1_000, playing: true }), undefined);
});

function lostWork(objects, phase) {
  const said = [];
  const ui = { lost: [], phase };
  const room = { state: { objects }, membership: { names: { a_ben: 'Ben' } }, unsaved: [] };
  const change = (part) => Object.assign(ui, part);
  const work = new LostWork({
    ...{ room, ui, change },
    submit: (command) => said.push(command),
    announce: { say() {}, alert: (text) => said.push(text) },
  });
  return { work, ui, room, said };
}

const quicker = {
  entry: { v: 9, by: 'a_ben', events: [{ type: 'objects.put' }] },
  changes: [{ id: STOP, property: 'at', value: [9_000, 0] }],
};

test('somebody moved the same thing in the same phase: it is named, and its ghost is a player', () => {
  const { work, said, ui } = lostWork(board(), PHASE);
  work.overrode(quicker, 0);
  assert.deepEqual(said, ['Ben moved 10 after you']);
  const [ghost] = work.ghosts(1);
  assert.equal(ghost.record.sort, 'token');
  assert.deepEqual(ghost.at, [9_000, 0]);
  assert.deepEqual(ghost.from, [20_000, 0]);
  ui.phase = null;
  assert.deepEqual(work.ghosts(1), [], 'the set-up has no ghosts of a phase');
});

test('a stop that somebody deleted comes back as itself', () => {
  const objects = board();
  const { work, room, said } = lostWork(objects, PHASE);
  work.remember(objects);
  const { [STOP]: _, ...without } = objects;
  room.state = { objects: without };
  work.bringBack({ key: 'lost9', gone: true, changes: quicker.changes });
  assert.deepEqual(said.at(-1), {
    type: 'objects.put',
    objects: [{ id: STOP, sort: 'stop', props: { phase: PHASE, of: TEN, at: [9_000, 0] } }],
  });
});
