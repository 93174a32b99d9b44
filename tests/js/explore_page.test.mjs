/** The page of questions, read as a person reads it: what stands there, what a press asks for, what is drawn. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { all, named, recorded, textOf, the } from './support/described.mjs';
import './support/served_paths.mjs';

globalThis.matchMedia ??= () => ({ matches: false, addEventListener: () => {} });
globalThis.localStorage ??= { getItem: () => null, setItem: () => undefined };
globalThis.addEventListener ??= () => undefined;
globalThis.document ??= { querySelector: () => null };
globalThis.requestAnimationFrame ??= (run) => run();
globalThis.location ??= { hash: '', pathname: '/explore.html' };
delete globalThis.BroadcastChannel; // open, it would keep this process
const page = (name) => import(`../../clients/demo/explore/${name}.js`);
const { addressOf, CHOICES, conditionCount, drawnBy, emptyQuestion, groupsRequest, MEASURES, playsRequest, questionOf, spreadRequest, toggled, totalRequest, withGroups, withRange, withValues } =
  await page('question');
const { exampleQuestions } = await page('examples');
const { binsOf, middleOf, rangeOf, scaleOf, ticksOf } = await page('scales');
const { inOrder } = await page('charts');
const { playersRequest, playersOf } = await page('options');
const { makeActs } = await page('acts');
const { initialUi } = await page('ui');
const { explorerView } = await page('view');
const { conditionsOf, measureWords, problemOf, questionWords, situationWords, whenWords } = await page('words');

const sum = (by, more = {}) => ({ by, plays: 10, name: '', team: '', yards: 54, yards_average: 5.4, success_rate: 0.4567, epa: 1200, epa_average: 120, touchdowns: 1, turnovers: 0, first_downs: 3, ...more });
const play = (id, more = {}) => ({
  ...{ room: 'r_a', game: 'g', season: 3, week: 2, play: id, quarter: 2, clock: 721, down: 3, to_go: 7, field: 80, drive: 1, offence: 'HAR', defence: 'ELM' },
  ...{ score: 0, kind: 'pass', results: ['big'], yards: 21, success: true, epa: 1500, formation: 'SHOTGUN', personnel: '', text: 'A pass.', ...more },
});

function shown(more = {}, narrow = false, acts = recorded()) {
  const ui = { ...initialUi(), total: sum({}), asOf: 1e12, answeredAt: 1e12, plays: [play(1), play(2)], everything: 10, ...more };
  ui.of = more.of ?? ui.question;
  ui.answered = more.answered ?? addressOf(ui.of);
  return { view: explorerView({ ui, narrow, away: ui.problem?.kind === 'offline' }, acts), acts };
}
const tested = (view, id) => [...all(view)].find(({ props }) => props['data-testid'] === id);
const asked = (hash) => questionOf(hash);

test('XP1 an address and its question are the same, whatever is asked', () => {
  const hashes = [
    '',
    'downs=3,4&distances=long&zones=red,goal_to_go&quarters=1,5&states=one_score&kinds=pass&results=touchdown&by=player,week&order=success&minimum=5&limit=40&show=groups',
    'seasons=2019&weeks=0,3&teams=NE&offences=NE,BUF&defences=DAL&players=00-0019596&roles=receiver&yards=20..&score=..-1&epa=-0.5..1.5&show=spread&measure=field',
    'formations=SHOTGUN,I_FORM&personnel=1%20RB%2C%201%20TE%2C%203%20WR&two_minute=1&sort=yards&sort_ascending=1',
    'by=down&order=keys&show=scatter&across=plays&up=epa&ascending=1',
  ];
  for (const hash of hashes) {
    const question = asked(hash);
    assert.deepEqual(asked(addressOf(question)), question);
    assert.equal(addressOf(asked(addressOf(question))), addressOf(question));
    if (hash) assert.notEqual(addressOf(question), '', hash);
  }
  assert.deepEqual(asked(hashes[3]).where.personnel, ['1 RB, 1 TE, 3 WR']);
});

test('XP1 what cannot be in a question is left out of an address', () => {
  const wild = 'downs=9,x,3&zones=moon&teams=ne,TOOLONG&by=nonsense,down&order=rm&limit=0&minimum=-1&yards=a..b&players=%E0%A4%A&feeds=r_1&show=groups&__proto__=1&roles=passer';
  const question = asked(wild);
  assert.deepEqual(question.where, { downs: [3] });
  assert.deepEqual([question.by, question.order, question.limit, question.minimum], [['down'], 'plays', 20, 1]);
  assert.deepEqual(question.ranges, {});
  assert.equal(asked('show=groups').show, 'plays');
});

test('XP1 a question is sent as the server has it', () => {
  const question = asked('downs=3&quarters=4,5&yards=20..&epa=-0.5..&two_minute=1&players=p&roles=passer&by=kind&order=success&ascending=1&minimum=5');
  const where = {
    ...{ downs: [3], quarters: [4, 5, 6, 7, 8], players: ['p'], roles: ['passer'], two_minute: true },
    ranges: { yards: [20, null], epa: [-500, null] },
  };
  assert.deepEqual(totalRequest(question), { where, total: true });
  assert.deepEqual(groupsRequest(question), { where, by: ['kind'], order: 'success', descending: false, minimum: 5, limit: 20 });
  assert.deepEqual(spreadRequest(question), { where, by: ['yards'], limit: 500 });
  assert.deepEqual(playsRequest(question, 'c'), { where, order: 'newest', descending: true, limit: 50, cursor: 'c' });
});

test('XP1 parts in a play are asked of players alone', () => {
  const byPlayer = asked('by=player&roles=receiver');
  assert.deepEqual(groupsRequest(byPlayer).where, { roles: ['receiver'] });
  assert.deepEqual(totalRequest(byPlayer).where, {});
  assert.deepEqual(withGroups(byPlayer, []).where, {});
  assert.deepEqual(withValues(asked('players=p&roles=passer'), 'players', []).where, {});
});

test('XP1 values go on and off, groups of time stand in their order', () => {
  const once = toggled(emptyQuestion(), 'downs', 3);
  assert.deepEqual(once.where, { downs: [3] });
  assert.deepEqual(toggled(once, 'downs', 3).where, {});
  assert.equal(conditionCount(withRange(once, 'yards', [1, null])), 2);
  assert.deepEqual(withRange(withRange(once, 'yards', [1, null]), 'yards', [null, null]).ranges, {});
  assert.deepEqual([withGroups(once, ['week', '']).order, withGroups(once, ['week', '']).show], ['keys', 'groups']);
  assert.equal(withGroups(withGroups(once, ['week']), ['offence']).order, 'plays');
  assert.deepEqual(withGroups(once, ['week', 'week']).by, ['week']);
  assert.equal(withGroups(asked('by=week&show=scatter'), []).show, 'plays');
});

test('XP1 the examples are the ten questions of the documents', () => {
  const examples = exampleQuestions({ seasons: [2019], offences: ['TB', 'TC'], players: ['00-0000042'] });
  assert.equal(examples.length, 10);
  // As loadtest/bench/questions.py has them, which measures them.
  const source = readFileSync(new URL('../../loadtest/bench/questions.py', import.meta.url), 'utf8');
  assert.equal(source.match(/^ {8}"[^"]+": \{$/gmu).length, 10);
  for (const { address } of examples) {
    const question = questionOf(address);
    assert.ok(conditionCount(question) > 0, address);
    for (const name of Object.keys(question.where)) assert.ok(source.includes(`"${name}"`), `${name} in ${address}`);
    for (const by of question.by) assert.ok(source.includes(`"${by}"`), by);
    if (question.minimum > 1) assert.ok(source.includes(`"minimum": ${question.minimum}`));
    assert.equal(addressOf(question).split('&').length, address.split('&').length - (/show=plays/u.test(address) ? 1 : 0), address);
  }
  assert.equal(exampleQuestions({}).length, 2);
});

test('XP2 bars, spread and middle hold every play', () => {
  const counts = [{ value: -3, plays: 2 }, { value: 0, plays: 5 }, { value: 12, plays: 1 }];
  const bins = binsOf(counts, 70);
  assert.deepEqual([bins.length, bins[0].from, bins.at(-1).to], [16, -3, 12]);
  assert.equal(bins.reduce((all_, { plays }) => all_ + plays, 0), 8);
  const wide = binsOf([...counts, { value: 99, plays: 4 }], 40);
  assert.ok(wide.length <= 40);
  assert.equal(wide.reduce((all_, { plays }) => all_ + plays, 0), 12);
  assert.deepEqual(middleOf(counts), { plays: 8, mean: 6 / 8, median: 0 });
  assert.deepEqual(middleOf([]), { plays: 0, mean: null, median: null });
  assert.deepEqual(binsOf([], 9), []);
});

test('XP2 scales lie between round numbers, also of one value and of none', () => {
  assert.deepEqual(ticksOf(0, 100, 4), [0, 50, 100]);
  assert.deepEqual(ticksOf(-0.2, 0.4, 6), [-0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4]);
  assert.deepEqual(ticksOf(5, 5), [5]);
  assert.equal(scaleOf(0, 10, 0, 100)(5), 50);
  assert.ok(Number.isFinite(scaleOf(3, 3, 0, 100)(3)));
  assert.deepEqual(rangeOf([2, 4], { zero: true }), [0, 4]);
});

test('XP2 groups stand in the order of what they are', () => {
  const sums = [sum({ week: 10 }), sum({ week: 2 }), sum({ week: 1 })];
  assert.deepEqual(inOrder(sums, { by: ['week'], order: 'keys' }).map((one) => one.by.week), [1, 2, 10]);
  assert.equal(inOrder(sums, { by: ['week'], order: 'plays' }), sums);
});

test('XP2 bars have a table beneath, keys go from mark to mark, and a group leads to its plays', () => {
  const question = asked('by=formation&order=success&show=groups');
  const sums = [sum({ formation: 'SHOTGUN' }), sum({ formation: '' }, { success_rate: null }), sum({ formation: 'I_FORM' }, { success_rate: 0.2 })];
  const { view, acts } = shown({ question, sums, mark: 0 });
  const plot = tested(view, 'plot');
  assert.equal(plot.props['aria-valuetext'], 'Shotgun, 10 plays, success 46 %');
  assert.equal(textOf(tested(view, 'readout')), 'Shotgun, 10 plays, success 46 %');
  const key = (name) => plot.props.onkeydown({ key: name, preventDefault: () => undefined });
  for (const name of ['ArrowRight', 'End', 'ArrowLeft', 'Escape']) key(name);
  assert.deepEqual(acts.said, [['mark', 1], ['mark', 2], ['mark', 0], ['mark', null]]);
  const rows = named(tested(view, 'sums'), 'tr', '').slice(1);
  assert.deepEqual(rows.map((row) => textOf(row).split(' ').slice(0, 3).join(' ')), ['Shotgun 10 5.4', 'Not said 10', 'I form 10']);
  assert.match(textOf(rows[1]), /–/u);
  the(view, 'button', 'Shotgun').props.onclick();
  assert.equal(acts.said.at(-1)[0], 'narrow');
  assert.equal(named(tested(view, 'sums'), 'button', 'Not said').length, 0);
});

test('XP2 a group is narrowed to by its conditions, and nothing is grouped any more', () => {
  const said = [];
  const explorer = { ui: { ...initialUi(), question: asked('downs=3&by=player,week&show=groups') }, ask: (question) => said.push(addressOf(question)), announcer: {} };
  const act = makeActs(explorer);
  act.narrow(sum({ player: 'p', week: 2 }));
  act.clear();
  act.drop({ name: 'downs', value: 3 });
  assert.deepEqual(said, ['downs=3&players=p&weeks=2', 'by=player,week&show=groups', 'by=player,week&show=groups']);
});

test('XP2 dots and spreads are drawn of what is known, and say what is not', () => {
  const question = asked('by=offence&show=scatter&up=epa');
  const sums = [sum({ offence: 'AAA' }), sum({ offence: 'BBB' }, { epa_average: null })];
  const { view } = shown({ question, sums });
  assert.equal(named(tested(view, 'plot'), 'circle', '').length, 1);
  assert.match(textOf(view), /1 group without one of the measures/u);
  const none = shown({ question, sums: sums.slice(1) }).view;
  assert.match(textOf(tested(none, 'unknown')), /No source says both/u);
  const spread = shown({ question: asked('show=spread'), spread: [sum({ yards: 3 }), sum({ yards: 5 }, { plays: 30 })] }).view;
  assert.match(textOf(tested(spread, 'middle')), /40 plays, 4.5 yards in the mean, 5 in the middle, from 3 to 5/u);
  assert.match(textOf(shown({ question: asked('show=spread'), spread: [] }).view), /they gain no yards/u);
});

test('XP2 an answer is drawn by the question that it answers until the next one is there', () => {
  const before = asked('kinds=run&show=spread');
  const spread = [sum({ yards: 3 })];
  for (const after of ['kinds=run&show=spread&measure=field', 'by=down&show=groups', 'by=down&show=scatter', 'show=plays', ''])
    assert.match(textOf(tested(shown({ question: asked(after), of: before, spread, plays: null }).view, 'middle')), /10 plays, 3.0 yards/u, after);
  const groups = asked('by=down&show=groups');
  const stale = shown({ question: asked('by=week,kind&show=groups'), of: groups, sums: [sum({ down: 3 })], plays: null }).view;
  assert.match(textOf(tested(stale, 'sums')), /3rd/u);
  assert.equal(drawnBy(asked('by=down&show=scatter'), asked('by=down&show=scatter&up=epa')).up, 'epa');
});

test('XP3 a play says where it was, what came of it, and leads to a game of ones own alone', () => {
  const { view, acts } = shown({ next: 'c', games: { r_a: { name: 'Ours', path: '/feed.html#room=r_a' } }, plays: [play(1), play(2, { room: 'r_b', yards: null, epa: null, field: null, clock: null })] });
  const text = textOf([...all(tested(view, 'plays'))].filter(({ make }) => make).map((one) => one.make()));
  assert.match(text, /HAR against ELM · 3rd and 7, own 20 · Q2 12:01 21 yd EPA \+1.50 Big play A pass./u);
  const links = [...all(tested(view, 'plays'))].filter(({ make }) => make).flatMap((one) => named([one.make()], 'a', ''));
  assert.deepEqual(links.map(({ props }) => props.href), ['/feed.html#room=r_a']);
  tested(view, 'more').props.onclick();
  assert.equal(acts.said[0][0], 'more');
});

test('XP4 every way without an answer has its words and a way on', () => {
  const of = (more, hash = '') => shown({ question: asked(hash), ...more }).view;
  const none = { total: null, plays: [] };
  assert.ok(tested(of(none), 'nothing-indexed'));
  assert.match(textOf(tested(of(none, 'downs=3'), 'no-match')), /Take it away/u);
  const error = (status, more = {}) => problemOf({ status, message: 'words', ...more }, asked('feeds=r_0123456789012345678901'));
  assert.deepEqual([0, 401, 403, 404, 422, 500, 503].map((status) => error(status).kind), ['offline', 'signed-out', 'not-allowed', 'not-allowed', 'invalid', 'failed', 'too-broad']);
  const broad = of({ problem: error(503), answered: '' }, 'downs=3');
  assert.match(textOf(tested(broad, 'problem-too-broad')), /Narrow it.*Try again/u);
  const offline = of({ problem: error(0) }, 'downs=3');
  assert.match(textOf(tested(offline, 'problem-offline')), /this is the answer as of/u);
  assert.ok(tested(offline, 'total'), 'what was answered stays');
  const loading = shown({ answeredAt: null, total: null }).view;
  assert.equal(named(loading, 'div', 'Loading the answer').length, 1);
  assert.ok(tested(of({ question: asked('by=down&minimum=99&show=groups'), sums: [] }), 'too-few'));
});

test('XP4 on a phone the conditions are behind one button that counts them', () => {
  const closed = shown({ question: asked('downs=3&yards=20..') }, true);
  assert.equal(textOf(tested(closed.view, 'open-form')), 'Conditions (2)');
  assert.equal(tested(closed.view, 'form'), undefined);
  const open = shown({ question: asked('downs=3'), form: true }, true);
  assert.equal(textOf(tested(open.view, 'done')), 'Show 10 plays');
});

test('XP5 every value of the protocol can be asked for', () => {
  const source = readFileSync(new URL('../../protocol/asking.py', import.meta.url), 'utf8');
  const literal = (name) => [...source.match(new RegExp(`^${name} = Literal\\[([^\\]]*)\\]`, 'mu'))[1].matchAll(/"(\w+)"/gu)].map(([, one]) => one).sort();
  assert.deepEqual([...CHOICES.kinds].sort(), literal('Kind'));
  assert.deepEqual([...CHOICES.results].sort(), literal('Result'));
  assert.deepEqual([...CHOICES.roles].sort(), literal('PlayerRole'));
  assert.deepEqual([...CHOICES.zones].sort(), literal('Zone'));
  assert.deepEqual([...CHOICES.states].sort(), literal('ScoreState'));
  assert.deepEqual([...CHOICES.distances].sort(), literal('Distance'));
  const lists = new Set(['season', 'week', 'quarter', 'down']);
  assert.deepEqual(Object.keys(MEASURES).sort(), literal('Measure').filter((one) => !lists.has(one)));
  const { view } = shown({ options: { seasons: [1], weeks: [1], offences: ['HAR'], formations: ['SHOTGUN'], personnel: ['x'], players: ['p'] } });
  const values = [...all(tested(view, 'form'))].map(({ props }) => props['data-value']).filter(Boolean);
  for (const [name, every] of Object.entries(CHOICES)) if (name !== 'roles') for (const one of every) assert.ok(values.includes(`${name} ${one}`), `${name} ${one}`);
});

test('XP5 who can be picked is asked of few plays, or of a season, a team, a game', () => {
  assert.deepEqual(playersRequest(asked('downs=3'), 900), { where: {}, by: ['player'], limit: 500 });
  assert.equal(playersRequest(asked('downs=3'), 1_000_000), null);
  assert.equal(playersRequest(asked(''), null), null);
  assert.deepEqual(playersRequest(asked('downs=3&seasons=2019'), 1_000_000).where, { seasons: [2019] });
  const found = playersOf([sum({ player: 'b' }, { name: 'B.Two', team: 'NE' }), sum({ player: 'a' })], { z: 'Z' });
  assert.deepEqual(found, { people: { z: 'Z', b: 'B.Two NE', a: 'a' }, players: ['a', 'b'] });
});

test('words say situations, measures and questions as people do', () => {
  assert.equal(situationWords(play(1, { field: 5, to_go: 5, down: 1 })), '1st and goal, their 5');
  assert.equal(situationWords(play(1, { field: 50, down: 0 })), 'midfield');
  assert.equal(whenWords({ quarter: 5, clock: 9 }), 'Overtime 0:09');
  assert.deepEqual([measureWords('epa', -120), measureWords('success', 0.5), measureWords('yards', null)], ['−0.12', '50 %', '–']);
  const question = asked('downs=3&distances=long&offences=NE&defences=BUF&yards=20..&two_minute=1&by=formation');
  assert.equal(questionWords(question), '3rd down, Long to go, NE has the ball, against BUF, Yards gained: 20 and more, Last two minutes of a half, by formation');
  assert.equal(questionWords(emptyQuestion()), 'All plays');
  assert.equal(conditionsOf(question).length, 6);
});
