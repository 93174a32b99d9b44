/** Ways in phases: bent, straightened, kept; and work on stops that somebody else was quicker with. */
import assert from 'node:assert/strict';
import { register } from 'node:module';
import { test } from 'node:test';

await import('./support/described.mjs');
register('./support/served_paths.mjs', import.meta.url);
const { bent, keptWay, wayHandles } = await import('../../clients/demo/board/phases/ways.js');
const { workedOn } = await import('../../clients/demo/board/phases/moments.js');
const { openConflicts, resolution } = await import('../../clients/demo/board/conflicts.js');
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

const OTHERS = Array.from({ length: 22 }, (_, i) => `o_other_${10 + i}`);
const stopOf = (id) => `${PHASE}-${id.slice(2)}`;

/** Offline, 23 players were moved in a phase; of one, somebody moved the stop meanwhile (BD54). */
function refusedPut(more = {}) {
  const move = (of, at) => ({ id: stopOf(of), sort: 'stop', props: { phase: PHASE, of, at, ...more } });
  const objects = board();
  objects[STOP].props.at = [9_000, 0];
  objects[STOP].v = { phase: 4, of: 4, at: 9 };
  const put = { type: 'objects.put', objects: [move(TEN, [30_000, 0]), ...OTHERS.map((id) => move(id, [1, 2]))] };
  const clash = { id: STOP, property: 'at', theirs: [9_000, 0], mine: [30_000, 0], by: 'a_ben', version: 9 };
  const unsaved = { id: 'u', code: 'conflict', detail: { conflicts: [clash] }, command: put };
  return { objects, put, unsaved, conflict: openConflicts([unsaved])[0] };
}

test('BD54 of moves in a phase, what was not in conflict is kept whatever is chosen', () => {
  for (const [choice, at] of [['mine', [30_000, 0]], ['between', [19_500, 0]], ['theirs', null]]) {
    const { objects, put, conflict } = refusedPut();
    const { command, made } = resolution(conflict, choice, objects);
    assert.equal(made, 9, 'what came later than what it was decided against is asked about again');
    assert.equal(command.type, 'objects.put');
    const own = command.objects.filter(({ id }) => id === STOP);
    assert.deepEqual(own, at ? [{ id: STOP, sort: 'stop', props: { at } }] : []);
    assert.deepEqual(command.objects.filter(({ id }) => id !== STOP), put.objects.slice(1));
  }
});

test('BD54 what else was wanted of a thing in conflict is kept where its place is given up', () => {
  const { objects, conflict } = refusedPut({ facing: 90 });
  const { command } = resolution(conflict, 'theirs', objects);
  assert.deepEqual(command.objects[0], { id: STOP, sort: 'stop', props: { facing: 90 } });
});

test('BD28 BD54 a put that was all in conflict and given up writes nothing, and is decided', () => {
  const { objects, put, conflict } = refusedPut();
  put.objects.length = 1;
  const { command } = resolution(conflict, 'theirs', objects);
  assert.deepEqual(command, {
    type: 'conflict.resolve',
    choices: [{ id: STOP, property: 'at', choice: 'theirs', theirs: 9 }],
  });
});

test('BD54 what somebody has deleted since comes whole or not at all', () => {
  const { objects, put, conflict } = refusedPut();
  delete objects[STOP];
  assert.deepEqual(resolution(conflict, 'mine', objects).command.objects[0], put.objects[0]);
  assert.deepEqual(resolution(conflict, 'theirs', objects).command.objects, put.objects.slice(1));
});

test('BD25 a decision about more values than choices are sent again as what it was', () => {
  const ids = Array.from({ length: 150 }, (_, i) => `o_${i}`);
  const objects = Object.fromEntries(
    ids.map((id) => [id, { sort: 'token', props: { at: [0, 0], layer: 1 }, v: { at: 3, layer: 3 } }]),
  );
  const set = { type: 'objects.set', changes: ids.map((id) => ({ id, set: { at: [5, 5], layer: 2 } })) };
  const clash = { id: 'o_7', property: 'at', theirs: [0, 0], mine: [5, 5], by: 'a_ben', version: 3 };
  const conflict = openConflicts([{ id: 'u', code: 'conflict', detail: { conflicts: [clash] }, command: set }])[0];
  const { command, made } = resolution(conflict, 'theirs', objects);
  assert.deepEqual([command.type, command.changes.length, made], ['objects.set', 150, 3]);
  assert.deepEqual(command.changes[7], { id: 'o_7', set: { layer: 2 } });
});

test('BD25 between a place and what hangs on a thing lies nothing to choose', () => {
  const set = { type: 'objects.set', changes: [{ id: TEN, set: { at: [5, 5] } }] };
  const conflictOf = (clash) =>
    openConflicts([
      { id: 'u', code: 'conflict', detail: { conflicts: [{ id: TEN, property: 'at', by: 'a_ben', version: 3, ...clash }] }, command: set },
    ])[0];
  assert.equal(conflictOf({ theirs: [0, 0], mine: [5, 5] }).positions, true);
  for (const clash of [{ theirs: null, mine: [5, 5] }, { theirs: [0, 0], mine: null }]) {
    const conflict = conflictOf(clash);
    assert.equal(conflict.positions, false);
    const objects = { [TEN]: { sort: 'comment', props: { at: clash.theirs }, v: { at: 3 } } };
    const { work, room } = lostWork(objects);
    room.unsaved.push({ id: 'u', code: 'conflict', detail: { conflicts: conflict.clashes }, command: set });
    assert.deepEqual(work.ghosts(0), []);
    assert.equal(resolution(conflict, 'mine', objects).command.choices[0].set.at, clash.mine);
  }
});

