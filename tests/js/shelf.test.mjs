/** The board's drawer “Library”: a side as a formation and back, what goes into a library. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { named, recorded, textOf, the } from './support/described.mjs';
import './support/served_paths.mjs';

const { SHAPES } = await import('../../clients/js/kinds/formation_table.js');
const { placeOf } = await import('../../clients/js/kinds/formations.js');
const { applied, directionOf, slotsOf } = await import('../../clients/demo/board/shelf/sides.js');
const { keptAs } = await import('../../clients/demo/board/shelf/kept.js');
const { shelfDrawer } = await import('../../clients/demo/board/shelf/drawer.js');
const { cardOfShape } = await import('../../clients/demo/library/catalogue.js');

const SETTINGS = { sport: 'soccer', length_mm: 105_000, width_mm: 68_000, origin: { room: 'r_1' } };
const SIZE = [105_000, 68_000];
const token = (side, at, more = {}) => ({ sort: 'token', props: { at, side, ...more } });
const soccer = SHAPES.filter(({ sport }) => sport === 'soccer');

/** A side that stands in a shape. */
function standing(shape, side, direction, mirrored = false) {
  return Object.fromEntries(
    shape.slots.map((slot, i) => [
      `o_${side}${i}`,
      token(side, placeOf(slot, SIZE, direction, mirrored), { number: slot[0], role: slot[1] }),
    ]),
  );
}

test('a side attacks away from its keeper, or from where it stands', () => {
  assert.equal(directionOf({}, 'home'), 1);
  assert.equal(directionOf({}, 'away'), -1);
  assert.equal(directionOf({ o_1: token('away', [-40_000, 0], { role: 'GK' }) }, 'away'), 1);
  assert.equal(directionOf({ o_1: token('home', [9_000, 0]) }, 'home'), -1);
});

test('LB92 every shape that a side stands in is the formation that is kept, whichever way it plays', () => {
  for (const shape of SHAPES.filter(({ slots }) => slots.some(([, role]) => role === 'GK')))
    for (const direction of [1, -1]) {
      const side = direction === 1 ? 'home' : 'away';
      const slots = slotsOf(standing(shape, side, direction), side, { length_mm: SIZE[0], width_mm: SIZE[1] });
      const expected = shape.slots.map(([number, role, x, y]) => ({ x, y, number, role }));
      assert.deepEqual(slots, expected, shape.id);
    }
});

test('LB92 who stands beyond the lines is in no formation, nor who has no number given one', () => {
  const objects = {
    o_1: token('home', [-50_000, 0], { role: 'GK' }),
    o_2: token('home', [0, 40_000], { number: 12 }),
    o_3: token('away', [0, 0], { number: 9 }),
  };
  assert.deepEqual(slotsOf(objects, 'home', SETTINGS), [{ x: -952, y: 0, role: 'GK' }]);
});

const wanted = (more) => ({
  ...{ settings: SETTINGS, side: 'home', mirrored: false, turned: false, fill: false },
  ...more,
});
const slotsAs = ({ slots }) => slots.map(([number, role, x, y]) => ({ number, role, x, y }));

test('LB83 a formation keeps players in the slots of their number and role, both ways and mirrored', () => {
  const [first, second] = soccer;
  for (const [turned, mirrored] of [[false, false], [true, false], [false, true], [true, true]]) {
    const objects = standing(first, 'home', 1);
    const { moves, added, benched } = applied(
      wanted({ objects, slots: slotsAs(second), turned, mirrored, fill: true }),
    );
    assert.deepEqual([added, benched], [[], 0]);
    const after = new Map([...Object.entries(objects).map(([id, { props }]) => [id, props.at]), ...moves]);
    const places = second.slots.map((slot) => String(placeOf(slot, SIZE, turned ? -1 : 1, mirrored)));
    assert.deepEqual([...after.values()].map(String).sort(), [...places].sort());
    const keeper = second.slots.find(([, role]) => role === 'GK');
    assert.deepEqual(after.get('o_home0'), placeOf(keeper, SIZE, turned ? -1 : 1, mirrored));
  }
});

test('LB84 a short side leaves places open, or gets new players for them', () => {
  const [shape] = soccer;
  const objects = Object.fromEntries(Object.entries(standing(shape, 'home', 1)).slice(0, 4));
  const slots = slotsAs(shape);
  assert.deepEqual(applied(wanted({ objects, slots })), { moves: [], added: [], benched: 0 });
  const { added } = applied(wanted({ objects, slots, fill: true }));
  assert.deepEqual(added.map(({ props }) => props.number), shape.slots.slice(4).map(([number]) => number));
  assert.equal(new Set(added.map(({ id }) => id)).size, 7);
});

test('a number that is worn already is not given again; a full side too many goes to the bench', () => {
  const [shape] = soccer;
  const objects = { o_1: token('home', [0, 0], { number: 9, role: 'GK' }) };
  const { added } = applied(wanted({ objects, slots: slotsAs(shape), fill: true }));
  assert.ok(added.every(({ props }) => props.number !== 9));
  const many = { ...standing(shape, 'home', 1), o_x: token('home', [1_000, 1_000], { number: 30 }) };
  assert.equal(applied(wanted({ objects: many, slots: slotsAs(shape) })).benched, 1);
});

