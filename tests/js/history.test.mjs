/** Going through time on the board page: which state shows, what two versions differ in, in words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/served_paths.mjs';
import { all, named, recorded, textOf, the } from './support/described.mjs';
import './support/served_paths.mjs';

const { board } = await import('../../clients/js/kinds/board.js');
const { TimeMachine } = await import('../../clients/demo/board/history/time_machine.js');
const { differenceRows, differenceSummary, lengthWords, nameOf, overlayOf, rootsOf } = await import(
  '../../clients/demo/board/history/differences.js'
);
const { eventWords } = await import('../../clients/demo/board/words.js');
const { differenceScene } = await import('../../clients/demo/board/history/difference_scene.js');
const { thumbnail } = await import('../../clients/demo/board/history/thumbnail.js');
const { timeCard } = await import('../../clients/demo/board/history/time_card.js');
const { compareView } = await import('../../clients/demo/board/history/compare_view.js');
const { namedVersions, newestFirst, originLine } = await import(
  '../../clients/demo/board/history/named_versions.js'
);

const SETTINGS = { sport: 'soccer', length_mm: 105_000, width_mm: 68_000, units: 'auto' };
const token = (at, more = {}) => ({ sort: 'token', props: { at, ...more }, v: {}, by: {} });
const stateOf = (objects) => board.initial({ settings: SETTINGS, locked: null, objects, undo: {} });
const OWNER = { role: 'owner', me: 'a_ana', readOnly: false, boardLocked: null };
const VIEWER = { ...OWNER, role: 'viewer' };
const CAMERA = { upright: false, unit: 100 };

/** A server with five versions: a token that goes 1 m to the right in each. */
function past({ known = [] } = {}) {
  const asked = [];
  const waiting = [];
  const entries = new Map(
    known.map((version) => [
      version,
      {
        v: version,
        by: 'a_ana',
        at: version,
        events: [
          { type: 'chat.said', text: 'Go' },
          { type: 'objects.set', changes: [{ id: 'o_1', set: { at: [version * 1_000, 0] } }] },
        ],
      },
    ]),
  );
  const machine = new TimeMachine({
    fetch: (version) => {
      asked.push(version);
      return new Promise((resolve, reject) => waiting.push({ version, resolve, reject }));
    },
    entry: (version) => entries.get(version),
    model: board,
    changed: () => {},
  });
  const answer = async () => {
    const { version, resolve } = waiting.shift();
    resolve(stateOf({ o_1: token([version * 1_000, 0]) }));
    await new Promise((done) => setImmediate(done));
  };
  return { machine, asked, waiting, answer };
}

const placed = ({ state }) => state.objects.o_1.props.at[0] / 1_000;

test('BD43 a version is fetched once, and later ones follow from entries that are known', async () => {
  const { machine, asked, answer } = past({ known: [3, 4] });
  const told = [];
  machine.show(2, (part) => told.push(placed(part)));
  await answer();
  machine.show(4, (part) => told.push(placed(part)));
  machine.show(3, (part) => told.push(placed(part)));
  machine.show(2, (part) => told.push(placed(part)));
  assert.deepEqual(told, [2, 4, 3, 2]);
  assert.deepEqual(asked, [2]);
});

test('BD43 where an entry is missing the server is asked', async () => {
  const { machine, asked, answer } = past({ known: [4] });
  machine.show(2, () => {});
  await answer();
  machine.show(4, () => {});
  await answer();
  assert.deepEqual(asked, [2, 4]);
});

test('HT24 a slider that is pulled along asks for one version at a time, and last for the last', async () => {
  const { machine, asked, answer } = past();
  const told = [];
  for (const version of [9, 8, 7, 6, 5]) machine.show(version, (part) => told.push(placed(part)));
  assert.deepEqual(asked, [9]);
  await answer();
  await answer();
  assert.deepEqual(asked, [9, 5]);
  assert.deepEqual(told, [5]);
});

