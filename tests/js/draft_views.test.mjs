/** The views of a draft, read as a person reads them: what stands there, and what a press asks for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, fields, named, recorded, textOf, the } from './support/described.mjs';
import './support/served_paths.mjs';
import { live, modelOf, opened, picked, played, waiting } from './support/drafts.mjs';

globalThis.matchMedia ??= () => ({ matches: false, addEventListener: () => {} });
const { draftView } = await import('../../clients/demo/draft/view.js');
const { initialUi } = await import('../../clients/demo/draft/ui.js');
const { found, everybody } = await import('../../clients/demo/draft/search.js');
const { room } = await import('../../clients/demo/draft/rosters.js');
const { settingsForm } = await import('../../clients/demo/draft/settings_form.js');
const { settingsFrom } = await import('../../clients/demo/draft/settings_values.js');
const { rosterNamed, ROSTERS } = await import('../../clients/demo/draft/ready_rosters.js');
const { matrixFrom, minutesOf, slotsFrom, slotsText, timeOf } = await import('../../clients/demo/draft/settings_text.js');
const { settingsOf } = await import('../../clients/demo/draft/reading.js');
const { readPool, inParts, csvLines } = await import('../../clients/demo/draft/pool_file.js');
const { completed, isEmote, isMeant, partsOf, suggestions } = await import('../../clients/demo/draft/mentions.js');
const { refusalWords } = await import('../../clients/demo/draft/refusal_words.js');
const { h } = await import('../../clients/demo/parts/view.js');
const { DraftChat } = await import('../../clients/demo/draft/draft_chat.js');
const { fileName } = await import('../../clients/demo/draft/export_formats.js');
const { madeUp } = await import('../../clients/demo/draft/pool_maker.js');
const { idOf } = await import('../../clients/demo/draft/office_acts.js');
const { changeWords } = await import('../../clients/demo/draft/words.js');
const { teamWorths } = await import('../../clients/demo/draft/recap_view.js');
const { boards } = await import('../../clients/demo/account/team_boards.js');
const { draftRequest, draftsOf, fileProblem, newDraft, ownDrafts } = await import('../../clients/demo/start/drafts.js');

function shown(state, { ui = {}, ...more } = {}, acts = recorded()) {
  const model = modelOf(state, {
    ui: { ...initialUi(), ...ui },
    results: found(state, { ...everybody(), ...ui.wanted }, state.mine.lists),
    fits: room(state, 1),
    ...more,
  });
  return { view: draftView(model, acts), acts };
}

const running = () => played(waiting(), live, opened(1, 1));
const press = (view, words, tag = 'button') => the(view, tag, words).props.onclick();
const tested = (view, id) => [...all(view)].find(({ props }) => props['data-testid'] === id);

test('the waiting room says the rules, the players, what is missing, and lets one take a free team', () => {
  const { view, acts } = shown(waiting(), { mine: null, owner: false, role: 'editor' });
  assert.match(textOf(tested(view, 'rules')), /Snake, 3 teams, 4 rounds, 90 s a pick\. Rosters: QB, RB, FLEX, BN\./u);
  assert.match(textOf(tested(view, 'pool-state')), /6 players: 2 QB, 2 RB, 2 WR/u);
  assert.match(textOf(view), /6 players for 12 places/u);
  assert.match(textOf(view), /One team has nobody/u);
  press(view, 'Take Greens');
  assert.deepEqual(acts.said, [['claim', 3]]);
  assert.equal(named(view, 'button', 'Start the draft').length, 0);
  const owner = shown(waiting());
  press(owner.view, 'Start the draft');
  press(owner.view, 'A computer plays for Blues');
  assert.deepEqual(owner.acts.said, [['start'], ['setSeat', 2, { cpu: false }]]);
});

test('who is on the clock stands at the top, with when ones own turn comes', () => {
  const { view } = shown(running(), { mine: 3 });
  assert.equal(textOf(tested(view, 'on-the-clock')), 'Reds is on the clock');
  assert.equal(textOf(tested(view, 'until')), 'You pick in 2');
  const clock = [...all(view)].find(({ tag }) => tag === 'draft-clock');
  assert.equal(clock.props['.model'].turn.deadline, 91_000);
  const paused = shown({ ...running(), phase: 'paused' });
  assert.match(textOf(paused.view), /Paused by the commissioner/u);
});

test('on ones turn the chosen player has a big button; while a pick is on its way it cannot be pressed twice', () => {
  const { view, acts } = shown(running(), { ui: { chosen: 'p1' } });
  press(view, 'Draft Patrick Mahomes');
  assert.deepEqual(acts.said, [['take', 'p1']]);
  const sending = shown(running(), { ui: { chosen: 'p1' }, sending: true });
  assert.equal(tested(sending.view, 'draft-player').props.disabled, true);
  const others = shown(running(), { ui: { chosen: 'p1' }, mine: 2 });
  assert.equal(tested(others.view, 'draft-player'), undefined);
});

test('DR83 a refusal stands beside what it is about', () => {
  const { view, acts } = shown(running(), { ui: { chosen: 'p1', refusal: { anchor: 'chosen', text: 'Blues has him already.' } } });
  assert.match(textOf(tested(view, 'chosen')), /Blues has him already/u);
  press(view, 'Understood');
  assert.deepEqual(acts.said, [['dismiss']]);
});

test('the board has every cell, with letters, and badges for what was traded, automatic or kept', () => {
  const state = played(
    running(),
    picked(1, 1, 'p1', 'auto', { source: 'queue' }),
    { type: 'trade.made', a: 2, b: 3, a_cells: [2], b_cells: [] },
    opened(2, 3),
    picked(6, 1, 'p2', 'keeper'),
  );
  const { view } = shown(state);
  const grid = tested(view, 'grid');
  const cells = [...all(grid)].filter(({ make }) => make).map(({ make }) => make());
  assert.equal(cells.length, 12);
  const text = cells.map((cell) => textOf(cell)).join(' | ');
  assert.match(text, /Patrick Mahomes QB · KC · 1\.01 A/u);
  assert.match(text, /→ Greens on the clock/u);
  assert.match(text, /José Peña-Ríos RB · SF · 2\.03 K/u);
  const labels = cells.flatMap((cell) => [...all(cell)].map(({ props }) => props['aria-label'])).filter(Boolean);
  assert.ok(labels.includes('1.01, Reds: Patrick Mahomes, QB, autopick from the queue'));
});

test('the board is one stop for Tab, and the arrows go from pick to pick', () => {
  const { view } = shown(played(running(), picked(1, 1, 'p1')));
  const grid = [...all(view)].find(({ props }) => props.class === 'grid-box');
  assert.equal(grid.props.tabindex, 0);
  const heads = [...all(grid)].filter(({ tag }) => tag === 'button');
  assert.deepEqual(heads.map(({ props }) => props.tabindex), [-1, -1, -1]);
  const went = [];
  const cell = (name) => ({ name, querySelector: () => (name ? { focus: () => went.push(name) } : null) });
  const rows = [['', 'A', 'B'], ['', '', '1.02'], ['', '2.01', '']].map((row) => ({ children: row.map(cell) }));
  const at = (y, x) => ({ closest: () => rows[y]?.children[x] ?? null });
  const press = (key, target) =>
    grid.props.onkeydown({ key, target, currentTarget: { querySelectorAll: () => rows }, preventDefault: () => went.push('!') });
  press('ArrowDown', at(9, 9));
  press('ArrowRight', at(0, 1));
  press('ArrowDown', at(0, 1));
  press('ArrowDown', at(1, 2));
  press('Tab', at(0, 1));
  assert.deepEqual(went, ['!', 'A', '!', 'B', '!', '2.01']);
});

test('the queue is private, in order, and moved by buttons and keys', () => {
  const state = { ...running(), mine: { lists: { queue: ['p2', 'p1'], ranking: [], avoid: [], watch: [] }, proxies: {} } };
  const { view, acts } = shown(state);
  press(view, 'Move Patrick Mahomes up');
  press(view, 'Take José Peña-Ríos out');
  const row = [...all(view)].find(({ props }) => props['data-queued'] === 'p1');
  row.props.onkeydown({ key: 'ArrowUp', altKey: true });
  assert.deepEqual(acts.said.map(([name, ...rest]) => [name, rest.at(-1)]), [['moveInQueue', -1], ['toggleQueue', 'p2'], ['queueKey', 'p1']]);
  assert.equal([...all(row)].some(({ props }) => props.class === 'grip'), true);
});

test('who is picked for is told, and ends it with one press', () => {
  const state = played(running(), { type: 'seat.changed', seat: 1, team: ['Reds', ['a_ann'], false, true, null, null, 0], why: 'missed' });
  const { view, acts } = shown(state, { auto: true });
  press(view, 'Pick myself again');
  assert.deepEqual(acts.said, [['setAuto', false]]);
});

const auction = () =>
  played(waiting({}, { type: 'auction' }), live, opened(1, 2, { sort: 'bid', player: 'p1' }), { type: 'bid.made', seat: 2, price: 5 });

test('at an auction one sees the standing bid, the most one may bid, and everybodys money', () => {
  const { view, acts } = shown(auction(), { ui: { side: 'team' } });
  assert.match(textOf(tested(view, 'standing-bid')), /\$5 Blues/u);
  assert.match(textOf(tested(view, 'max-bid')), /You have \$200, 4 open places: at most \$197/u);
  press(view, 'Bid $6');
  assert.deepEqual(acts.said, [['bid', 6]]);
  assert.match(textOf(view), /Blues \$200 \$197 4/u);
  const poor = { ...auction(), money: { 1: 7, 2: 200, 3: 200 } };
  assert.match(textOf(shown(poor).view), /You may bid at most \$4/u);
});

test('the maximum that one gave is shown to oneself and taken away with one press', () => {
  const { view, acts } = shown({ ...auction(), mine: { ...auction().mine, proxies: { 1: 40 } } });
  assert.match(textOf(view), /bids for you up to \$40/u);
  press(view, 'Stop');
  assert.deepEqual(acts.said, [['proxy', null]]);
});

test('a guest is told how to keep the team', () => {
  const { view } = shown(running(), { ui: { side: 'team' }, keep: '/sign-up.html' });
  assert.equal(the(view, 'a', 'make an account').props.href, '/sign-up.html');
  assert.equal(named(shown(running(), { ui: { side: 'team' }, keep: null }).view, 'a', 'make an account').length, 0);
});

test('a phone shows one part at a time, with the parts under the thumb', () => {
  const { view, acts } = shown(running(), { narrow: true, ui: { tab: 'board' } });
  assert.ok(tested(view, 'grid'));
  assert.equal(tested(view, 'players'), undefined);
  press(view, 'Queue');
  assert.deepEqual(acts.said, [['tab', 'queue']]);
});

test('on television there is nothing to press but the board itself', () => {
  const { view } = shown(played(running(), picked(1, 1, 'p1'), opened(2, 2)), { tv: true });
  assert.match(textOf(view), /Blues is on the clock/u);
  assert.match(textOf(view), /Patrick Mahomes KC · bye 6/u);
  assert.match(textOf(view), /Next: Greens/u);
  assert.equal(named(view, 'button', 'Share').length, 0);
});

test('television says first that it is paused, and when a draft begins by itself', () => {
  const paused = { ...running(), phase: 'paused' };
  assert.match(textOf(shown(paused, { tv: true }).view), /Pick 1, 1\.01 · Reds is on the clock Paused by the commissioner/u);
  const waits = waiting({}, { start_at: Date.UTC(2026, 7, 30, 18) });
  assert.match(textOf(shown(waits, { tv: true }).view), /Not begun Begins by itself at/u);
});

test('television ends with the best pick, the worst and the best team', () => {
  const over = { ...played(running(), picked(1, 1, 'p3'), picked(2, 2, 'p1')), phase: 'ended', turn: null };
  const { view } = shown(over, { tv: true });
  assert.match(textOf(view), /Steal of the draft/u);
  assert.match(textOf(view), /Best draft/u);
  assert.equal(named(view, 'section', 'Latest pick').length, 0);
});

test('what the commissioner changed is told in words', () => {
  const { pool } = running();
  const said = (before, after) => changeWords({ before, after }, { pool }, { a_1: 'Ana' });
  assert.equal(said({ cpu: false }, { cpu: true }), 'a computer picks: no → a computer picks: yes');
  assert.equal(said({ managers: [] }, { managers: ['a_1'] }), 'managers: nobody → managers: Ana');
  assert.equal(said('p1', null), 'Patrick Mahomes → –');
  assert.equal(said(null, null), null);
});

test('the commissioner has every tool, each with the reason; others have none', () => {
  const { view, acts } = shown(running(), { ui: { side: 'office', office: 'trade', reason: 'Phone died' } });
  for (const words of ['Pause', '+30 s', 'Autopick now', 'Take the last pick back']) press(view, words);
  assert.deepEqual(acts.said.map(([name]) => name), ['pause', 'moreTime', 'force', 'undo']);
  assert.equal(fields(view).reason['.value'], 'Phone died');
  assert.deepEqual([...all(view)].filter(({ props }) => props.name === 'a_cells').map(({ props }) => props.value), [1, 6, 7, 12]);
  const block = shown(auction(), { ui: { side: 'office' } });
  assert.equal(fields(block.view).price.value, '6');
  press(block.view, 'Sell now');
  const nominating = played(waiting({}, { type: 'auction' }), live, opened(1, 2, { sort: 'nominate' }));
  const handed = shown(nominating, { ui: { side: 'office', chosen: 'p1' } });
  press(handed.view, 'Nominate Patrick Mahomes for Blues at $1');
  assert.deepEqual(handed.acts.said, [['pickFor', 'p1', 1]]);
  const { view: plain } = shown(running(), { owner: false, ui: { side: 'office' } });
  assert.match(textOf(plain), /Only the commissioner/u);
});

test('the recap counts what picks were worth, by pick and by team, and what the office did', () => {
  const state = played(
    running(),
    picked(1, 1, 'p3'),
    picked(5, 2, 'p1'),
    { type: 'office.acted', act: 'office.undo', reason: 'Wrong player', before: 'p2', after: null },
  );
  assert.deepEqual(teamWorths(state).map(({ seat, sum }) => [seat, sum]), [[2, 4], [3, 0], [1, -2]]);
  const { view } = shown(state, { ui: { side: 'recap' } });
  const text = textOf(tested(view, 'recap'));
  assert.match(text, /Steals 2\.02 QB Patrick Mahomes Blues · by Ann \+4/u);
  assert.match(text, /Reaches 1\.01 WR D'Andre O'Neal Jr\. Reds · by Ann −2/u);
  assert.match(text, /Ann took picks back: “Wrong player”/u);
  assert.match(text, /José Peña-Ríos → –/u);
});

test('the form of settings gives all settings, keeps what it does not ask for, and null for no limit', () => {
  const settings = settingsOf(waiting({}, { maxima: { QB: 2 }, clock: { bank_s: 60 } }));
  const said = { type: 'auction', teams: '12', pick_s: '', budget: '260', roster: 'own', claims: 'no' };
  const now = settingsFrom(settings, (name) => said[name] ?? null);
  assert.deepEqual([now.type, now.teams, now.clock.pick_s, now.clock.bank_s, now.auction.budget, now.claims], ['auction', 12, null, 60, 260, false]);
  assert.deepEqual([now.maxima, now.slots], [{ QB: 2 }, settings.slots]);
  assert.equal(settingsFrom(settings, (name) => ({ roster: 'soccer', rounds: '4' })[name] ?? null).rounds, 15);
  assert.equal(rosterNamed(ROSTERS.superflex[1]), 'superflex');
  const form = settingsForm({ state: { ...waiting(), phase: 'live' }, ui: initialUi() }, recorded());
  assert.equal('teams' in fields(form), false);
  assert.equal('pick_s' in fields(form), true);
});

test('DR18 a team has up to four managers, and the room more than one commissioner', () => {
  const members = { a_ann: { name: 'Ann', role: 'owner' }, a_ben: { name: 'Ben', role: 'editor' } };
  const room = { ...modelOf(waiting()).room, members };
  const { view, acts } = shown(waiting(), { ui: { side: 'office', office: 'teams' }, room });
  const choice = (words) => [...all(view)].find(({ tag, children }) => tag === 'label' && textOf(children).startsWith(words)).children.at(-1);
  choice('Co-manager 1 of Reds').props.onchange({ target: { value: 'a_ben' } });
  choice('Manager of Reds').props.onchange({ target: { value: '' } });
  assert.deepEqual(acts.said, [['setSeat', 1, { managers: ['a_ann', 'a_ben'] }], ['setSeat', 1, { managers: [] }]]);
  const office = shown(waiting(), { ui: { side: 'office', office: 'people' }, room });
  const added = [...all(tested(office.view, 'commissioners'))].find(({ tag }) => tag === 'select');
  added.props.onchange({ target: { value: 'a_ben' } });
  assert.deepEqual(office.acts.said, [['setCommissioner', 'a_ben', true]]);
  assert.equal(named(office.view, 'button', 'Ann is commissioner no more').length, 0);
  const two = { ...room, members: { ...members, a_ben: { name: 'Ben', role: 'owner' } } };
  const both = shown(waiting(), { ui: { side: 'office', office: 'people' }, room: two });
  press(both.view, 'Ann is commissioner no more');
  assert.deepEqual(both.acts.said, [['setCommissioner', 'a_ann', false]]);
});

test('DR24 the form has every setting: times by round, quiet hours, maxima, places and order of ones own', () => {
  const settings = settingsOf(waiting());
  const said = {
    ...{ type: 'custom', teams: '3', matrix: '1 2 3\n3, 3 1\n', roster: 'own', slots: 'QB QB\n2 FLEX rb/wr\n3 BN bench' },
    ...{ maxima: 'QB RB', 'max-QB': '2', 'max-RB': '', starters_first: 'no', zone: ' Europe/Berlin ', grace_s: '1.5', auto_s: '0.2' },
    ...{ 'round-0': '10', 'round-s-0': '30', 'round-1': '12', 'round-s-1': '', 'round-2': '' },
    ...{ 'quiet-from-0': '22:30', 'quiet-until-0': '07:00', 'quiet-from-1': '', 'quiet-until-1': '' },
    ...{ bid_reset_s: '15', reserve_all: 'yes', auto_percent: '120' },
  };
  const now = settingsFrom(settings, (name) => said[name] ?? null);
  assert.deepEqual([now.type, now.matrix], ['custom', [[1, 2, 3], [3, 3, 1]]]);
  assert.deepEqual(now.slots, [{ name: 'QB', positions: ['QB'] }, { name: 'FLEX', positions: ['RB', 'WR'], count: 2 }, { name: 'BN', count: 3, bench: true }]);
  assert.deepEqual([now.maxima, now.starters_first], [{ QB: 2 }, false]);
  assert.deepEqual(now.clock.rounds, [{ from_round: 10, pick_s: 30 }, { from_round: 12, pick_s: null }]);
  assert.deepEqual(now.clock.quiet, [{ start: 1_350, end: 420 }]);
  assert.deepEqual([now.clock.zone, now.clock.grace_ms, now.clock.auto_ms, now.clock.bid_reset_s], ['Europe/Berlin', 1_500, 200, 15]);
  assert.deepEqual([now.auction.reserve_all, now.auction.auto_percent], [true, 120]);
});

/** What a form would give, as it stands. */
function values(form) {
  const value = ({ tag, props, children }) => {
    if (tag === 'textarea') return children.join('');
    if (tag === 'select') return [...all({ tag, props, children })].find((one) => one.tag === 'option' && one.props.selected)?.props.value;
    return props.value ?? '';
  };
  return Object.fromEntries([...all(form)].filter(({ props }) => props.name && props.type !== 'checkbox').map((one) => [one.props.name, value(one)]));
}

