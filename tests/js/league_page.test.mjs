/** The page of a league, read as a person reads it: what stands there, what is heard, what a press asks for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, named, recorded, textOf, the } from './support/described.mjs';
import './support/served_paths.mjs';

globalThis.matchMedia ??= () => ({ matches: false, addEventListener: () => {} });
globalThis.localStorage ??= { getItem: () => null, setItem: () => undefined };
globalThis.addEventListener ??= () => undefined;
globalThis.document ??= {};
delete globalThis.BroadcastChannel; // open, it would keep this process
const { placesIn, swapped, swapProblem } = await import('../../clients/demo/league/line_ups.js');
const { changeWords, currentWeek, leftOf, mayManage, matchupOrder, pointsWords, statusOf, tableOf } = await import(
  '../../clients/demo/league/reading.js'
);
const { chanceWords, corners, likelyOf, withPoint } = await import('../../clients/demo/league/likely.js');
const { withChanges, withScores } = await import('../../clients/demo/league/scores.js');
const { initialUi } = await import('../../clients/demo/league/ui.js');
const { leagueView } = await import('../../clients/demo/league/view.js');
const { correctedWords, entryWords, refusalWords } = await import('../../clients/demo/league/words.js');
const { league: kind } = await import('../../clients/js/kinds/league.js');

const NOW = 1_000_000;
const SLOTS = [{ name: 'QB', positions: ['QB'] }, { name: 'FLEX', positions: ['RB', 'WR'] }, { name: 'BN', count: 2, sort: 'bench' }, { name: 'IR', sort: 'ir' }];
const players = {
  q: ['q', 'Q. Back', ['QB'], 'AAA'],
  r: ['r', 'R. Back', ['RB'], 'AAA'],
  w: ['w', 'W. Ide', ['WR'], 'BBB'],
  h: ['h', 'H. Urt', ['WR'], 'BBB', 'IR'],
};
const standing = (team) => ({ team, wins: 0, losses: 0, ties: 0, points: 0, against: 0 });

function state(more = {}) {
  return {
    ...{ settings: { teams: 2, weeks: 3, slots: SLOTS }, rules: {}, players, delays: {}, locked: [], weeks: {} },
    ...{ teams: { 1: { name: 'Ones', owners: ['a_me'] }, 2: { name: 'Twos', owners: [] } }, schedule: { 1: [[1, 2]] } },
    ...{ rosters: { 1: ['q', 'r', 'w', 'h'] }, line_ups: { 1: { 1: { starters: ['q', 'r'] } } } },
    ...{ standings: [standing(1), standing(2)], games: {} },
    games: { g: { id: 'g', week: 1, home: 'AAA', away: 'CCC', kickoff: NOW - 1 }, l: { id: 'l', week: 1, home: 'DDD', away: 'BBB', kickoff: NOW + 9 } },
    ...more,
  };
}
const line = (place, player, team, points = 0) => ({ place, player, name: players[player]?.[1] ?? '', position: 'X', team, points });
const side = (team, points, starters = [], bench = []) => ({ team, name: team === 1 ? 'Ones' : 'Twos', points, starters, bench });
const told = (more = {}) => ({
  ...{ week: 1, phase: 'live', positions: { r_l: 3, r_f: 5 }, games: [{ id: 'g', phase: 'live', quarter: 2, clock: '03:12', home_score: 7 }] },
  matchups: [{ matchup: 1, home: side(1, 1280, [line('QB', 'q', 'AAA', 1280), line('FLEX', 'r', 'AAA')], [line('BN', 'w', 'BBB')]), away: side(2, -40, [line('QB', ''), line('FLEX', '')]) }],
  ...more,
});

function shown(more = {}, acts = recorded()) {
  const room = { name: 'Ours', membership: { chat: [] }, people: new Map() };
  const ui = { ...initialUi(), scores: withScores(null, told()), ...more.ui };
  const model = {
    ...{ room, names: {}, me: 'a_me', narrow: false, delay: 0, delaySending: false, link: {}, here: [], role: 'editor' },
    ...{ owner: false, state: state(), week: 1, own: [1], manages: (team) => team === 1, lineUpSending: false },
    ...{ serverNow: () => NOW, ...more, ui },
  };
  return { view: leagueView(model, acts), acts };
}
const tested = (view, id) => [...all(view)].find(({ props }) => props['data-testid'] === id);

test('LI8 what is older in any position is passed over, unless it is of another moment', () => {
  const first = withScores(null, told());
  const older = told({ positions: { r_l: 4, r_f: 4 }, phase: 'provisional' });
  assert.equal(withScores(first, older), first);
  const back = withScores(first, { ...older, matchups: [], anew: true });
  assert.deepEqual([back.phase, back.matchups, back.positions], ['provisional', {}, older.positions], 'nothing later stays');
  assert.equal(withScores(back, told({ positions: { r_l: 4, r_f: 5 } })).matchups[1].home.points, 1280);
  const part = withScores(first, { ...told({ positions: { r_l: 3, r_f: 6 }, matchups: [] }), games: [{ id: 'l' }] });
  assert.deepEqual([Object.keys(part.matchups), Object.keys(part.games)], [['1'], ['g', 'l']]);
  assert.deepEqual(withScores(part, told({ week: 2, matchups: [], games: [] })).matchups, {});
});

test('LE19 changes stand once, the newest first', () => {
  const cause = (version, after) => ({ cause: { feed: 'f', version, at: 1, cause: 'play', player: 'q', before: 0, after, play: 36 }, text: '+1.00, play 36' });
  const once = withChanges([], { changes: [cause(1, 100), cause(2, 200)] }, () => 'Q. Back');
  assert.deepEqual(withChanges(once, { changes: [cause(2, 200)] }, () => 'Q. Back').map(({ change }) => change), [200, 100]);
});

test('LE19 points, weeks and places are said as people read them', () => {
  assert.deepEqual([1280, -5, 0].map(pointsWords), ['12.80', '-0.05', '0.00']);
  assert.equal(changeWords(40), '+0.40');
  assert.equal(currentWeek(state()), 1);
  const over = state({ weeks: { 1: { state: 'settled', results: [], official_at: 0, corrected: [] } } });
  assert.equal(currentWeek(over), 1);
  assert.equal(currentWeek({ ...over, schedule: { 1: [[1, 2]], 3: [[1, 2]] } }), 3);
  const scores = withScores(null, told());
  assert.deepEqual(['AAA', 'BBB', 'ZZZ'].map((team) => statusOf(state(), 1, team, scores).at), ['playing', 'yet', 'none']);
  assert.deepEqual(leftOf(state(), 1, told().matchups[0].home, scores), { yet: 0, playing: 2 });
  assert.deepEqual(matchupOrder(state({ schedule: { 1: [[2, 3], [4, 1]] } }), 1, 'a_me').map(({ number }) => number), [2, 1]);
});

test('LE19 the table is as if the week ended now, until it has', () => {
  const { rows, live } = tableOf(state(), 1, withScores(null, told()));
  assert.deepEqual([live, rows.map(({ team, wins }) => [team, wins])], [true, [[1, 1], [2, 0]]]);
  assert.equal(tableOf(state(), 1, null).live, false);
  assert.equal(tableOf(state(), 1, withScores(null, told({ phase: 'settled' }))).live, false);
});

test('LE19 a week stands there with its games, matchups, table and what was corrected', () => {
  const { view, acts } = shown();
  assert.match(textOf(tested(view, 'games')), /CCC 0 · AAA 7 Q2 03:12/u);
  assert.match(textOf(tested(view, 'matchup-1')), /Ones 12\.80 2 playing Twos -0\.40/u);
  tested(view, 'matchup-1').props.onclick();
  assert.deepEqual(acts.said, [['open', 1]]);
  assert.match(textOf(tested(view, 'schedule')), /Week 1 Ones – Twos/u);
  const one = { matchup: 1, was: { home: 100, away: 90 }, now: { home: 80, away: 90 }, flipped: true, at: 9 };
  const week = { state: 'settled', results: [one.now], official_at: 0, corrected: [one] };
  const after = shown({ state: state({ weeks: { 1: week } }), ui: { scores: null } }).view;
  assert.match(textOf(tested(after, 'corrected')), /Ones 0\.80 : 0\.90 Twos, was 1\.00 : 0\.90; Twos has won now/u);
  assert.match(textOf(tested(shown({ state: state({ schedule: {} }) }).view, 'empty')), /No matchups in week 1/u);
});

test('LE20 a matchup stands place by place, and a press asks why', () => {
  const { view, acts } = shown({ ui: { matchup: 1 } });
  the(view, 'button', 'Q. Back').props.onclick();
  assert.deepEqual(acts.said, [['trace', 'q']]);
  assert.match(textOf(tested(view, 'bench')), /Ones 0\.00, Twos 0\.00 BN W\. Ide/u);
  const cause = { feed: 'f', version: 7, at: NOW, cause: 'correction', player: 'q', before: 1480, after: 1280, play: 946 };
  const lines = [{ cause, name: 'Q. Back', text: '-2.00, play 946 corrected on Thursday', play: 'A throw.', quarter: 4, clock: '01:00' }];
  const asked = shown({ ui: { matchup: 1, trail: { player: 'q', lines, problem: '' } } }).view;
  assert.match(textOf(tested(asked, 'trail')), /-2\.00 play 946 corrected on Thursday · Q4 01:00 .* A throw\./u);
  const waiting = shown({ ui: { matchup: 1, trail: { player: 'q', lines: [], problem: '' } } }).view;
  assert.match(textOf(tested(waiting, 'trail')), /No play has given or taken points yet/u);
});

test('LE21 a swap is legal by positions and locks', () => {
  const league = state({ games: { l: { id: 'l', week: 1, home: 'DDD', away: 'BBB', kickoff: NOW + 9 } } });
  const places = placesIn(league, 1, 1);
  assert.deepEqual(places.map(({ key }) => key), ['s0', 's1', 'bw', 'bh', 'i']);
  const at = (key) => places.find((place) => place.key === key);
  const why = (one, other, now = NOW, of = league) => swapProblem(of, 1, at(one), at(other), now);
  assert.equal(why('s1', 'bw'), null);
  assert.equal(why('s0', 'bw'), 'position');
  assert.equal(why('bw', 'bh'), 'same');
  assert.equal(why('s1', 'bw', NOW + 9), 'locked');
  assert.equal(why('bh', 'i'), null);
  assert.equal(why('bw', 'i'), 'position');
  assert.deepEqual(swapped(league, 1, 1, at('s1'), at('bw')), { type: 'line_up.set', week: 1, team: 1, starters: ['q', 'w'] });
  assert.deepEqual(swapped(league, 1, 1, at('bh'), at('i')).ir, ['h']);
  const after = kind.predict(league, swapped(league, 1, 1, at('s1'), at('bw')), { account: 'a_me' });
  assert.deepEqual(placesIn(after, 1, 1).map(({ player }) => player), ['q', 'w', 'r', 'h', '']);
});

test('LE21 who is locked has no button; a refusal is said beside it', () => {
  const { view } = shown({ ui: { editing: 1, refusal: { anchor: 'line-up', text: 'No.' } } });
  const rows = [...all(view)].filter(({ props }) => props['data-place']);
  assert.deepEqual(rows.map((row) => named([row], 'button', '').length), [0, 0, 1, 1, 1]);
  assert.equal(textOf(tested(view, 'refused')), 'No.');
  const words = refusalWords({ code: 'locked', detail: { players: ['q'], since: NOW } }, state());
  assert.match(words, /^Q\. Back cannot be moved any more: locked since /u);
  assert.match(refusalWords({ code: 'no_legal_slot', detail: { player: 'w', place: 'QB' } }, state()), /W\. Ide cannot play as QB/u);
  assert.deepEqual([mayManage(state(), 1, { account: 'a_me', role: 'editor' }), mayManage(state(), 2, { account: 'a_me', role: 'editor' }), mayManage(state(), 1, { account: 'a_me', role: 'viewer' }), mayManage(state(), 2, { account: 'x', role: 'owner' })], [true, false, false, true]);
});

test('LE14 LE16 what happens is said', () => {
  const change = { matchup: 1, was: { home: 1, away: 0 }, now: { home: 0, away: 0 }, flipped: true };
  assert.match(correctedWords(state(), 1, change), /it is a tie now/u);
  const said = entryWords([{ type: 'week.settled', week: 1 }, { type: 'players.locked', week: 1, games: ['g'] }, { type: 'week.official', week: 1 }], state(), false);
  assert.deepEqual(said, ['Week 1 is settled', 'Kick-off: CCC at AAA; who plays in it is locked', 'The results of week 1 are official']);
});

const likely = (more = {}) => ({
  ...{ matchup: 1, home: { projected: 3120, yet: 0, playing: 2 }, away: { projected: 2000, yet: 0, playing: 0 } },
  ...{ chance: 7260, played: 4000, players: { q: 2100, r: 1020, w: 640 }, ...more },
});

test('PJ7 what is likely is told apart from scores, and older word of it is passed over', () => {
  const first = withScores(null, told({ likely: [likely()] }));
  assert.equal(first.likely[1].chance, 7260);
  const clock = withScores(first, told({ positions: { r_l: 3, r_f: 6 }, matchups: [], likely: [likely({ chance: 8000 })] }));
  assert.deepEqual([clock.likely[1].chance, clock.matchups[1].home.points], [8000, 1280]);
  assert.equal(withScores(clock, told({ likely: [likely()] })).likely[1].chance, 8000);
  assert.equal(likelyOf(state(), 1, 1, clock).chance, 8000);
  assert.equal(likelyOf(state({ weeks: { 1: { state: 'settled' } } }), 1, 1, clock), null);
  assert.equal(likelyOf(state(), 2, 1, clock), null);
});

test('PJ11 a matchup shows projected points by their name, chances in words, and how they went', () => {
  const points = [[0, 5000, 2500, 2500], [1000, 4000, 2500, 2600], [4000, 7260, 3120, 2000]];
  const scores = withScores(null, told({ likely: [likely()] }));
  const { view } = shown({ ui: { matchup: 1, scores, line: { week: 1, matchup: 1, points } } });
  assert.equal(textOf(tested(view, 'projected-home')), 'Projected 31.20');
  const faces = textOf(tested(view, 'line-ups'));
  assert.match(faces, /projected proj 21\.00/);
  const bar = [...all(view)].find(({ props }) => props['data-chance'] === 7260);
  assert.equal(bar.props['aria-label'], 'Win chance: Ones 73 %, Twos 27 %');
  const line = tested(view, 'chance-line');
  assert.equal(line.props['aria-label'], "Win chance of Ones over the time of the games: 50 % at first, between 40 % and 73 % since, 73 % now; the rest is Twos's");
  const week = shown({ ui: { scores } }).view;
  assert.match(textOf(tested(week, 'matchup-1')), /Projected 31\.20/);
  const settled = shown({ ui: { matchup: 1, scores }, state: state({ weeks: { 1: { state: 'settled', results: [], corrected: [] } } }) }).view;
  assert.equal(tested(settled, 'projected-home'), undefined);
});

test('PJ11 nobody is sure of anything before the end, and the line goes on as it is told', () => {
  assert.deepEqual([0, 12, 5000, 9990, 10_000].map(chanceWords), ['0 %', '<1 %', '50 %', '>99 %', '100 %']);
  const line = { week: 1, matchup: 1, points: [[0, 5000, 1, 1], [4000, 6000, 1, 1]] };
  const scores = { week: 1, likely: { 1: likely({ played: 3900, chance: 100 }) } };
  assert.deepEqual(withPoint(line, scores).points.map(([at]) => at), [0, 3900]);
  assert.equal(withPoint(line, { week: 2, likely: {} }), line);
  assert.equal(withPoint(null, scores), null);
  assert.deepEqual(corners([[0, 10_000], [10_000, 0], [5000, 5000]], 320, 64), [[0, 0], [320, 64], [160, 32]]);
});

test('LI11: who sees a game late is told why the league is late, and where that was said', () => {
  const games = { g: { ...state().games.g, feed: 'r_f' }, l: { ...state().games.l, feed: 'r_g' } };
  const before = state({ games });
  const late = kind.applyPrivate(before, { state: { watching: null, delays: { a_me: 30 }, late_in: ['r_f', 'r_g'] } });
  const noticeIn = (now) => [...all(shown({ state: now }).view)].find((one) => one.props['data-testid'] === 'late-game');
  const notice = noticeIn(late);
  assert.match(textOf(notice), /You watch CCC at AAA and BBB at DDD 30 seconds late/);
  const links = [...all(notice)].filter((one) => one.tag === 'a');
  assert.deepEqual(links.map((one) => one.props.href), ['/feed.html#room=r_f', '/feed.html#room=r_g']);
  const shifted = kind.applyPrivate(late, { state: { watching: { at: 1, since: 2, speed: 1 }, late_in: ['r_f'] } });
  assert.match(textOf(noticeIn(shifted)), /You watch CCC at AAA from an earlier moment on/);
  for (const live of [kind.applyPrivate(shifted, { state: { watching: null, delays: {}, late_in: [] } }), kind.entered(shifted)]) {
    assert.deepEqual(live, before);
    assert.equal(noticeIn(live), undefined);
  }
});
