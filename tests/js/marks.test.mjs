/** What is behind the tools of a board: smoothing, bringing into order, copies, handles, colours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/served_paths.mjs';
globalThis.HTMLElement ??= class {};
globalThis.customElements ??= { define: () => undefined };
const marks = (name) => import(`../../clients/demo/board/marks/${name}.js`);
const { aligned, distributed, ordered, swapped } = await marks('arrange');
const { benchOf } = await marks('benches');
const { boundsOf, middleOf } = await marks('bounds');
const { ALIKE, leastDistance, seenBy } = await marks('colour_sight');
const { conventionsOf, strokeChoices } = await marks('conventions');
const { copiesOf, documentOf, freshIds, objectsIn } = await marks('copying');
const { brought, idsForPhases, phasesIn } = await import('../../clients/demo/board/phases/brought.js');
const { stopId } = await import('../../clients/demo/board/phases/order.js');
const { pathOf, smoothed } = await marks('freehand');
const { groupsOf } = await marks('groups');
const { handlePoints, reshaped } = await marks('handles');
const { lengthWords, unitsOf } = await marks('lengths');
const { linkNow } = await marks('link_shapes');
const { linesOf, snapped } = await marks('snapping');
const { SAFE_PAIRS } = await marks('teams_drawer');
const { refusalWords } = await import('../../clients/demo/board/refusal_words.js');
const { layerLockedBy, mayTouch } = await import('../../clients/demo/board/rights.js');
const { needsPattern } = await import('../../clients/demo/board/kits.js');
const { strokePath } = await import('../../clients/demo/board/strokes.js');

const token = (x, y, more = {}) => ({ sort: 'token', props: { at: [x, y], ...more } });
const SOCCER = { sport: 'soccer', length_mm: 105_000, width_mm: 68_000 };
const three = () => ({ a: token(0, 0), b: token(1_000, 4_000), c: token(9_000, 5_000) });
const CAMERA = { unit: 100, upright: false };

test('a hand that trembles draws a smooth line with few points and its own ends', () => {
  const shaky = Array.from({ length: 200 }, (_, i) => [
    i * 100,
    Math.round(Math.sin(i / 40) * 6_000 + (i % 2) * 300),
  ]);
  const path = pathOf(shaky, 60);
  assert.deepEqual([path[0], path.at(-1)], [shaky[0], shaky.at(-1)]);
  assert.ok(path.length < 40, String(path.length));
  const jump = (points) =>
    Math.max(...points.slice(1).map(([, y], i) => Math.abs(y - points[i][1])));
  assert.ok(jump(smoothed(shaky, 100)) < jump(shaky));
});

test('what was meant straight is straight, and a curve has one bow on the side of the hand', () => {
  assert.equal(pathOf([[0, 0], [5_000, 100], [10_000, 0]], 60).length, 2);
  assert.deepEqual(pathOf([[0, 0], [5_000, 9_000], [10_000, 0]], 60, 'straight'), [[0, 0], [10_000, 0]]);
  assert.deepEqual(pathOf([[0, 0], [2_000, 1_000], [5_000, -4_000], [10_000, 0]], 60, 'curve')[1], [5_000, -4_000]);
});

test('things are aligned on an edge or their middle, at even distances, in each other\'s place', () => {
  const objects = three();
  assert.deepEqual(aligned(objects, ['a', 'b', 'c'], 'top').map(({ id, set }) => [id, set.at]), [
    ['b', [1_000, 0]],
    ['c', [9_000, 0]],
  ]);
  assert.deepEqual(aligned(objects, ['a', 'c'], 'centre').map(({ set }) => set.at[0]), [4_500, 4_500]);
  assert.deepEqual(distributed(objects, ['c', 'a', 'b'], 0), [{ id: 'b', set: { at: [4_500, 4_000] } }]);
  assert.deepEqual(swapped(objects, ['a', 'c']).map(({ set }) => set.at), [[9_000, 5_000], [0, 0]]);
  assert.deepEqual(aligned(objects, ['a'], 'top'), []);
});

test('order: front and back pass all others, forward and backward the next', () => {
  const layers = { a: token(0, 0, { layer: -2 }), b: token(0, 0), c: token(0, 0, { layer: 4 }) };
  assert.deepEqual(ordered(layers, ['a'], 'front'), [{ id: 'a', set: { layer: 5 } }]);
  assert.deepEqual(ordered(layers, ['a'], 'forward'), [{ id: 'a', set: { layer: 1 } }]);
  assert.deepEqual(ordered(layers, ['c'], 'backward'), [{ id: 'c', set: { layer: -1 } }]);
  assert.deepEqual(ordered(layers, ['c'], 'back'), [{ id: 'c', set: { layer: -3 } }]);
  assert.deepEqual(ordered(layers, ['c'], 'front'), []);
});

test('copies have ids of their own, and what they name is the copy of it', () => {
  const objects = {
    o_aaaaaaaa: token(0, 0, { group: 'g_12345678', name: null }),
    o_bbbbbbbb: token(5_000, 0, { group: 'g_12345678' }),
    o_llllllll: { sort: 'link', props: { ends: ['o_aaaaaaaa', 'o_bbbbbbbb'] } },
    o_pppppppp: { sort: 'phase', props: { rank: 'a', duration: 900 } },
  };
  const document = documentOf({ objects, settings: { ...SOCCER, origin: null }, name: 'A', ids: Object.keys(objects) });
  assert.equal(document.objects.length, 3);
  assert.ok(!('name' in document.objects[0].props) && !('origin' in document.settings));
  const read = objectsIn(JSON.stringify(document));
  const copies = copiesOf({ objects: read, there: {}, settings: SOCCER, by: [1_500, 0] });
  assert.deepEqual(copies.map(({ props }) => props.at), [[1_500, 0], [6_500, 0], undefined]);
  assert.deepEqual(copies[2].props.ends, [copies[0].id, copies[1].id]);
  assert.ok(!objects[copies[0].id] && copies[0].props.group !== 'g_12345678');
  assert.equal(copies[0].props.group, copies[1].props.group);
});

test('phases of a document come behind those of the board, for the things that come along', () => {
  const stop = (phase, of, at, more = {}) => ({ id: `o_${phase.slice(2)}-${of.slice(2)}`, sort: 'stop', props: { phase, of, at, ...more } });
  const text = JSON.stringify({
    ...{ format: 'touchline.board', version: 1, name: 'Corner', settings: SOCCER },
    objects: [
      { id: 'o_second0', sort: 'phase', props: { rank: 'n', duration: 900, name: 'Header' } },
      { id: 'o_first00', sort: 'phase', props: { rank: 'b', duration: 2_000, easing: 'in' } },
      { id: 'o_nobody0', sort: 'phase', props: { rank: 'p', duration: 500 } },
      { id: 'o_aaaaaaaa', sort: 'token', props: { at: [0, 0] } },
      { id: 'o_ball0000', sort: 'ball', props: { at: [0, 0], carrier: 'o_aaaaaaaa' } },
      { id: 'o_markmark', sort: 'line', props: { at: [0, 0], points: [[0, 0], [9, 9]], phase: 'o_second0' } },
      stop('o_first00', 'o_aaaaaaaa', [5_000, 0], { points: [[-9, 9]], curve: true }),
      stop('o_second0', 'o_ball0000', [7_000, 0], { carrier: 'o_aaaaaaaa', facing: null }),
      stop('o_second0', 'o_gone0000', [7_000, 0]),
    ],
  });
  const there = { o_phase: { sort: 'phase', props: { rank: 'x', duration: 700 } } };
  const objects = objectsIn(text);
  const ids = freshIds(objects);
  const moving = phasesIn(text);
  const phases = idsForPhases(moving, ids);
  assert.deepEqual([...phases.keys()], ['o_first00', 'o_second0']);
  const [first, second] = phases.values();
  const copies = copiesOf({ objects, there, settings: SOCCER, by: [1_000, 0], ids, phases });
  assert.equal(copies.find(({ sort }) => sort === 'line').props.phase, second);
  const put = brought({ ...moving, ids: phases, things: ids, there, settings: SOCCER, by: [1_000, 0] });
  const [one, goes, two, passed] = put;
  assert.equal(put.length, 4);
  assert.deepEqual([one.id, two.id], [first, second]);
  assert.ok('x' < one.props.rank && one.props.rank < two.props.rank);
  assert.deepEqual({ ...two.props, rank: '' }, { rank: '', duration: 900, name: 'Header' });
  const token = ids.get('o_aaaaaaaa');
  assert.deepEqual(goes, {
    id: stopId(first, token),
    sort: 'stop',
    props: { phase: first, of: token, at: [6_000, 0], points: [[-9, 9]], curve: true },
  });
  assert.deepEqual(passed.props, { phase: second, of: ids.get('o_ball0000'), at: [8_000, 0], carrier: token });
});

test('a link is not copied without its ends; text that is no board is none', () => {
  const link = [{ id: 'o_llllllll', sort: 'link', props: { ends: ['o_aaaaaaaa', 'o_bbbbbbbb'] } }];
  assert.deepEqual(copiesOf({ objects: link, there: {}, settings: SOCCER, by: [0, 0] }), []);
  for (const text of ['hello', '{"format":"touchline.board"', '{"format":"touchline.board","version":2,"objects":[]}'])
    assert.equal(objectsIn(text), null, text);
});

test('what is dragged sticks to the nearest line of others, and to none out of reach', () => {
  const lines = linesOf(three(), new Set(['a']));
  assert.deepEqual(lines, [[0, 1_000, 9_000], [0, 4_000, 5_000]]);
  assert.deepEqual(snapped([[0, 0]], [950, 2_000], lines, 200), {
    delta: [1_000, 2_000],
    guides: [{ axis: 'x', value: 1_000 }],
  });
  assert.deepEqual(snapped([[0, 0]], [950, 4_010], lines, 0), { delta: [950, 4_010], guides: [] });
});

test('groups are selected together; a box has a middle for links too', () => {
  const objects = { ...three(), d: token(0, 0, { group: 'g_x' }), e: token(2_000, 0, { group: 'g_x' }) };
  assert.deepEqual(groupsOf(objects, ['d']), ['d', 'e']);
  const link = { sort: 'link', props: { ends: ['a', 'c', 'gone'] } };
  assert.deepEqual(middleOf(link, (id) => objects[id]), [4_500, 2_500]);
  assert.equal(boundsOf({ sort: 'phase', props: { rank: 'a' } }), null);
  const turned = boundsOf({ sort: 'zone', props: { at: [0, 0], size: [8_000, 2_000], turn: 90 } });
  assert.deepEqual(turned, { left: -1_000, right: 1_000, top: -4_000, bottom: 4_000 });
});

test('a link lies between what it names, wherever that is at this instant', () => {
  const objects = three();
  const place = (id) => (id === 'c' ? [10_000, 0] : objects[id].props.at);
  const now = linkNow({ props: { ends: ['a', 'c'] } }, objects, place);
  assert.deepEqual([now.at, now.points], [[5_000, 0], [[-5_000, 0], [5_000, 0]]]);
  assert.equal(linkNow({ props: { ends: ['a', 'gone'] } }, objects, place), null);
});

test('each handle, pulled to where it is, changes nothing', () => {
  const polygon = { sort: 'zone', props: { at: [0, 0], shape: 'polygon', size: [9, 9], points: [[0, 0], [4_000, 0], [0, 3_000]] } };
  for (const record of [
    token(1_000, 2_000, { facing: 45 }),
    { sort: 'equipment', props: { at: [0, 0], item: 'goal', turn: 120 } },
    { sort: 'text', props: { at: [0, 0], text: 'x', turn: 30 } },
    { sort: 'zone', props: { at: [500, 0], size: [8_000, 3_000], turn: 30 } },
    { sort: 'measure', props: { at: [0, 0], points: [[0, 0], [3_000, 4_000]] } },
    { ...polygon, props: { ...polygon.props, size: [4_000, 3_000] } },
  ])
    for (const upright of [false, true])
      for (const { name, at } of handlePoints(record, record.props.at, { ...CAMERA, upright })) {
        const set = reshaped(record, name, at, upright);
        const kept = Object.fromEntries(Object.keys(set).map((key) => [key, record.props[key]]));
        assert.deepEqual(set, kept, `${record.sort} ${name} ${upright}`);
      }
  const arrow = { sort: 'arrow', props: { at: [0, 0], points: [[0, 0], [8_000, 0]] } };
  assert.deepEqual(reshaped(arrow, 'middle', [4_000, 3_000], false), {
    points: [[0, 0], [4_000, 3_000], [8_000, 0]],
    curve: true,
  });
});

test('shirts that somebody cannot tell apart get a pattern, and the pairs offered never do', () => {
  const wearing = (home, away) => ({
    h: token(0, 0, { side: 'home', fill: home }),
    a: token(0, 0, { side: 'away', fill: away }),
  });
  assert.equal(needsPattern(wearing('#166534', '#78350f')), true);
  assert.equal(needsPattern(wearing('#1d4ed8', '#ffd23f')), false);
  for (const [home, away] of SAFE_PAIRS)
    assert.ok(leastDistance(home, away) > 2 * ALIKE, `${home} ${away} ${leastDistance(home, away)}`);
  for (const sight of ['protan', 'deutan', 'tritan'])
    for (const grey of ['#000000', '#808080', '#ffffff']) assert.equal(seenBy(sight, grey), grey);
});

test('conventions: each sport says what each line means, once', () => {
  for (const sport of ['soccer', 'basketball_fiba', 'american_football', 'ice_hockey', 'handball']) {
    const means = conventionsOf(sport).map(({ stroke, head }) => `${stroke} ${head}`);
    assert.equal(new Set(means).size, means.length);
    assert.ok(means.includes('solid bar'), sport);
    assert.equal(strokeChoices(sport).length, 6);
  }
  assert.equal(conventionsOf('basketball_nba').find(({ name }) => name === 'Dribble').stroke, 'zigzag');
});

test('each style of line has a way of its own', () => {
  const ways = [{}, { wave: 400 }, { zigzag: 400 }, { double: 400 }].map((style) =>
    strokePath([[0, 0], [20_000, 0]], style),
  );
  assert.equal(new Set(ways).size, 4);
  assert.equal(ways[3].match(/M/gu).length, 2);
  assert.ok(ways[2].match(/L/gu).length < ways[1].match(/L/gu).length);
});

test('lengths are in the units of the sport unless the board says others', () => {
  assert.equal(lengthWords(12_345, unitsOf({ sport: 'soccer', units: 'auto' })), '12.3 m');
  assert.equal(lengthWords(9_144, unitsOf({ sport: 'american_football' })), '10.0 yd');
  assert.equal(lengthWords(3_048, unitsOf({ sport: 'soccer', units: 'ft' })), '10 ft');
});

test('a bench is outside the touchline, beside the own half, and is filled once', () => {
  const bench = benchOf({}, SOCCER, 'home', 7);
  assert.equal(bench.length, 7);
  assert.ok(bench.every(({ props }) => props.at[1] > 34_000 && props.at[0] < 0));
  assert.deepEqual(bench.map(({ props }) => props.number), [12, 13, 14, 15, 16, 17, 18]);
  const red = { sort: 'token', props: { at: [0, 0], side: 'home', number: 13, fill: '#dc2626', trim: null } };
  const [twelve, fourteen] = benchOf({ red }, SOCCER, 'home', 2);
  assert.deepEqual([twelve.props.fill, fourteen.props.number], ['#dc2626', 14]);
  assert.ok(!('trim' in twelve.props));
  const there = Object.fromEntries(bench.map((one) => [one.id, one]));
  const more = benchOf(there, SOCCER, 'home', 20);
  assert.ok(more.length > 0 && more.every(({ props }) => bench.every((one) => one.props.at[0] !== props.at[0])));
});

test('refusals name who and what next; a locked layer is not offered', () => {
  const names = { a_ben: 'Ben' };
  const words = (code, detail) => refusalWords({ code, detail }, names, () => token(0, 0, { number: 9 }));
  assert.match(words('locked', { layer: 'marks', by: 'a_ben', id: 'o' }), /^Ben has locked all marks\. Ask/u);
  assert.match(words('bad_property', { why: 'reference', to: 'o', by: 'a_ben', property: 'ends' }), /^Ben has deleted 9/u);
  assert.match(words('limit_reached', { limit: 'OBJECTS_MAX', max: 2_000 }), /2,000 objects already/u);
  const photos = words('limit_reached', { limit: 'PHOTOS_CHARACTERS_MAX', max: 1_000_000 });
  assert.match(photos, /^The photos of this board/u);
  assert.doesNotMatch(photos, /object|1,000,000/u);
  const who = { role: 'editor', me: 'a_ana', layers: { players: 'a_ben' } };
  assert.equal(layerLockedBy(who, 'token'), 'a_ben');
  assert.equal(mayTouch(who, token(0, 0)), false);
  assert.equal(mayTouch({ ...who, me: 'a_ben' }, token(0, 0)), true);
  assert.equal(mayTouch({ ...who, role: 'owner' }, token(0, 0)), true);
  assert.equal(mayTouch(who, { sort: 'arrow' }), true);
});