test('DR24 what the form shows is what it gives back, and what cannot be read is told', () => {
  const given = { clock: { quiet: [{ start: 0, end: 90 }], rounds: [{ from_round: 3, pick_s: null }], grace_ms: 500 }, maxima: { QB: 1 }, matrix: [[1, 2]], type: 'custom' };
  const settings = settingsOf(waiting({}, given));
  const state = { ...waiting({}, given), phase: 'waiting' };
  const form = settingsForm({ state, ui: initialUi() }, recorded());
  const plain = (all) => ({ ...all, slots: slotsText(all.slots) });
  assert.deepEqual(plain(settingsFrom(settings, (name) => values(form)[name] ?? null)), plain(settings));
  assert.equal(slotsText(slotsFrom('any1 any\n6 BN bench')), '1 any1 any\n6 BN bench');
  assert.equal(minutesOf(timeOf(1_439)), 1_439);
  for (const wrong of [() => slotsFrom(''), () => slotsFrom('FLEX'), () => matrixFrom('1 9', 3), () => minutesOf('25:00')]) assert.throws(wrong, /\p{L}+/u);
  assert.throws(() => settingsFrom(settings, (name) => ({ 'quiet-from-0': '10:00' })[name] ?? null), /an end/u);
});

test('DR69 a file of players is read in the page as by the server, with what is odd told by line', () => {
  const csv = 'Player_ID;Full_Name;Pos;Team;ADP\n1;"Ana ""The Cat"" Silva";RB/WR;KC;12,5\n;Nobody;RB;KC;3\n3;;RB;KC;3\n4;Ann Lee;DST;SF;2.5\n4;Ann Lee;K;SF;9\n5;Ann Lee;k;SF;9\n6;Bo;K\n7;Cy;K;SF;-2\n';
  const { players, columns, odd, problem } = readPool(csv);
  assert.equal(problem, null);
  assert.deepEqual(columns, { id: 'player_id', name: 'full_name', positions: 'pos', team: 'team', adp: 'adp' });
  assert.deepEqual(players.map((row) => row.slice(0, 6)), [
    ['1', 'Ana "The Cat" Silva', ['RB', 'WR'], 'KC', 1, null],
    ['4', 'Ann Lee', ['DEF'], 'SF', 4, 25],
    ['5', 'Ann Lee', ['K'], 'SF', 6, 90],
  ]);
  assert.deepEqual(odd, [
    'line 3: no id',
    'line 4: no name',
    'line 6: the id 4 was there already',
    'line 7: a second Ann Lee; both are kept, apart by id',
    'line 8: cells are missing',
    'line 9: the adp is out of range',
  ]);
  const sleeper = JSON.stringify({ 4034: { first_name: 'Al', last_name: 'Ex', fantasy_positions: ['QB'], search_rank: 9_999_999, injury_status: 'Questionable' } });
  assert.deepEqual(readPool(sleeper).players, [['4034', 'Al Ex', ['QB'], '', 0, null, null, null, 'Q', null, null]]);
  assert.deepEqual(readPool('[["a", "B", ["QB"], "KC", 3, 125]]').players[0].slice(0, 6), ['a', 'B', ['QB'], 'KC', 3, 125]);
  assert.match(readPool('a,b\n1,2').problem, /id, name, positions/u);
  assert.match(readPool('{"a": ').problem, /not whole/u);
  assert.deepEqual(csvLines('a,b\r\n"x\ny",'), [['a', 'b'], ['x\ny', '']]);
});