test('HT24 a version that does not come is told as a problem, and can be asked for again', async () => {
  const { machine, asked, waiting, answer } = past();
  const told = [];
  machine.show(3, ({ problem }) => told.push(problem));
  waiting.shift().reject(new Error('This version is no longer kept.'));
  await new Promise((done) => setImmediate(done));
  machine.show(3, (part) => told.push(placed(part)));
  await answer();
  assert.deepEqual(told, ['This version is no longer kept.', 3]);
  assert.deepEqual(asked, [3, 3]);
});

test('HT24 pictures come one after the other, and those that failed when asked again', async () => {
  const { machine, asked, waiting, answer } = past();
  assert.equal(machine.picture(3), null);
  assert.equal(machine.picture(4), null);
  assert.equal(machine.picture(3), null);
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(asked, [3]);
  waiting.shift().reject(new Error('away'));
  await new Promise((done) => setImmediate(done));
  await answer();
  assert.equal(placed({ state: machine.picture(4) }), 4);
  assert.equal(machine.picture(3), null);
  assert.deepEqual(asked, [3, 4]);
  machine.tryAgain();
  machine.picture(3);
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(asked, [3, 4, 3]);
});

const DIFF = {
  earlier: 2,
  later: 9,
  names: { a_ana: 'Ana Costa', a_ben: 'Ben' },
  settings: { zones: { before: 'none', after: 'lanes', version: 6, by: 'a_ana' } },
  objects: [
    {
      ...{ id: 'o_1', sort: 'token', what: 'changed', version: 8, by: 'a_ben', moved: 4_240 },
      changes: {
        at: { before: [0, 0], after: [3_000, 3_000], version: 8, by: 'a_ben' },
        carrier: { before: null, after: 'o_2', version: 3, by: 'a_ana' },
      },
    },
    { id: 'o_2', sort: 'ball', what: 'added', version: 5, by: 'a_ana', props: { at: [1_000, 0] } },
    {
      ...{ id: 'o_4', sort: 'token', what: 'changed', version: 4, by: 'a_ana' },
      changes: { name: { before: null, after: 'Eva', version: 4, by: 'a_ana' } },
    },
    {
      ...{ id: 'o_5', sort: 'stop', what: 'added', version: 4, by: 'a_ana' },
      props: { at: [0, 0], phase: 'o_p', of: 'o_1' },
    },
    {
      ...{ id: 'o_3', sort: 'token', what: 'removed', version: 7, by: 'a_cy' },
      props: { at: [9_000, 0], number: 7 },
    },
  ],
};
const LATER = stateOf({
  o_1: token([3_000, 3_000], { number: 8 }),
  o_2: { sort: 'ball', props: { at: [1_000, 0] } },
  o_4: token([0, 5_000], { name: 'Eva' }),
});
const ROWS = differenceRows(DIFF, LATER, 'a_ana');

test('BD81 differences in words: what, how far, by whom', () => {
  assert.deepEqual(
    ROWS.map(({ title, detail, who, tone }) => `${title} ${detail} · ${who} · ${tone}`),
    [
      '8 moved 4.2 m, other carrier · Ben · moved',
      'The ball is new · You · added',
      'Eva has another name · You · changed',
      'A step of a player is new · You · added',
      '7 is gone · Somebody · removed',
      'The board has another zones · You · setting',
    ],
  );
  assert.equal(differenceSummary(ROWS), '1 moved, 1 changed, 2 new, 1 gone, 1 of the board');
  assert.equal(differenceSummary([]), 'No difference');
});

