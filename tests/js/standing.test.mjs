/** Things are arranged, copied and turned where they are in the phase that is worked on; and parts that come later. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/described.mjs';
import './support/served_paths.mjs';
const { BoardController } = await import('../../clients/demo/board/controller.js');
const { Fetched } = await import('../../clients/demo/board/fetched.js');
const { align, copy, duplicate, group, spread } = await import('../../clients/demo/board/marks/panel_acts.js');
const { shownMoment } = await import('../../clients/demo/board/phases/moments.js');
const { stopId } = await import('../../clients/demo/board/phases/order.js');
const { endIn } = await import('../../clients/demo/board/phases/ways.js');
const { piecesOf } = await import('../../clients/demo/board/pieces.js');
const { initialUi } = await import('../../clients/demo/board/ui.js');

const PHASE = 'o_phase00000000001';
const token = (x, y, more = {}) => ({ sort: 'token', locked: null, props: { at: [x, y], ...more } });

/** Two tokens, of which the first is elsewhere at the end of a phase, and a link of both. */
function page(phase) {
  const sent = [];
  const said = [];
  const objects = {
    o_first: token(0, 0),
    o_second: token(10_000, 4_000),
    o_link: { sort: 'link', locked: null, props: { ends: ['o_first', 'o_second'] } },
    o_line: { sort: 'line', locked: null, props: { at: [0, 0], points: [[0, 0], [9, 9]], phase: PHASE } },
    [PHASE]: { sort: 'phase', locked: null, props: { rank: 'V', duration: 1_000 } },
    [stopId(PHASE, 'o_first')]: { sort: 'stop', locked: null, props: { phase: PHASE, of: 'o_first', at: [2_000, 8_000] } },
  };
  const settings = { sport: 'soccer', length_mm: 105_000, width_mm: 68_000 };
  const room = {
    ...{ version: 7, ready: true, name: 'A board', state: { objects, settings, playback: null } },
    ...{ membership: { names: {} }, submit: (command) => sent.push(command) },
  };
  const ui = Object.assign(initialUi(), { phase, selection: new Set(['o_first', 'o_second']) });
  const controller = new BoardController({
    ...{ room, ui, change: (part) => Object.assign(ui, part) },
    presence: new Proxy({}, { get: () => () => undefined }),
    who: () => ({ role: 'owner', me: 'a', readOnly: false, boardLocked: null, layers: {} }),
    moment: () => shownMoment({ objects, playback: null, ui, now: 0, serverNow: 0 }),
    drawnAt: () => undefined,
    tell: (words) => said.push(words),
    refuse: ({ text }) => said.push(text),
  });
  const announcer = { say: (words) => said.push(words) };
  const submit = (command) => controller.submit(command);
  const parts = { room, ui, controller, submit, announcer, stageOf: () => null };
  return { parts, controller, objects, ui, sent, said };
}

test('aligned in the set-up, things themselves are moved', () => {
  const { parts, sent } = page(null);
  align(parts, 'middle');
  assert.deepEqual(sent, [
    {
      type: 'objects.set',
      changes: [
        { id: 'o_first', set: { at: [0, 2_000] } },
        { id: 'o_second', set: { at: [10_000, 2_000] } },
      ],
    },
  ]);
});

test('aligned in a phase, things end there where they stand in it', () => {
  const { parts, sent } = page(PHASE);
  align(parts, 'middle');
  assert.equal(sent.length, 1);
  assert.equal(sent[0].type, 'objects.put');
  assert.deepEqual(
    sent[0].objects.map(({ id, props }) => [id, props.at]),
    [
      [stopId(PHASE, 'o_first'), [2_000, 6_000]],
      [stopId(PHASE, 'o_second'), [10_000, 6_000]],
    ],
  );
});

test('at a moment within a phase nothing is brought into order', () => {
  const { parts, ui, sent, said } = page(null);
  ui.selection = new Set(['o_first', 'o_second']);
  ui.play = { at: 500, since: 0, playing: false, speed: 100, loop: false };
  align(parts, 'left');
  spread(parts, 'across');
  assert.deepEqual(sent, []);
  assert.match(said[0], /moment within a phase/u);
});

