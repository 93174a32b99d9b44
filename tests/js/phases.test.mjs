/** Phases on the page: their order, what is shown at which moment, and who has the ball. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

await import('./support/described.mjs');
await import('./support/served_paths.mjs');
const { addPhase, copyPhase, movePhase, phasesOf, putStops, rankBetween, stopId } = await import(
  '../../clients/demo/board/phases/order.js'
);
const { makePhaseActs } = await import('../../clients/demo/board/phases/phase_acts.js');
const { boundsOf, carrierNear, carrierOf, lineOf, onPitch, ownMoment, partOf, placesAt, shownMoment } = await import(
  '../../clients/demo/board/phases/moments.js'
);
const { waysOf } = await import('../../clients/demo/board/phases/onion.js');
const { bent, wayHandles } = await import('../../clients/demo/board/phases/ways.js');

const token = (at, more = {}) => ({ sort: 'token', props: { at, side: 'home', ...more } });
const phase = (rank, duration = 1_000, more = {}) => ({
  sort: 'phase',
  props: { rank, duration, easing: 'linear', ...more },
});
const stop = (of, phaseId, at, more = {}) => ({
  sort: 'stop',
  props: { phase: phaseId, of, at, ...more },
});

/** Two phases: ten runs forward, then nobody; the ball goes to nine in the second. */
function play() {
  return {
    o_ten_____: token([0, 0]),
    o_nine____: token([10_000, 0]),
    o_ball____: { sort: 'ball', props: { at: [0, 900], carrier: 'o_ten_____' } },
    o_mark____: { sort: 'arrow', props: { at: [0, 0], points: [[0, 0]], phase: 'o_second__' } },
    o_first___: phase('F'),
    o_second__: phase('V', 2_000),
    [stopId('o_first___', 'o_ten_____')]: stop('o_ten_____', 'o_first___', [5_000, 0]),
    [stopId('o_second__', 'o_ball____')]: stop('o_ball____', 'o_second__', [0, 0], {
      carrier: 'o_nine____',
    }),
  };
}

const at = (model) =>
  shownMoment({ playback: null, now: 0, serverNow: 0, ...model, ui: { phase: null, play: null, alone: false, ...model.ui } });

test('a part of the phases is named by its first and last, whatever becomes of their durations', () => {
  const line = lineOf(play());
  assert.deepEqual(partOf(line, {}), [0, 1]);
  assert.deepEqual(partOf(line, { from_ms: 1_000, to_ms: null }), [1, 1]);
  assert.deepEqual(partOf(line, { from_ms: null, to_ms: 1_000 }), [0, 0]);
  assert.deepEqual(partOf(line, { from_ms: 1_200, to_ms: 1_900 }), [1, 1]);
  assert.deepEqual(partOf(line, { from_ms: 9_000, to_ms: 9_900 }), [1, 1]);
  for (const [first, last] of [[0, 0], [0, 1], [1, 1]])
    assert.deepEqual(partOf(line, boundsOf(line, first, last)), [first, last]);
  assert.deepEqual(boundsOf(line, 0, 1), { from_ms: null, to_ms: null });
});

test('BD59 a part goes again and again, alone and for all, and all of it is back with the button', () => {
  const said = [];
  const sent = [];
  const ui = { phase: null, play: null, alone: false };
  const room = { state: { objects: play(), playback: null } };
  const acts = makePhaseActs({
    ...{ room, ui, change: (part) => Object.assign(ui, part), submit: (command) => sent.push(command) },
    ...{ serverNow: () => 0, tell: (text) => said.push(text), controller: null },
  });
  acts.loopPart({ first: 1 });
  assert.deepEqual([ui.play.at, ui.play.from_ms, ui.play.to_ms, ui.play.loop], [1_000, 1_000, null, true]);
  assert.equal(said.at(-1), 'Again and again: phase 2');
  assert.equal(ownMoment({ ...ui.play, playing: true, since: 0 }, 2_500, 3_000), 1_500);
  acts.loopPart({ last: 0 });
  assert.deepEqual([ui.play.at, ui.play.from_ms, ui.play.to_ms], [0, null, 1_000]);
  acts.playForAll();
  const { type: _, ...playback } = sent.at(-1);
  assert.deepEqual(playback, { at_ms: 0, playing: true, speed: 100, loop: true, from_ms: null, to_ms: 1_000 });
  room.state.playback = { ...playback, since: 0, by: 'a_ana' };
  acts.speed(50);
  assert.deepEqual([sent.at(-1).to_ms, sent.at(-1).speed], [1_000, 50], 'the part stays');
  acts.loopPart({ first: 1 });
  assert.deepEqual([sent.at(-1).from_ms, sent.at(-1).to_ms, sent.at(-1).at_ms], [1_000, null, 1_000]);
  acts.loop(false);
  assert.deepEqual([sent.at(-1).loop, sent.at(-1).from_ms, sent.at(-1).to_ms], [false, null, null]);
});