test('BD62 of what is chosen, what others bring along is not asked for beside them', () => {
  const later = stateOf({
    o_phase: { sort: 'phase', props: {} },
    'o_phase-1': { sort: 'stop', props: { phase: 'o_phase', of: 'o_1' } },
    o_note: { sort: 'comment', props: { pin: 'o_1' } },
    o_answer: { sort: 'comment', props: { pin: 'o_note' } },
    o_ring: { sort: 'comment', props: { pin: 'o_round' } },
    o_round: { sort: 'comment', props: { pin: 'o_ring' } },
  });
  const gone = { id: 'o_link', sort: 'link', what: 'removed', props: { ends: ['o_1', 'o_2'] } };
  const there = Object.keys(later.objects).map((id) => ({ id, sort: later.objects[id].sort, what: 'added' }));
  const one = { id: 'o_1', sort: 'token', what: 'removed', props: { at: [0, 0] } };
  const rows = differenceRows({ objects: [gone, ...there, one], settings: {}, names: {} }, later, 'a_ana');
  const all = new Set(rows.map(({ id }) => id));
  assert.deepEqual(rootsOf(rows, all), ['o_phase', 'o_1', 'o_ring', 'o_round']);
  assert.deepEqual(rootsOf(rows, new Set(['o_answer', 'o_phase-1'])), ['o_answer', 'o_phase-1']);
});

test("BD81 BD95 lengths are said in the board's units, as the measure on it says them", () => {
  assert.equal(lengthWords(9_144, { sport: 'lacrosse', units: 'auto' }), '10.0 yd');
  assert.equal(lengthWords(9_144, { sport: 'ice_hockey_nhl', units: 'auto' }), '30 ft');
  assert.equal(lengthWords(914, { sport: 'american_football', units: 'auto' }), '1.0 yd');
  assert.equal(lengthWords(3_048, { sport: 'basketball_nba' }), '10 ft');
  assert.equal(lengthWords(12_345, { sport: 'american_football', units: 'm' }), '12.3 m');
  assert.equal(lengthWords(1_250, undefined), '1.3 m');
});

test('BD45 BD62 the timeline says what a board was set to, and what went back', () => {
  const set = { type: 'board.configured', length_mm: 40_000, width_mm: 20_000, conflicts: 'latest' };
  assert.equal(
    eventWords({ ...set, sport: 'futsal' }, {}),
    'set the board: Futsal, conflicts go to the latest',
  );
  assert.equal(
    eventWords({ ...set, sport: 'soccer', part: 'half', stripes: false, zones: 'lanes', units: 'ft' }, {}),
    'set the board: Soccer, half of the pitch, no stripes, zones lanes, lengths in ft, conflicts go to the latest',
  );
  const restored = { type: 'history.restored', version: 2 };
  const find = () => token([0, 0], { number: 8 });
  const changes = [{ id: 'o_1', set: { at: [0, 0] } }];
  assert.equal(eventWords({ ...restored, changes }, {}, find), 'went back to version 2 with 8');
  assert.equal(
    eventWords({ ...restored, changes, deleted: ['o_2'] }, {}, find),
    'went back to version 2 with 2 objects',
  );
});

test('BD80 every sort has a name for people', () => {
  assert.equal(nameOf('phase', { name: 'Press' }), 'the phase “Press”');
  assert.equal(nameOf('equipment', { item: 'mini_goal' }), 'a mini goal');
  assert.equal(nameOf('comment', { text: 'x'.repeat(40) }), `the comment “${'x'.repeat(23)}…”`);
  assert.equal(nameOf('something later', {}), 'a thing');
});

test('BD80 drawn on the pitch is what has a place there: where from, where to', () => {
  const overlay = overlayOf(DIFF, LATER, ROWS);
  assert.deepEqual(
    overlay.map(({ id, tone, from, at, words }) => [id, tone, from, at, words]),
    [
      ['o_1', 'moved', [0, 0], [3_000, 3_000], '4.2 m · Ben'],
      ['o_2', 'added', null, [1_000, 0], 'You'],
      ['o_4', 'changed', null, [0, 5_000], 'You'],
      ['o_3', 'removed', null, [9_000, 0], 'Somebody'],
    ],
  );
  const drawn = [...all(differenceScene(overlay, CAMERA, SETTINGS, new Set(['o_3'])))];
  const of = (id) => drawn.find(({ props }) => props['data-difference'] === id);
  assert.equal([...all(of('o_1'))].filter(({ props }) => props.class === 'way').length, 1);
  assert.equal(of('o_2').props.class, 'difference added');
  assert.equal(of('o_3').props['data-chosen'], true);
  assert.equal([...all(of('o_3'))].filter(({ props }) => props.class === 'gone').length, 1);
});