test('the middle of a link is between its ends as they stand now', () => {
  assert.deepEqual(page(null).controller.middleOf('o_link'), [5_000, 2_000]);
  assert.deepEqual(page(PHASE).controller.middleOf('o_link'), [6_000, 6_000]);
});

test('everything is what can be seen: not the marks of another phase, no phases', () => {
  assert.deepEqual(page(null).controller.selectable(), ['o_first', 'o_second', 'o_link']);
  assert.ok(page(PHASE).controller.selectable().includes('o_line'));
});

test('a box takes what is within it now', () => {
  const { controller, ui } = page(PHASE);
  ui.box = { from: [1_000, 7_000], to: [3_000, 9_000] };
  controller.boxed(false);
  assert.deepEqual([...ui.selection], ['o_first']);
});

test('a copy is where its thing is now', () => {
  const { parts } = page(PHASE);
  const kept = JSON.parse(copy(parts));
  assert.deepEqual(kept.objects[0].props.at, [2_000, 8_000]);
});

test('how a thing looks at the end of a phase is said by its stop, new or there', () => {
  const { objects } = page(PHASE);
  assert.deepEqual(endIn(objects, 'o_first', PHASE, { at: [1, 1], facing: 90 }), {
    id: stopId(PHASE, 'o_first'),
    set: { facing: 90 },
  });
  assert.deepEqual(endIn(objects, 'o_second', PHASE, { at: [1, 1], facing: 90 }), {
    id: stopId(PHASE, 'o_second'),
    sort: 'stop',
    set: { phase: PHASE, of: 'o_second', at: [1, 1], facing: 90 },
  });
});

/** A page with so many more players, all selected. */
function crowd(count, phase = null, more = {}) {
  const made = page(phase);
  const ids = Array.from({ length: count }, (_, i) => `o_crowd${1_000 + i}`);
  for (const [i, id] of ids.entries()) made.objects[id] = token(i, i, more);
  made.ui.selection = new Set(ids);
  return { ...made, ids };
}

test('BD30 what somebody has locked is not deleted, and it is said who, and how many stay', () => {
  const alone = page(null);
  alone.parts.room.membership.names.a_ben = 'Ben';
  alone.controller.who = () => ({ role: 'editor', me: 'a_ana', layers: {} });
  alone.objects.o_first.locked = 'a_ben';
  alone.objects.o_first.props.number = 9;
  alone.ui.selection = new Set(['o_first']);
  alone.controller.deleteSelected();
  assert.deepEqual([alone.sent, alone.said], [[], ['Ben has locked 9.']]);
  alone.ui.selection = new Set(['o_first', 'o_second']);
  alone.controller.deleteSelected();
  assert.deepEqual(alone.sent.map(({ ids }) => ids), [['o_second']]);
  assert.equal(alone.said.at(-1), 'Deleted a player. Ben has locked 9.');
  assert.deepEqual([...alone.ui.selection], ['o_first']);
  alone.objects.o_second.locked = 'a_ben';
  alone.ui.selection = new Set(['o_first', 'o_second']);
  alone.controller.deleteSelected();
  assert.equal(alone.said.at(-1), 'Ben has locked 9. 2 things stay.');
});

const lists = (sent) => sent.map((one) => (one.objects ?? one.changes ?? one.ids).length);

test('BD8 a gesture over more things than a command holds goes in several, none left out', () => {
  const { parts, sent, said } = crowd(250);
  group(parts, true);
  assert.deepEqual(lists(sent), [200, 50]);
  assert.equal(new Set(sent.flatMap(({ changes }) => changes.map(({ id }) => id))).size, 250);
  sent.length = 0;
  duplicate(parts);
  assert.deepEqual(lists(sent), [200, 50]);
  assert.deepEqual(said, ['Grouped 250 things', 'Put 250 things on the board']);
});