test('DR76 a column can be chosen for a field, or none', () => {
  const csv = 'id,wer,pos,adp,old\n1,Ann,QB,3,9\n';
  const none = readPool(csv);
  assert.match(none.problem, /name/u);
  assert.deepEqual(none.headings, ['id', 'wer', 'pos', 'adp', 'old']);
  const { players, columns } = readPool(csv, { name: 'wer', adp: 'old', positions: 'pos' });
  assert.deepEqual(players, [['1', 'Ann', ['QB'], '', 1, 90, null, null, '', null, null]]);
  assert.equal(columns.adp, 'old');
  assert.equal(readPool(csv, { name: 'wer', adp: '' }).players[0][5], null);
});

test('DR76 a file is previewed with what is read for what, and goes only when one says so', () => {
  const file = { name: 'x.csv', text: '', chosen: {}, ...readPool('id,wer,pos\n1,Ann,QB\n2,,QB\n', { name: 'wer' }) };
  const { view, acts } = shown(waiting(), { ui: { side: 'office', office: 'pool', file } });
  assert.match(textOf(tested(view, 'file-preview')), /1 players in x\.csv/u);
  assert.match(textOf(tested(view, 'file-preview')), /line 3: no name/u);
  const column = [...all(tested(view, 'mapping'))].find(({ tag, props }) => tag === 'select' && props.name === 'column-name');
  column.props.onchange({ target: { value: 'id' } });
  press(view, 'Put 1 players in the pool');
  assert.deepEqual(acts.said, [['mapFile', 'name', 'id'], ['putFile']]);
});