test('between two ranks there is another until it would be too long, and none between equals', () => {
  let low = null;
  let high = null;
  for (let i = 0; i < 200; i += 1) {
    const between = rankBetween(low, high);
    if (between === null) {
      assert.ok(i > 150, `${i}`);
      break;
    }
    if (low !== null) assert.ok(low < between, `${low} < ${between}`);
    if (high !== null) assert.ok(between < high, `${between} < ${high}`);
    assert.match(between, /^[0-9A-Za-z]{1,32}$/);
    assert.ok(!between.endsWith('0'), between);
    if (i % 3 === 0) high = between;
    else low = between;
  }
  const pairs = [['V', 'V'], [null, '0'], ['V', 'V0'], ['W', 'V'], ['z'.repeat(32), null], [null, '']];
  for (const [before, behind] of pairs) assert.equal(rankBetween(before, behind), null);
});

test('a new phase comes behind the one that is worked on, a copy behind what it copies', () => {
  const objects = play();
  const { id, commands } = addPhase(objects, 'o_first___');
  objects[id] = { sort: 'phase', props: commands[0].objects[0].props };
  assert.deepEqual(phasesOf(objects).map(([one]) => one), ['o_first___', id, 'o_second__']);
  const copy = copyPhase(objects, 'o_second__');
  const [made, ...stops] = copy.commands[0].objects;
  objects[copy.id] = { sort: 'phase', props: made.props };
  assert.deepEqual(phasesOf(objects).at(-1)[0], copy.id);
  assert.deepEqual(stops.map(({ props }) => [props.of, props.carrier]), [['o_ball____', 'o_nine____']]);
  assert.equal(stops[0].id, stopId(copy.id, 'o_ball____'));
});

test('BD48 in the copy of a phase nobody has the ball whose carrier is gone', () => {
  const objects = play();
  delete objects.o_nine____;
  const [, ball] = copyPhase(objects, 'o_second__').commands[0].objects;
  assert.ok(!('carrier' in ball.props));
});

test('a phase is moved one place, and not beyond the ends', () => {
  const objects = play();
  assert.deepEqual(movePhase(objects, 'o_first___', -1), []);
  assert.deepEqual(movePhase(objects, 'o_second__', 1), []);
  const [{ changes }] = movePhase(objects, 'o_second__', -1);
  objects.o_second__.props.rank = changes[0].set.rank;
  assert.deepEqual(phasesOf(objects).map(([id]) => id), ['o_second__', 'o_first___']);
});

/** The board after commands about phases, as the server has them. */
function after(objects, commands) {
  const there = structuredClone(objects);
  for (const { changes = [], objects: put = [] } of commands) {
    for (const { id, set } of changes) Object.assign(there[id].props, set);
    for (const { id, sort, props } of put)
      there[id] = { sort, props: { ...there[id]?.props, ...props } };
  }
  for (const [, { props }] of phasesOf(there)) assert.match(props.rank, /^[0-9A-Za-z]{1,32}$/);
  return there;
}

const order = (objects) => phasesOf(objects).map(([id]) => id);

test('where no rank is left between two, the next gets a new one in the same command', () => {
  const objects = play();
  objects.o_first___.props.rank = 'F';
  objects.o_second__.props.rank = `F${'0'.repeat(30)}1`;
  const { id, commands } = addPhase(objects, 'o_first___');
  assert.deepEqual(commands.map(({ type }) => type), ['objects.put']);
  assert.deepEqual(order(after(objects, commands)), ['o_first___', id, 'o_second__']);
});

test('BD64 between phases of one rank, as two make them at once, others fit all the same', () => {
  for (const rank of ['V', '0', '00', 'z', 'z'.repeat(32), '0'.repeat(32), `F${'0'.repeat(31)}`]) {
    const objects = Object.fromEntries(['a', 'b', 'c'].map((id) => [`o_${id}`, phase(rank)]));
    for (const of of ['o_a', 'o_b', 'o_c']) {
      for (const { id, commands } of [addPhase(objects, of), copyPhase(objects, of)]) {
        assert.equal(commands.length, 1, 'all of it or nothing');
        const now = order(after(objects, commands));
        assert.deepEqual(now, order(objects).toSpliced(order(objects).indexOf(of) + 1, 0, id));
      }
      for (const by of [-1, 1]) {
        const to = order(objects).indexOf(of) + by;
        const wanted = order(objects).filter((id) => id !== of).toSpliced(to, 0, of);
        if (to < 0 || to > 2) continue;
        const commands = movePhase(objects, of, by);
        assert.equal(commands.length, 1);
        assert.deepEqual(order(after(objects, commands)), wanted);
      }
    }
  }
});