test('BD25 two who moved the same comment see where it would be', async () => {
  const { shapeView } = await import('../../clients/demo/board/shapes.js');
  const clash = { id: TEN, property: 'at', by: 'a_ben', version: 3, theirs: [0, 0], mine: [5, 5] };
  const set = { type: 'objects.set', changes: [{ id: TEN, set: { at: [5, 5] } }] };
  const { work, room } = lostWork({ [TEN]: { sort: 'comment', props: { at: [0, 0] }, v: { at: 3 } } });
  room.unsaved.push({ id: 'u', code: 'conflict', detail: { conflicts: [clash] }, command: set });
  const ghosts = work.ghosts(0);
  assert.deepEqual(ghosts.map(({ at }) => at), [[5, 5], [3, 3], [0, 0]]);
  for (const { key, at, record } of ghosts) {
    const drawn = shapeView(
      { id: key, at, sort: record.sort, props: record.props, sport: 'soccer', ghost: true },
      { unit: 100, centre: [0, 0], zoom: 1 },
    );
    assert.equal(drawn.children.flat()[0].tag, 'circle');
  }
});

test('BD17 BD25 what somebody has deleted since is not passed over in a decision', () => {
  const objects = board();
  objects[TEN].v = { at: 3 };
  const set = { type: 'objects.set', changes: [{ id: TEN, set: { at: [5, 5] } }, { id: 'o_gone', set: { at: [6, 6] } }] };
  const clash = { id: TEN, property: 'at', theirs: [0, 0], mine: [5, 5], by: 'a_ben', version: 3 };
  const conflict = openConflicts([{ id: 'u', code: 'conflict', detail: { conflicts: [clash] }, command: set }])[0];
  const { choices } = resolution(conflict, 'mine', objects).command;
  assert.deepEqual(choices.map(({ id }) => id), [TEN, 'o_gone']);
});

test('BD54 a decision is sent as made when what it was decided against was written', () => {
  const { objects, unsaved, conflict } = refusedPut();
  const { work, room } = lostWork(objects, PHASE);
  const sent = [];
  room.confirmed = { objects };
  room.retry = (...given) => sent.push(given);
  work.decide(conflict, 'mine');
  const [[id, command, options]] = sent;
  assert.deepEqual([id, command.objects.length, options], [unsaved.id, 23, { made: 9 }]);
});

const SEVEN = 'o_seven___';

/** Two players were moved at once, of whom somebody had deleted one (BD17). */
function refusedMove(seen) {
  const objects = { ...board(), [SEVEN]: { sort: 'token', props: { at: [1, 1], number: 7, name: null } } };
  const { work, room, said } = lostWork(objects, null);
  if (seen) work.remember(objects);
  const { [SEVEN]: _, ...without } = objects;
  room.state = { objects: without };
  room.retry = (...given) => said.push(given);
  room.discard = () => said.push('discarded');
  work.announce.toast = (text) => said.push(text);
  const changes = [TEN, SEVEN].map((id) => ({ id, set: { at: [5, 5] } }));
  const command = { type: 'objects.set', changes };
  return { work, said, item: { id: 'u', code: 'deleted', command, detail: { id: SEVEN } } };
}

test('BD54 what was deleted comes back as itself, what is there moves and is not doubled', () => {
  const { work, said, item } = refusedMove(true);
  work.retry(item);
  assert.deepEqual(said.map((one) => one.slice(0, 2)), [
    [
      'u',
      {
        type: 'objects.put',
        objects: [
          { id: TEN, sort: 'token', props: { at: [5, 5] } },
          { id: SEVEN, sort: 'token', props: { at: [5, 5], number: 7 } },
        ],
      },
    ],
  ]);
});

test('BD54 what this page never saw is not put back, and waits where it is', () => {
  const { work, said, item } = refusedMove(false);
  work.retry(item);
  assert.deepEqual(said, [
    'This page does not know what it was. Bring it back from the timeline and try again.',
  ]);
});

test('BD48 who comes back has no ball of somebody who is gone', () => {
  const ball = { sort: 'ball', props: { at: [0, 0], carrier: 'o_gone' } };
  const { work, room, said } = lostWork({}, null);
  work.remember({ o_ball: ball });
  room.state = { objects: {} };
  work.bringBack({ key: 'lost9', gone: true, changes: [{ id: 'o_ball', property: 'at', value: [3, 3] }] });
  assert.deepEqual(said.at(-1).objects, [{ id: 'o_ball', sort: 'ball', props: { at: [3, 3] } }]);
});

test('C6 a decision that cannot leave the page waits where it is, and it is said why', () => {
  const { objects, conflict } = refusedPut();
  const { work, room, said } = lostWork(objects, PHASE);
  room.confirmed = { objects };
  room.retry = () => {
    throw Object.assign(new Error('full'), { name: 'OutboxFull' });
  };
  work.announce = { say: (text) => said.push(text), toast: (text) => said.push(text) };
  work.decide(conflict, 'mine');
  assert.deepEqual(said, ['5,000 changes wait already; go on when some have been sent.']);
});