test('DR77 rankings are previewed as the server reads them', () => {
  const ranks = { name: 'adp.csv', matched: 2, count: 1, players: [['p1', 'Ann', ['QB'], 'KC', 3]], columns: { name: 'name', adp: 'adp' }, headings: ['name', 'adp'], odd: ['adp.csv:3: not in the pool'], problem: null };
  const { view, acts } = shown(waiting(), { ui: { side: 'office', office: 'pool', ranks } });
  const preview = textOf(tested(view, 'ranks-preview'));
  assert.match(preview, /2 of these players are in adp\.csv, 1 of them change/u);
  assert.match(preview, /adp\.csv:3: not in the pool/u);
  press(view, 'Change 1 players');
  assert.deepEqual(acts.said, [['putRanks']]);
});

test('MB33 the commissioner mutes who said a line, for a time, and lifts it', () => {
  const chat = [{ v: 4, at: 1_000, by: 'a_ben', text: 'Hm' }, { v: 5, at: 2_000, by: 'a_ann', text: 'Oh' }, { v: 6, at: 2_000, by: 'a_cleo', text: 'Ah' }];
  const said = [];
  const part = new DraftChat();
  part.say = (name, detail) => said.push([name, detail]);
  part.redraw = () => {};
  const members = { a_ann: { role: 'owner' }, a_ben: { role: 'editor' }, a_cleo: { role: 'owner' } };
  const names = { a_ann: 'Ann', a_ben: 'Ben', a_cleo: 'Cleo' };
  const drawn = (more) => part.view({ chat, names, me: 'a_ann', owner: true, members, ...more });
  assert.equal(named(drawn({}), 'button', 'Mute Cleo').length, 0);
  assert.equal(named(drawn({ owner: false }), 'button', 'Mute Ben').length, 0);
  press(drawn({}), 'Mute Ben');
  press(drawn({}), '1 hour');
  press(drawn({}), 'Mute Ben');
  press(drawn({}), 'Until lifted');
  press(drawn({ muted: { a_ben: null } }), 'Ben is muted');
  press(drawn({ muted: { a_ben: null } }), 'Let Ben talk');
  assert.deepEqual(said, [60, null, 0].map((minutes) => ['chat-mute', { member: 'a_ben', minutes }]));
});