test('BD64 only the phases that stand in the way get new ranks', () => {
  const objects = { o_a: phase('A'), o_b: phase('V'), o_c: phase('V'), o_d: phase('W') };
  const { commands } = addPhase(objects, 'o_b');
  assert.deepEqual(commands[0].objects.slice(0, -1).map(({ id }) => id), ['o_c']);
});

test('BD64 more phases of one rank than a command holds make room in several', () => {
  const ids = Array.from({ length: 450 }, (_, i) => `o_${1_000 + i}`);
  const objects = Object.fromEntries(ids.map((id) => [id, phase('z'.repeat(32))]));
  const { id, commands } = addPhase(objects, ids[0]);
  for (const { objects: put } of commands) assert.ok(put.length <= 200);
  assert.deepEqual(order(after(objects, commands)), ids.toSpliced(1, 0, id));
});

test('what is shown: the set-up, the end of a phase, one’s own playing, that of all', () => {
  const objects = play();
  assert.equal(at({ objects }).ms, 0);
  const worked = at({ objects, ui: { phase: 'o_second__' } });
  assert.deepEqual([worked.ms, worked.phase, worked.playing], [3_000, 'o_second__', false]);
  const own = { at: 0, since: 100, playing: true, speed: 200, loop: false };
  const playing = at({ objects, ui: { play: own }, now: 600 });
  assert.deepEqual([playing.ms, playing.phase, playing.playing], [1_000, 'o_first___', true]);
  assert.equal(at({ objects, ui: { play: own }, now: 9_000 }).playing, false);
  const playback = { at_ms: 0, since: 50_000, playing: true, speed: 100, loop: true, from_ms: null, to_ms: null };
  const all = at({ objects, playback, serverNow: 50_000 + 3_500 });
  assert.deepEqual([all.ms, all.shared, all.playing], [500, true, true]);
  const alone = at({ objects, playback, serverNow: 53_500, ui: { alone: true, phase: 'o_first___' } });
  assert.deepEqual([alone.ms, alone.shared], [1_000, false]);
  assert.equal(ownMoment({ ...own, playing: false, at: 700 }, 9_999, 3_000), 700);
});

test('the pitch shows marks of one phase in it alone, and never phases or stops', () => {
  const objects = play();
  assert.deepEqual(Object.keys(onPitch(objects)), ['o_ten_____', 'o_nine____', 'o_ball____']);
  assert.ok('o_mark____' in onPitch(objects, 'o_second__'));
});

test('the ball is whose it lies beside, and goes with the stop of its phase', () => {
  const objects = play();
  const places = placesAt(objects, 0);
  assert.equal(carrierNear(objects, places, [9_000, 500]), 'o_nine____');
  assert.equal(carrierNear(objects, places, [5_000, 0]), null);
  assert.equal(carrierOf(objects, 'o_ball____', null), 'o_ten_____');
  assert.equal(carrierOf(objects, 'o_ball____', 'o_first___'), 'o_ten_____');
  assert.equal(carrierOf(objects, 'o_ball____', 'o_second__'), 'o_nine____');
});

test('who goes somewhere has a way with a handle, and the way bends through where it is pulled', () => {
  const objects = play();
  const ways = waysOf(objects, 'o_first___').map(({ id }) => id);
  assert.deepEqual(ways, ['o_ten_____', 'o_ball____'], 'the ball goes with its carrier');
  const [handle] = wayHandles(objects, 'o_ten_____', 'o_first___');
  assert.deepEqual(handle.at, [2_500, 0]);
  assert.deepEqual(wayHandles(objects, 'o_ten_____', null), []);
  const { id, set } = bent(objects, 'o_ten_____', 'o_first___', 'bend 0', [2_500, 3_000]);
  objects[id] = { ...objects[id], props: { ...objects[id].props, ...set } };
  const half = placesAt({ ...objects }, 500).o_ten_____;
  assert.ok(Math.hypot(half.x - 2_500, half.y - 3_000) < 400, JSON.stringify(half));
  assert.deepEqual(placesAt({ ...objects }, 1_000).o_ten_____, { x: 5_000, y: 0, facing: null });
});

test('stops are put with the id that others would give them', () => {
  const { objects } = putStops('o_first___', [{ id: 'o_ten_____', set: { at: [1, 2] } }]);
  assert.deepEqual(objects, [
    {
      id: 'o_first___-ten_____',
      sort: 'stop',
      props: { phase: 'o_first___', of: 'o_ten_____', at: [1, 2] },
    },
  ]);
});