const state = (objects) => ({ settings: SETTINGS, objects });
const kept = (more) => keptAs({ name: 'N', standing: {}, ids: [], ...more });

test('LB93 a board is kept without comments, its origin and what points at nothing', () => {
  const objects = {
    o_a: token('home', [0, 0], { number: 9, fill: null }),
    o_b: { sort: 'ball', props: { at: [0, 0], carrier: 'o_gone' } },
    o_c: { sort: 'comment', props: { at: [0, 0], text: 'Secret' } },
    o_l: { sort: 'link', props: { ends: ['o_a', 'o_gone'] } },
    o_p: { sort: 'phase', props: { order: 1 } },
    o_s: { sort: 'stop', props: { of: 'o_a', phase: 'o_p', at: [1, 1] } },
  };
  const { sort, content, players } = kept({ what: 'board', state: state(objects) });
  const read = JSON.parse(content);
  assert.deepEqual([sort, players], ['board', null]);
  assert.deepEqual(read.objects.map(({ id }) => id), ['o_a', 'o_b', 'o_p', 'o_s']);
  assert.deepEqual(read.objects[0].props, { at: [0, 0], side: 'home', number: 9 });
  assert.deepEqual(read.objects[1].props, { at: [0, 0] });
  assert.equal('origin' in read.settings, false);
});

test('LB93 a selection is kept with what moves it', () => {
  const objects = {
    o_a: token('home', [0, 0]),
    o_b: token('home', [9, 9]),
    o_p: { sort: 'phase', props: { order: 1 } },
    o_s: { sort: 'stop', props: { of: 'o_a', phase: 'o_p', at: [1, 1] } },
  };
  const ids = (selected) =>
    JSON.parse(kept({ what: 'set_piece', state: state(objects), ids: selected }).content).objects.map(({ id }) => id);
  assert.deepEqual(ids(['o_a']), ['o_a', 'o_p', 'o_s']);
  assert.deepEqual(ids(['o_b']), ['o_b']);
});

test('what cannot be kept is said in words', () => {
  assert.match(kept({ what: 'away', state: state({}) }).problem, /away side has nobody/);
  assert.match(kept({ what: 'board', state: state({}) }).problem, /nothing on the pitch/);
  const heavy = { o_a: token('home', [0, 0], { photo: 'x'.repeat(70_000) }) };
  assert.match(kept({ what: 'board', state: state(heavy) }).problem, /69 kB, and 64 kB is the most/);
});

const SHELF = {
  ...{ part: 'use', library: 'built-in', text: '', side: 'home', mirrored: false, turned: false, fill: null },
  ...{ libraries: [], problem: null, missed: null, saved: null, busy: false },
  save: { what: 'home', name: '', tags: '', into: null },
};
const drawer = (more = {}, act = recorded()) =>
  shelfDrawer(
    {
      ...{ shelf: { ...SHELF, ...more.shelf }, cards: soccer.map(cardOfShape), loading: false },
      ...{ sport: 'soccer', may: true, nobody: true, selected: 0, into: [] },
      ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== 'shelf')),
    },
    act,
  );

test('the drawer puts a formation on the chosen side, and finds by name', () => {
  const act = recorded();
  the(drawer({}, act), 'button', 'Put on 4-4-2 diamond').props.onclick();
  assert.equal(act.said[0][0], 'putOn');
  const found = named(drawer({ shelf: { text: 'diamond' } }), 'button', 'Put on');
  assert.equal(found.length, soccer.filter(({ name }) => name.includes('diamond')).length);
  assert.ok(named(drawer({ may: false }), 'button', 'Put on').every(({ props }) => props.disabled));
});

test('where there is no library of one’s own the drawer says where to make one', () => {
  const keep = { part: 'keep' };
  assert.match(textOf(drawer({ shelf: keep })), /no library to save into yet. Make one/);
  const into = [{ id: 'r_1', name: 'Mine' }];
  const view = drawer({ into, selected: 2, shelf: { ...keep, save: { ...SHELF.save, what: 'drill' } } });
  assert.match(textOf(view), /What is selected \(2\)/);
  const waits = { name: 'N', library: 'r_1', id: 'i_1', waits: true };
  assert.match(textOf(drawer({ into, shelf: { ...keep, saved: waits } })), /goes into the library when the connection is back/);
});

test('LB85 who finds the bench full stays where they are', () => {
  const many = Object.fromEntries(
    Array.from({ length: 120 }, (_, i) => [
      `o_${i}`,
      { sort: 'token', props: { side: 'home', at: [-50_000 + (i % 25) * 2_000, -20_000 + Math.floor(i / 25) * 3_000] } },
    ]),
  );
  const slots = Array.from({ length: 11 }, (_, i) => ({ x: -900 + i * 100, y: 0, number: i + 1 }));
  const done = applied({
    ...{ objects: many, settings: { sport: 'soccer', length_mm: 105_000, width_mm: 68_000 } },
    ...{ side: 'home', slots, mirrored: false, turned: false, fill: false },
  });
  for (const [, at] of done.moves) assert.ok(at.every(Number.isInteger));
  assert.equal(new Set(done.moves.map(([, at]) => String(at))).size, done.moves.length);
  assert.equal(done.benched, 80);
});