test('MB33 a mute that is over is none, and one that holds is told in words', () => {
  const chat = [{ v: 4, at: 1_000, by: 'a_ben', text: 'Hm' }];
  const base = modelOf(waiting()).room.membership;
  const muted = (until) => {
    const room = { ...modelOf(waiting()).room, membership: { ...base, chat, muted: { a_ben: until } } };
    const { view } = shown(waiting(), { room, ui: { side: 'chat' }, serverNow: () => 5_000 });
    return [...all(view)].find(({ tag }) => tag === 'draft-chat').props['.model'].muted;
  };
  assert.deepEqual([muted(5_000), muted(5_001), muted(null)], [{}, { a_ben: 5_001 }, { a_ben: null }]);
  assert.match(refusalWords({ code: 'muted', detail: { until: null } }, waiting()), /until it is lifted/u);
  assert.match(refusalWords({ code: 'muted', detail: { until: 1 } }, waiting()), /until \d/u);
});

test('WH25 webhooks say how they stand, what went wrong, and their secret once', () => {
  const deliveries = [
    { id: 'wh_1-4-0', type: 'pick.made', at: 1_000, took_ms: 12, status: null, problem: 'no answer within 10 s' },
    { id: 'wh_1-3-0', type: 'pick.made', at: 900, took_ms: 7, status: 200, problem: '' },
  ];
  const hook = { id: 'wh_1', url: 'https://league.example/x', created_at: 1, version: 3, waits: true, attempts: 2, next_at: 9_000, off_at: null, off_why: '', deliveries };
  const hooks = { list: [hook], secret: { id: 'wh_1', text: 'whsec_abc' }, problem: null, busy: false };
  const { view, acts } = shown(running(), { ui: { side: 'office', office: 'hooks', hooks } });
  const part = tested(view, 'hooks');
  assert.match(textOf(part), /Not accepted 2 times; tried again at/u);
  assert.match(textOf(part), /pick\.made: no answer within 10 s, 12 ms/u);
  assert.match(textOf(tested(view, 'hook-secret')), /whsec_abc/u);
  press(part, 'Send a test to https://league.example/x');
  press(part, 'Try again now');
  press(part, 'I have it');
  press(part, 'Tell https://league.example/x nothing more');
  assert.deepEqual(acts.said, [['tryHook', 'wh_1'], ['turnHookOn', 'wh_1'], ['forgetSecret'], ['removeHook', 'wh_1']]);
  const off = { ...hook, off_at: 5, off_why: 'nothing was accepted for a day: the answer was status 500' };
  const dead = shown(running(), { ui: { side: 'office', office: 'hooks', hooks: { ...hooks, list: [off], secret: null } } });
  assert.match(textOf(tested(dead.view, 'hooks')), /Off since .*accepted for a day/u);
  assert.equal(named(dead.view, 'button', 'Turn it on again').length, 1);
});