test('BD80 two versions of the same place draw no way between', () => {
  const one = { ...overlayOf(DIFF, LATER, ROWS)[0], from: [3_000, 3_000] };
  const drawn = [...all(differenceScene([one], CAMERA, SETTINGS, new Set()))];
  assert.equal(drawn.filter(({ props }) => props.class === 'way').length, 0);
});

const COMPARE = { from: 2, to: 9, rows: ROWS, chosen: new Set(), problem: null, overlay: [] };
const comparing = (more = {}, who = OWNER) =>
  [{ compare: { ...COMPARE, ...more }, last: 12, named: { 4: { name: 'Half time', by: 'a_ana', at: 1 } }, names: {}, who }];

test('BD62 what is chosen of the list comes back, all of it or some', () => {
  const act = recorded();
  const view = compareView(...comparing({ chosen: new Set(['o_1', 'o_3']) }), act);
  the(view, 'button', 'Bring 2 things back to version 2').props.onclick();
  const boxes = [...all(view)].filter(({ props }) => props.type === 'checkbox');
  assert.deepEqual(
    boxes.map(({ props }) => props['.checked']),
    [true, false, false, false, true],
  );
  boxes[1].props.onchange({ target: { checked: true } });
  the(view, 'button', 'Choose all').props.onclick();
  assert.deepEqual(act.said.slice(1), [
    ['chooseDifference', 'o_2', true],
    ['chooseDifferences', ['o_1', 'o_2', 'o_4', 'o_5', 'o_3']],
  ]);
  assert.equal(act.said[0][0], 'restoreChosen');
  const none = compareView(...comparing(), act);
  assert.equal(the(none, 'button', 'Bring chosen back').props.disabled, true);
});

test('BD5 who may not restore sees the differences without boxes', () => {
  const view = compareView(...comparing({}, VIEWER), recorded());
  assert.equal([...all(view)].filter(({ props }) => props.type === 'checkbox').length, 0);
  assert.equal(named(view, 'button', 'Bring').length, 0);
  assert.match(textOf(view), /8 moved 4\.2 m/u);
});

test('HT90 versions to compare: named ones, those compared, now', () => {
  const view = compareView(...comparing(), recorded());
  const [from] = [...all(view)].filter(({ props }) => props.name === 'compare-from');
  assert.deepEqual(
    [...all(from)].filter(({ tag }) => tag === 'option').map((one) => textOf(one.children)),
    ['Now (v12)', 'Version 9', 'Half time (v4)', 'Version 2'],
  );
});

const CARD = {
  ...{ past: null, form: null, last: 9, entry: null, names: { a_ana: 'Ana Costa' } },
  ...{ find: () => undefined, who: OWNER, called: '', boardName: 'Saturday' },
};

test('BD57 a version is named, renamed and loses its name', () => {
  const act = recorded();
  const form = { what: 'name', version: 4, busy: false, problem: null };
  const shown = { ...CARD, past: { version: 4 }, form, called: 'Half time' };
  const view = timeCard(shown, act);
  const [filled] = [...all(view)].filter(({ tag }) => tag === 'form');
  const elements = { 'version-name': { value: ' Corner ' } };
  filled.props.onsubmit({ preventDefault: () => {}, target: { elements } });
  the(view, 'button', 'Remove name').props.onclick();
  assert.deepEqual(act.said, [
    ['nameVersion', 4, 'Corner'],
    ['nameVersion', 4, null],
  ]);
  assert.equal(named(timeCard({ ...CARD, who: VIEWER }, act), 'button', 'Name').length, 0);
});

