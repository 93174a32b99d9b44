/** Recorded play: what is asked of the server, and what is said of its answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/served_paths.mjs';
import { all, textOf } from './support/described.mjs';

const folder = '../../clients/demo/plays/';
const { holdsWords, oddWords, refusalWords, timeOf, timeWords } = await import(`${folder}words.js`);
const { nothingWanted, requestOf, timesProblem, wantedAfter } = await import(`${folder}wanted.js`);
const { playsView } = await import(`${folder}view.js`);

const files = [{ name: 'a.csv', content: '' }];
const track = {
  form: 'track', name: '7 play 42', source: 'NFL', plays: [], play: null, duration_ms: 46_700,
  passages: [], periods: [], counts: { token: 22, ball: 1, phase: 1, stop: 23 }, plays_for_ms: 46_700, odd: {},
};
const match = {
  ...track, form: 'events', duration_ms: null, plays_for_ms: 0, counts: { token: 1, ball: 1 },
  passages: [{ period: 2, from_ms: 5_000, to_ms: 20_000, label: 'Goal' }],
  periods: [{ period: 1, until_ms: 60_000 }, { period: 2, until_ms: 90_000 }],
};
const idle = { names: [], files, busy: null, problem: null, held: null, wanted: nothingWanted() };

test('times are read as people write them, and written back', () => {
  for (const [text, ms] of [['', null], ['83.5', 83_500], ['1:23.5', 83_500], ['1:23,5', 83_500], ['1:02:03', 3_723_000]])
    assert.equal(timeOf(text), ms, text);
  for (const text of ['soon', '-1', '1:', '1:2:3:4', '1e5']) assert.ok(Number.isNaN(timeOf(text)), text);
  for (const [ms, text] of [[0, '0:00'], [83_500, '1:23.5'], [9_000, '0:09'], [59_960, '1:00'], [6_250, '0:06.3']])
    assert.equal(timeWords(ms), text);
  const wanted = { ...nothingWanted(), from: '5', to: '4' };
  assert.match(timesProblem(wanted), /ends before/);
  assert.match(timesProblem({ ...wanted, to: 'x' }), /minutes and seconds/);
  assert.equal(timesProblem({ ...wanted, to: '' }), null);
});

test('a request says what is wanted of a track, of a match, of a line-up', () => {
  const wanted = { ...nothingWanted(), from: '1', to: '0:03' };
  assert.deepEqual(requestOf(files, track, wanted), { files, play: null, from_ms: 1_000, to_ms: 3_000 });
  assert.deepEqual(requestOf(files, { form: 'line_up' }, wanted), { files, play: null });
  assert.deepEqual(requestOf(files, match, wanted), { files, play: null, phases: true });
  assert.deepEqual(requestOf(files, match, { ...wanted, passage: '0', phases: false }), {
    files, play: null, phases: false, period: 2, from_ms: 5_000, to_ms: 20_000,
  });
  assert.deepEqual(requestOf(files, match, { ...wanted, passage: 'own', period: 2 }), {
    files, play: null, phases: true, period: 2, from_ms: 1_000, to_ms: 3_000,
  });
  assert.deepEqual(requestOf(files, match, { ...wanted, passage: 'line_up' }), { files, play: null, line_up: true });
});

test('another play begins anew, anything else stays', () => {
  const wanted = { ...nothingWanted(), play: 'a', from: '5', name: 'Ours' };
  assert.equal(wantedAfter(wanted, { play: 'b' }).from, '');
  assert.deepEqual(wantedAfter(wanted, { to: '9' }), { ...wanted, to: '9' });
});

test('what files hold and what is odd is told in words', () => {
  assert.equal(holdsWords(track), '22 players, 1 ball, 1 phase, plays 46.7 s');
  assert.equal(holdsWords(match), '1 player, 1 ball, does not move');
  const [known, other] = oddWords({
    no_time: { count: 1_200, examples: ['a:1', 'a:2'] }, of_tomorrow: { count: 1, examples: ['b'] },
  });
  assert.deepEqual(known, { name: 'no_time', words: '1,200 rows without a time were left out', where: 'a:1; a:2' });
  assert.equal(other.words, '1 of tomorrow');
});

test('a refusal names the file and the line', () => {
  const said = (detail, more) => refusalWords({ code: 'invalid', status: 422, message: 'No.', detail, ...more });
  assert.equal(said({ why: 'the header lacks x', file: 'a.csv', line: 1 }), 'a.csv, line 1: the header lacks x.');
  assert.equal(said({ why: 'not a list of anything', file: 'a.json', path: '$' }), 'a.json, $: not a list of anything.');
  assert.match(said({ why: 'the format is not known; say whose it is', file: 'a.txt' }), /^a\.txt: this is none/);
  assert.equal(said({ why: 'give 1 to 12 files' }), 'Give 1 to 12 files.');
  assert.equal(said(null), 'No.');
  assert.match(said(null, { status: 413 }), /larger/);
  assert.match(said({ limit: 'OBJECTS_MAX', max: 2_000 }, { code: 'limit_reached' }), /2,000/);
});

test('the view offers what there is to choose, and makes one board at a time', () => {
  const names = (plays) => [...all(playsView(plays, {}))].map((one) => one.props.name).filter(Boolean);
  assert.deepEqual(names(idle), ['play-files']);
  assert.deepEqual(names({ ...idle, held: track }), ['play-files', 'play-from', 'play-to', 'play-name']);
  const several = { ...track, plays: [{ key: 'a', label: 'A' }, { key: 'b', label: 'B' }], play: 'a' };
  assert.ok(names({ ...idle, held: several }).includes('play'));
  assert.deepEqual(names({ ...idle, held: match }), ['play-files', 'passage', 'play-phases', 'play-name']);
  const own = { ...nothingWanted(), passage: 'own', period: 2 };
  const view = playsView({ ...idle, held: match, wanted: own }, {});
  assert.deepEqual(names({ ...idle, held: match, wanted: own }), [
    'play-files', 'passage', 'period', 'play-from', 'play-to', 'play-phases', 'play-name',
  ]);
  assert.ok([...all(view)].some((one) => one.props.placeholder === '1:30'));
  const make = (plays) =>
    [...all(playsView(plays, {}))].find((one) => one.props.class === 'button primary').props.disabled;
  assert.equal(make({ ...idle, held: track }), false);
  assert.equal(make({ ...idle, held: track, busy: 'read' }), false, 'nobody waits for what is told only');
  assert.equal(make({ ...idle, held: track, busy: 'make' }), true);
  assert.match(textOf(playsView({ ...idle, busy: 'read', names: ['a', 'b', 'c'] }, {})), /Reading a and 2 more/);
});