test('once it is over nobody is queued any more, neither in the pool nor beside a player', () => {
  const rows = (view) => [...all(view)].filter(({ make }) => make).map(({ make }) => make());
  const before = shown(running(), { ui: { chosen: 'p2' } });
  assert.equal(named(h('ul', {}, rows(before.view)), 'button', 'Queue José').length, 1);
  assert.equal(named(tested(before.view, 'chosen'), 'button', 'Queue').length, 1);
  const { view } = shown({ ...running(), phase: 'ended', turn: null }, { ui: { chosen: 'p2' } });
  assert.ok(rows(view).length >= 6);
  assert.equal(named(h('ul', {}, rows(view)), 'button', 'Queue José').length, 0);
  assert.equal(named(tested(view, 'chosen'), 'button', 'Queue').length, 0);
});

test('DR85 people are meant by their names, longest first, and never within a word', () => {
  const names = { a_ann: 'Ann', a_lee: 'Ann Lee', a_ben: 'Ben', a_ben2: 'Ben' };
  assert.deepEqual(partsOf('hi @ann lee, @Ben!', names), [
    { text: 'hi ', name: null },
    { text: '@ann lee', name: 'Ann Lee' },
    { text: ', ', name: null },
    { text: '@Ben', name: 'Ben' },
    { text: '!', name: null },
  ]);
  assert.equal(isMeant('@Ann Lee', names, 'a_ann'), false);
  assert.equal(isMeant('a@Ben @Benny', names, 'a_ben'), false);
  assert.equal(isMeant('(@BEN)', names, 'a_ben2'), true);
  assert.deepEqual(suggestions('hello @an', names, 'a_ann'), ['Ann Lee']);
  assert.deepEqual(suggestions('@', names, 'a_ann'), ['Ann Lee', 'Ben']);
  assert.deepEqual(suggestions('a@b', names, 'a_ann'), []);
  assert.equal(completed('hello @an', 'Ann Lee'), 'hello @Ann Lee ');
  assert.deepEqual(['👍', '👍🏽 👏', 'ok 👍', '1', ''].map(isEmote), [true, true, false, false, false]);
});