test('BD8 moved, locked, deleted: each of more than a command holds', () => {
  const { controller, sent, ids } = crowd(450, PHASE);
  controller.putAt(ids.map((id) => [id, [9, 9]]));
  assert.deepEqual(lists(sent), [200, 200, 50]);
  sent.length = 0;
  controller.submit({ type: 'objects.lock', ids, on: true });
  assert.deepEqual(lists(sent), [200, 200, 50]);
  sent.length = 0;
  controller.deleteSelected();
  assert.deepEqual(lists(sent), [200, 200, 50]);
});

test('C6 what is more than a message holds goes in several, and what cannot is told', () => {
  const { parts, controller, sent, said } = crowd(11, null, { photo: 'x'.repeat(6_000) });
  parts.room.commandBytesMax = 65_024;
  duplicate(parts);
  assert.deepEqual(lists(sent), [10, 1]);
  for (const one of sent) assert.ok(JSON.stringify(one).length <= 65_024);
  sent.length = 0;
  parts.room.submit = () => {
    throw Object.assign(new RangeError('it has more'), { name: 'TooLarge' });
  };
  const text = 'x'.repeat(70_000);
  assert.equal(controller.submit({ type: 'objects.set', changes: [{ id: 'o_first', set: { text } }] }), null);
  assert.match(said.at(-1), /64 kB/u);
});

test('BD48 BD50 in pieces, what others name comes before them and goes after them', () => {
  const ids = Array.from({ length: 300 }, (_, i) => `o_${1_000 + i}`);
  const link = { id: 'o_link', sort: 'link', props: { ends: [ids[298], ids[299]] } };
  const stop = { id: 'o_stop', sort: 'stop', props: { phase: 'o_phase', of: ids[5] } };
  const phase = { id: 'o_phase', sort: 'phase', props: {} };
  const things = ids.map((id) => ({ id, sort: 'token', props: {} }));
  const all = [link, stop, ...things, phase];
  const coming = piecesOf({ type: 'objects.put', objects: all }).flatMap(({ objects }) => objects);
  const place = (id) => coming.findIndex((one) => one.id === id);
  assert.equal(coming.length, 303);
  assert.ok(place(ids[298]) < place('o_link') && place(ids[299]) < place('o_link'));
  assert.ok(place('o_phase') < place('o_stop') && place(ids[5]) < place('o_stop'));
  const objects = Object.fromEntries(all.map((one) => [one.id, one]));
  const going = piecesOf({ type: 'objects.delete', ids: all.map(({ id }) => id) }, { objects });
  const gone = going.flatMap((one) => one.ids);
  assert.equal(gone.length, 303);
  assert.ok(gone.indexOf('o_link') < gone.indexOf(ids[298]));
  assert.ok(gone.indexOf('o_stop') < gone.indexOf('o_phase'));
  const ring = [1, 2].map((n) => ({ id: `o_${n}`, sort: 'comment', props: { pin: `o_${3 - n}` } }));
  const round = [...ring, ...things];
  assert.equal(piecesOf({ type: 'objects.add', objects: round }).flatMap((one) => one.objects).length, 302);
});

test('a part that could not be fetched is asked for again, and one that is there never', async () => {
  let [asked, drawn] = [0, 0];
  const load = () => {
    asked += 1;
    return asked === 1 ? Promise.reject(new Error('no connection')) : Promise.resolve({ here: true });
  };
  const { warn } = console;
  console.warn = () => undefined;
  const part = new Fetched(load, () => (drawn += 1));
  assert.equal(await part.get(), null);
  console.warn = warn;
  assert.equal(part.failed, true);
  assert.deepEqual(await part.get(), { here: true });
  assert.equal(part.failed, false);
  await part.get();
  assert.deepEqual([asked, drawn], [2, 2]);
});

test('a hand that is on something when one is removed does nothing more', () => {
  const { controller, parts, sent } = page(null);
  parts.room.submit = () => {
    throw new Error('the room is removed');
  };
  for (const phase of ['removed', 'closed', 'not-found', 'full', 'gone']) {
    parts.room.phase = phase;
    controller.beginDrag();
    controller.dragTo([100, 100]);
    controller.drop();
    controller.deleteSelected();
  }
  assert.deepEqual(sent, []);
  parts.room.phase = 'live';
  assert.throws(() => controller.undo(), /the room is removed/);
});