test('HT91 a viewer may fork, and is told what went wrong', () => {
  const form = { what: 'fork', version: 9, busy: false, problem: 'There are too many of them.' };
  const act = recorded();
  const view = timeCard({ ...CARD, who: VIEWER, form }, act);
  assert.match(textOf(view), /Name of the new board, made of version 9/u);
  assert.match(textOf(view), /too many of them/u);
  const [filled] = [...all(view)].filter(({ tag }) => tag === 'form');
  const elements = { 'version-name': { value: 'B' } };
  filled.props.onsubmit({ preventDefault: () => {}, target: { elements } });
  assert.deepEqual(act.said, [['fork', 9, 'B']]);
});

test('HT24 the slider says which version shows, when, and what was done', () => {
  const entry = { at: 0, by: 'a_ana', events: [{ type: 'undone', of: 3 }] };
  const view = timeCard({ ...CARD, past: { version: 4 }, entry, called: 'Half time' }, recorded());
  const [slider] = [...all(view)].filter(({ props }) => props.type === 'range');
  assert.match(slider.props['aria-valuetext'], /“Half time”, version 4, .+: Ana Costa took back/u);
  assert.equal(slider.props['.value'], '4');
  assert.match(textOf(timeCard(CARD, recorded())), /Version 9, now/u);
});

test('BD57 named versions are listed newest first, with pictures', () => {
  const all_ = { 4: { name: 'Start', by: 'a_ana', at: 1 }, 17: { name: 'End', by: 'a_ben', at: 2 } };
  assert.deepEqual(newestFirst(all_).map(({ version }) => version), [17, 4]);
  const model = { named: all_, names: {}, shown: 17, picture: () => LATER };
  const view = namedVersions(model, recorded());
  assert.equal([...all(view)].filter(({ props }) => props.class === 'thumb miniature').length, 2);
  assert.equal(namedVersions({ ...model, named: {} }, recorded()), null);
});

test('BD57 a picture shows players, balls and marks, and waits as a skeleton', () => {
  const state = stateOf({
    ...LATER.objects,
    o_5: { sort: 'arrow', props: { at: [0, 0], points: [[0, 0], [5, 5]] } },
    o_6: { sort: 'zone', props: { at: [0, 0], size: [10, 10] } },
    o_7: { sort: 'phase', props: { rank: 'a', duration: 900 } },
    o_8: { sort: 'equipment', props: { at: [4_000, 3_000], item: 'cone', turn: 30 } },
    o_9: { sort: 'link', props: { ends: ['o_5', 'o_8'], ink: '#ff0000' } },
    o_10: { sort: 'link', props: { ends: ['o_5', 'o_gone'] } },
  });
  const seen = [...all(thumbnail(state))];
  const item = seen.find(({ props }) => props.class === 'thumb-item');
  assert.equal(item.props.transform, 'translate(4000 3000) rotate(30)');
  assert.ok(item.children.length > 0);
  const links = seen.filter(({ props }) => props.points === '0,0 4000,3000');
  assert.deepEqual(links.map(({ props }) => props.stroke), ['#ff0000']);
  const classes = seen.map(({ props }) => props.class);
  assert.equal(classes.filter((one) => one === 'thumb-token').length, 2);
  for (const one of ['thumb-ball', 'thumb-mark', 'thumb-zone']) assert.ok(classes.includes(one));
  assert.equal(thumbnail(null).props.class, 'thumb skeleton');
});

test('HT91 a fork links to its origin', () => {
  const line = originLine({ room: 'r_1', version: 7 }, [{ id: 'r_1', name: 'Saturday' }]);
  assert.match(textOf(line), /Forked from “Saturday” , version 7/u);
  assert.equal(the(line, 'a', 'Saturday').props.href, '/board.html#room=r_1');
  assert.match(textOf(originLine({ room: 'r_2', version: 7 }, [])), /another board/u);
  assert.equal(originLine(null, []), null);
});