test('DR85 a mention is marked for whom it means; the commissioner takes lines out', () => {
  const chat = [{ v: 4, at: 1_000, by: 'a_ben', text: 'well done @Ann' }, { v: 5, at: 2_000, by: 'a_ann', text: '🔥' }];
  const said = [];
  const drawn = (owner) => {
    const part = new DraftChat();
    part.say = (name, detail) => said.push([name, detail]);
    return part.view({ chat, names: { a_ann: 'Ann', a_ben: 'Ben' }, me: 'a_ann', owner });
  };
  const view = drawn(true);
  const lines = [...all(view)].filter(({ tag }) => tag === 'li');
  assert.deepEqual(lines.map(({ props }) => props['data-meant']), ['yes', null]);
  assert.equal([...all(lines[1])].some(({ props }) => props.class === 'said emote'), true);
  press(view, 'Remove what Ben said');
  press(view, 'Say 👏');
  assert.deepEqual(said, [['chat-remove', { v: 4 }], ['chat-say', { text: '👏' }]]);
  assert.equal(named(drawn(false), 'button', 'Remove').length, 0);
});

test('DR75 a file that is no draft says on which line', () => {
  assert.equal(fileProblem({ message: 'No', detail: { line: 3, why: 'no roster 9', path: '$.picks[0]' } }), 'Line 3: no roster 9 ($.picks[0])');
  assert.equal(fileProblem({ message: 'The server cannot be reached.' }), 'The server cannot be reached.');
  const asked = recorded();
  const file = [...all(newDraft({ busy: null, problem: null }, asked))].find(({ props }) => props['data-testid'] === 'draft-file');
  file.props.onchange({ target: { files: ['it'] } });
  assert.deepEqual(asked.said, [['importDraft', 'it']]);
});

test('DR72 the recap has the picks as files', () => {
  const { view, acts } = shown(played(running(), picked(1, 1, 'p1')), { ui: { side: 'recap' } });
  press(view, "Sleeper's shape");
  press(view, 'Print sheet');
  assert.deepEqual(acts.said, [['exportAs', 'sleeper'], ['exportAs', 'print']]);
  assert.equal(tested(shown(waiting(), { ui: { side: 'recap' } }).view, 'exports'), undefined);
  assert.equal(fileName('Our <league>!', 'csv'), 'Our-league.csv');
  assert.equal(fileName('???', 'html'), 'draft.html');
});

test('a pool goes in parts that one message carries', () => {
  const players = madeUp(ROSTERS.nfl[1], 1_200);
  const parts = inParts(players);
  assert.deepEqual(parts.flat(), players);
  for (const part of parts) {
    assert.ok(part.length <= 500);
    assert.ok(JSON.stringify(part).length < 60_000);
  }
  assert.deepEqual([...new Set(madeUp(ROSTERS.soccer[1], 40).map(([, , [position]]) => position))].sort(), ['DEF', 'FWD', 'GK', 'MID']);
});

test('a player is named by id, or by a name that only one has', () => {
  const state = waiting();
  assert.equal(idOf(state, 'patrick mahomes '), 'p1');
  assert.equal(idOf(state, 'p2'), 'p2');
  assert.equal(idOf(state, 'Josh Allen'), 'Josh Allen');
});

test('the start page makes drafts and lists those that one can open, each once', () => {
  const asked = draftRequest({ name: ' ', type: 'auction', roster: 'soccer', teams: 8 });
  assert.deepEqual([asked.kind, asked.name, asked.settings.rounds, asked.settings.teams], ['draft', 'New draft', 15, 8]);
  const row = { id: 'r_1', kind: 'draft', name: 'Ours', updated_at: 5, role: 'owner' };
  const state = {
    ...{ boards: [row, { id: 'r_2', kind: 'board', name: 'B', updated_at: 9 }], busy: null, problem: null },
    teams: [{ name: 'Club', rooms: [{ ...row, name: 'Ours' }] }],
    recent: [{ id: 'r_3', kind: 'draft', name: 'Theirs', at: 7 }, { id: 'r_4', name: 'A board', at: 8 }],
  };
  assert.deepEqual(draftsOf(state).map(({ id }) => id), ['r_3', 'r_1']);
  assert.match(textOf(ownDrafts(state)), /Theirs .* Ours Club/u);
  assert.equal(ownDrafts({ ...state, boards: [], teams: [], recent: [] }), null);
  const acts = recorded();
  const form = newDraft(state, acts);
  assert.deepEqual(Object.keys(fields(form)), ['draft', 'type', 'roster', 'teams']);
});

test('a team has drafts of its own: linked as such, and made for it', () => {
  const state = {
    ...{ open: 'drafts', busy: null, problem: null, said: null, sure: null, moreRooms: null },
    ...{ team: { role: 'owner' }, rooms: [{ id: 'r_1', kind: 'draft', name: 'Ours', updated_at: 5 }] },
  };
  const acts = recorded();
  const view = boards(state, acts);
  assert.match(textOf(tested(view, 'team-boards')), /Ours draft · changed/u);
  assert.equal(the(view, 'a', 'Ours').props.href, '/draft.html#room=r_1');
  assert.deepEqual(Object.keys(fields(view)).sort(), ['name', 'roster', 'teams', 'type']);
});
